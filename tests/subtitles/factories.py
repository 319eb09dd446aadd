"""Cues, transcripts and tracks for tests, and strategies that generate them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st

from pipeline.model import (
    Chapter,
    ChapterMark,
    Cue,
    RowTime,
    Span,
    Timeline,
    Track,
    Transcript,
    Word,
)
from pipeline.model import Row as TranscriptRow
from pipeline.timebase import ms_from_samples, samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

FPS = 30

quick = settings(max_examples=40, deadline=None)
"""Enough examples for every run of the tests; no deadline, since machines are shared."""

HOSTILE = (
    "<b>",
    "</b>",
    "<font color=red>",
    "<c.loud>",
    "<v Bob>",
    "<00:00:01.000>",
    "a<b and c>d",
    "a < b and c > d",
    "< / i >",
    "\\}",
    "{\\an8}",
    "{\\k20}",
    "{a: 1}",
    "{",
    "}",
    "{y:i}",
    "\\N",
    "\\n",
    "\\h",
    "C:\\Notes\\new\\",
    "\\",
    "-->",
    "->",
    "- >",
    "1 --> 2",
    "00:00:01,000 --> 00:00:02,000",
    "00:00:01.000 --> 00:00:02.000 line:0",
    "1:2:3,4 5:6:7,8",
    "12：34：56，789 --> 12：34：57，000",
    "00:01.000 00:02.000",
    "&",
    "&amp;",
    "&lt;b&gt;",
    "&#60;",
    "&nbsp;",
    "&not",
    "42",
    "7" * 60,
    "WEBVTT",
    "NOTE",
    "STYLE",
    "::cue{color:red}",
    "[Events]",
    "[V4+ Styles]",
    "Dialogue: 0,0:00:00.00,0:00:01.00,Main-zh,,0,0,0,,no",
    "Style: Main-zh,Comic Sans",
    "｛full｝",
    "你好",
    "《连线》杂志",
    "GPT-4o",
    "24/7",
    "“Hi”",
    "c'est l'été",
    "👩‍🍳",
    "…",
)
"""Pieces of text that some reader takes for something else."""


def make_cue(
    row: int,
    start: int,
    end: int,
    *lines: str,
    source: str | None = None,
    words: Sequence[Word] = (),
) -> Cue:
    """Return a cue from frame `start` to frame `end` at 30 fps."""
    return Cue(
        row,
        0,
        "".join(lines) if source is None else source,
        lines,
        frames(start, end),
        "measured",
        tuple(words),
    )


def frames(start: int, end: int) -> Span:
    """Return the span of the frames [start, end) at 30 fps."""
    return Span(samples_from_frame(start, FPS), samples_from_frame(end, FPS))


def transcript(*rows: str) -> Transcript:
    """Return a transcript of these rows, one a line."""
    return Transcript(
        "talk", tuple(TranscriptRow(n, n, text) for n, text in enumerate(rows, 1)), (), "utf-8", ()
    )


def timeline(ends: Sequence[int], *, chapters: Sequence[int] = (1,), start: int = 0) -> Timeline:
    """Return a timeline of consecutive rows that end at these frames; `chapters` are rows."""
    edges = [start, *ends]
    rows = tuple(
        RowTime(n, frames(a, b), "measured") for n, (a, b) in enumerate(pairwise(edges), 1)
    )
    marks = tuple(
        ChapterMark(Chapter(row, f"第{row}章"), rows[row - 1].span.start) for row in chapters
    )
    return Timeline(rows, (), marks, FPS, edges[-1], samples_from_frame(edges[-1], FPS))


def expected_cues(track: Track) -> list[tuple[int, int, str]]:
    """Return the (start ms, end ms, text) that a reader should find for each cue."""
    return [
        (ms_from_samples(cue.span.start), ms_from_samples(cue.span.end), "\n".join(cue.lines))
        for cue in track.cues
    ]


# the characters that the transcript reader keeps
_seen = st.characters(exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
_words = st.one_of(st.sampled_from(HOSTILE), st.text(_seen, min_size=1, max_size=12))
lines = st.lists(_words, min_size=1, max_size=5).map(" ".join).map(str.strip).filter(bool)
"""One line of text as a transcript's row may hold it: anything that can be seen."""


@st.composite
def tracks(draw: st.DrawFn, *, most: int = 8) -> Track:
    """Return a track of hostile cues on the frame grid, in order, without overlaps."""
    cues = []
    at = draw(st.integers(0, 200_000))
    for row in range(1, draw(st.integers(1, most)) + 1):
        start = at + draw(st.integers(0, 90))
        at = start + draw(st.integers(1, 200))
        cues.append(make_cue(row, start, at, *draw(st.lists(lines, min_size=1, max_size=2))))
    return Track("zh", tuple(cues))
