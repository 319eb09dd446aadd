"""Generated talks for the property tests: rows, takes, pauses, chapters, frame rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st

from pipeline.model import Chapter, Directive, Row, RowTime, Span, SpokenRow, Take, Transcript, Word
from pipeline.settings.sections import PauseSettings
from pipeline.subtitle_profiles import CUE_LIMITS, CueLimits
from pipeline.text.linebreak.line_breaker import CueText
from pipeline.text.normalization.spoken_form import spoken_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

quick = settings(max_examples=120, deadline=None)
"""Enough examples for every run; no deadline, since machines are shared."""

TEXTS = st.sampled_from(
    [
        "大家好，这里是最佳拍档",
        "不过",
        "首先把鸡蛋打散",
        "血压是120/80。",
        "GPT-4于2023年3月14日发布",
        "but Ilya Sutskever stayed",
        "😀",
        "——",
        "嗯",
        "他说：“好的。”",
        "这些历史、文化、语言和文字的研究",
    ]
)
FPS = st.sampled_from([1, 2, 5, 12, 23, 24, 25, 30, 50, 60, 120])
PAUSES = st.builds(
    PauseSettings,
    row=st.integers(0, 900),
    clause=st.integers(0, 900),
    sentence=st.integers(0, 2_000),
    chapter=st.integers(0, 4_000),
    lead_in=st.integers(0, 4_000),
    tail=st.integers(0, 4_000),
)


@dataclass(frozen=True)
class Talk:
    """One made-up talk, ready to be laid out."""

    transcript: Transcript
    spoken: tuple[SpokenRow, ...]
    takes: tuple[Take, ...]
    chapters: tuple[Chapter, ...]
    pauses: PauseSettings
    fps: int


def transcript_of(texts: Sequence[str], directives: Sequence[Directive] = ()) -> Transcript:
    """Return a transcript of these rows."""
    return Transcript(
        "talk",
        tuple(Row(number, number, text) for number, text in enumerate(texts, 1)),
        tuple(directives),
        "utf-8",
        (),
    )


@st.composite
def talks(draw: st.DrawFn, longest: int = 96_000) -> Talk:
    """Draw a talk; each take has one to four rows of 0 to `longest` samples."""
    texts = draw(st.lists(TEXTS, min_size=1, max_size=12))
    ordered = draw(
        st.lists(
            st.tuples(st.integers(1, len(texts) + 1), st.sampled_from(["0", "0.5", "1.25", "3"])),
            max_size=3,
        )
    )
    transcript = transcript_of(
        texts, [Directive("pause", value, row, 1) for row, value in sorted(ordered)]
    )
    spoken = spoken_rows(transcript.rows, {})
    opening = sorted(draw(st.sets(st.integers(1, len(texts)), max_size=3)))
    return Talk(
        transcript=transcript,
        spoken=spoken,
        takes=_takes(draw, spoken, longest),
        chapters=tuple(Chapter(row, f"第{row}章") for row in opening),
        pauses=draw(PAUSES),
        fps=draw(FPS),
    )


def _takes(draw: st.DrawFn, spoken: Sequence[SpokenRow], longest: int) -> tuple[Take, ...]:
    takes = []
    rest = list(spoken)
    while rest:
        size = draw(st.integers(1, min(4, len(rest))))
        times: list[RowTime] = []
        at = 0
        for row in rest[:size]:
            at += draw(st.integers(0, 2_000)) if times else 0
            span = Span(at, at + draw(st.integers(0, longest)))
            words = _words(row, span) if draw(st.booleans()) else ()
            times.append(
                RowTime(
                    row.row,
                    span,
                    draw(st.sampled_from(["measured", "boundary", "estimated"])),
                    words,
                )
            )
            at = span.end
        takes.append(Take(tuple(times), at, draw(st.sampled_from(["key", None]))))
        rest = rest[size:]
    return tuple(takes)


def _words(row: SpokenRow, span: Span) -> tuple[Word, ...]:
    """Return words of two characters each, with a little silence after each."""
    count = len(row.shown)
    places = [(first, min(first + 2, count)) for first in range(0, count, 2)]
    return tuple(
        Word(
            first,
            last,
            Span(
                span.start + span.length * first // count,
                span.start + span.length * (2 * last - 1) // (2 * count),
            ),
        )
        for first, last in places
    )


@st.composite
def parted(draw: st.DrawFn, transcript: Transcript) -> tuple[tuple[CueText, ...], ...]:
    """Draw a division of every row into one to three parts."""
    parts = []
    for row in transcript.rows:
        cuts = sorted(draw(st.sets(st.integers(1, len(row.text)), max_size=2)) | {len(row.text)})
        parts.append(
            tuple(
                CueText(row.text[first:last], (row.text[first:last],))
                for first, last in zip([0, *cuts], cuts, strict=False)
            )
        )
    return tuple(parts)


LIMITS: tuple[CueLimits, ...] = tuple(CUE_LIMITS.values())
