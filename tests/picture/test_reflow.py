"""Cues too wide for the picture get new lines where a subtitler would break them."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Cue, Span, Track
from pipeline.picture.captions.caption_style import caption_size, make_caption_style
from pipeline.picture.captions.reflow import reflow_tracks
from pipeline.picture.typography.fonts import resolve_fonts
from pipeline.picture.typography.shaping import TextShaper
from pipeline.text.word_segmenter import Segmenter

WIDE, UPRIGHT = make_caption_style(1920, 1080), make_caption_style(1080, 1920)
SHAPER, SEGMENTER = TextShaper(resolve_fonts("")), Segmenter()


def track(language: str, *texts: tuple[str, ...]) -> Track:
    """Return a track of cues with these lines."""
    cues = (
        Cue(n, 1, "".join(lines), lines, Span(n * 48_000, n * 48_000 + 40_000), "measured")
        for n, lines in enumerate(texts, 1)
    )
    return Track(language, tuple(cues))


def lines(*tracks: Track, upright: bool = True) -> list[tuple[str, ...]]:
    """Return the lines of all cues after refitting."""
    found = reflow_tracks(tracks, UPRIGHT if upright else WIDE, SHAPER, SEGMENTER)
    return [cue.lines for one in found for cue in one.cues]


def test_reflow_tracks_keeps_lines_that_fit() -> None:
    """What fits keeps its lines."""
    given_track = track(
        "zh", ("联合创始人兼首席科学家Ilya Sutskever宣布离职",), ("短的一行", "两行")
    )
    assert reflow_tracks((given_track,), WIDE, SHAPER, SEGMENTER) == (given_track,)


def test_reflow_tracks_breaks_between_words_in_upright_pictures() -> None:
    """A long Chinese line becomes two, no word cut."""
    assert lines(track("zh", ("联合创始人兼首席科学家Ilya Sutskever宣布离职",))) == [
        ("联合创始人兼首席科学家", "Ilya Sutskever宣布离职")
    ]
    (found,) = lines(track("zh", ("研究团队在推动项目和争取计算资源时遭遇重大的阻碍",)))
    assert len(found) == 2
    ends = set(accumulate(len(line) for line in found[:-1]))
    words = {last for _, last in SEGMENTER.words("".join(found))}
    assert ends <= words


def test_reflow_tracks_joins_and_breaks_english_at_spaces() -> None:
    """Two English lines are one sentence: broken again it keeps the space between them."""
    (found,) = lines(
        track(
            "en",
            (
                "Heat the oven to two hundred and thirty degrees",
                "and put in a cup of water, then wait a while longer.",
            ),
        )
    )
    assert " ".join(found) == (
        "Heat the oven to two hundred and thirty degrees and put in a cup of water, then wait "
        "a while longer."
    )
    assert len(found) == 3


def test_reflow_tracks_measures_the_second_language_at_its_size() -> None:
    """English below Chinese is smaller, and holds more on a line than English alone."""
    text = ("Heat the oven to 230 °C and put in a cup of water.",)
    alone = lines(track("en", text))
    below = lines(track("zh", ("短",)), track("en", text))[1]
    assert len(below) < len(alone[0])


@pytest.mark.parametrize("language", ["zh", "en"])
@given(
    text=st.text(
        "酵母菌和乳酸在二十五度的环境下，约需四小时。GPT-4o Maillard reaction, 2012年",
        min_size=1,
        max_size=60,
    )
)
@settings(max_examples=40, deadline=None)
def test_reflow_tracks_keeps_every_character(language: str, text: str) -> None:
    """Reflowed lines have the same characters in the same order.

    They fit unless nothing can.
    """
    (found,) = lines(track(language, (text,)))
    assert "".join("".join(found).split()) == "".join(text.split())
    if found != (text,):
        room = UPRIGHT.max_line_width / caption_size(UPRIGHT, language, 0)
        assert all(
            SHAPER.shape_line(line, "bold", 1.0, full_width=language == "zh").width <= room + 1e-6
            for line in found
        )
