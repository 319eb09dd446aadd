"""The plain transcript with time codes."""

from __future__ import annotations

from pipeline.model import Track
from pipeline.subtitles.formats import plain_text
from tests.subtitles.factories import make_cue


def test_compose_writes_one_line_a_row() -> None:
    """The parts of a row are joined, with the time of the first; no text injects lines."""
    track = Track(
        "zh",
        (
            make_cue(1, 0, 30, "一边", source="一边，"),
            make_cue(1, 32, 60, "走"),
            make_cue(2, 62, 99, "[00:00:00.000] 二\n三"),
        ),
    )
    assert (
        plain_text.compose(track)
        == "[00:00:00.000] 一边，走\n[00:00:02.067] [00:00:00.000] 二 三\n"
    )
