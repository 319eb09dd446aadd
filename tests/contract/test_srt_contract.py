"""What we rely on in srt 3.5, and what we keep away from."""

from __future__ import annotations

from datetime import timedelta

import srt


def subtitle(number: int, start: int, end: int, content: str) -> srt.Subtitle:
    """Return a cue; times in seconds."""
    return srt.Subtitle(number, timedelta(seconds=start), timedelta(seconds=end), content)


def test_without_reindex_nothing_is_dropped_or_moved() -> None:
    """Cues keep their order and number if we pass reindex=False.

    One cue is empty, one has no length and one comes early.
    """
    cues = [subtitle(1, 5, 6, "a"), subtitle(2, 1, 1, "b"), subtitle(3, 2, 3, "")]
    assert srt.compose(cues, reindex=False).count(" --> ") == 3
    assert srt.compose(cues, reindex=True).count(" --> ") == 1


def test_the_form_of_a_cue() -> None:
    """Number, time line with a comma, text, blank line; hours go on past 99."""
    expected = "7\n100:00:00,000 --> 100:00:01,000\na\nb\n\n"
    assert srt.compose([subtitle(7, 360_000, 360_001, "a\nb")], reindex=False) == expected


def test_text_is_not_made_safe() -> None:
    """A blank line is taken out of the text, but a time line is not.

    It reads back as a cue of its own, so our writer makes text safe itself.
    """
    hostile = "a\n\n2\n00:00:09,000 --> 00:00:10,000\nb"
    assert len(list(srt.parse(srt.compose([subtitle(1, 1, 2, hostile)], reindex=False)))) == 2
