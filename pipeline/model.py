"""The values that all rooms share, frozen. No I/O, no rounding, no defaults that hide a choice.

Row numbers count from 1, as a person counts the text rows of a transcript; directives do not count.
All times are integer sample positions at 48 kHz (see timebase); all ranges are half-open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

TimeSource = Literal["measured", "boundary", "estimated"]
"""Where a time comes from: aligned audio, a word time inside an utterance, or an estimate."""

ProgressCallback = Callable[[str, int, int], None]
"""Receives progress: the step's name, how much is done, how much there is."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of samples [start, end)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins."""
        if self.end < self.start:
            message = f"a span cannot end ({self.end}) before it starts ({self.start})"
            raise ValueError(message)

    @property
    def length(self) -> int:
        """Length in samples."""
        return self.end - self.start

    def shifted_by(self, offset: int) -> Span:
        """Return the same length `by` samples later."""
        return Span(self.start + offset, self.end + offset)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the author's text: its number, its line in the file, its characters."""

    number: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Directive:
    """An `@` row; it applies from row `row` on (one past the last row when nothing follows)."""

    kind: Literal["slide", "chapter", "pause", "voice"]
    value: str
    row: int
    line: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """A text: rows, directives, encoding, notices; `times` if it was a subtitle file.

    `translations` are those that a subtitle file of two languages holds: by code, one text a row.
    """

    name: str
    rows: tuple[Row, ...]
    directives: tuple[Directive, ...]
    encoding: str
    notices: tuple[str, ...]
    times: tuple[Span, ...] | None = None
    translations: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter that begins at `row`; `titles` holds its title in other languages by code."""

    row: int
    title: str
    titles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """Characters of a row and of its spoken form that correspond, as half-open ranges."""

    shown_start: int
    shown_end: int
    spoken_start: int
    spoken_end: int


@dataclass(frozen=True, slots=True)
class PinyinReading:
    """How the characters [start, end) of a spoken text are read, one syllable a character.

    A syllable is pinyin with its tone number: `hang2`; ü is v, 5 is the neutral tone.
    """

    start: int
    end: int
    syllables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpokenRow:
    """A row and what is said for it; the tokens cover both texts, in order, without gaps.

    `readings` are those that the author gave in pinyin, in order.
    """

    row: int
    shown: str
    spoken: str
    tokens: tuple[Token, ...]
    readings: tuple[PinyinReading, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A stretch of a row's shown characters [first, last) with the time it is heard."""

    shown_start: int
    shown_end: int
    span: Span


@dataclass(frozen=True, slots=True)
class RowTime:
    """Where a row is heard, from the first to the last audible sample.

    In a take the span counts from the take's first sample.
    """

    row: int
    span: Span
    time_source: TimeSource
    word_times: tuple[Word, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Take:
    """One piece of speech holding one or more whole rows, trimmed of silence at both ends.

    `audio` is the store key of mono 16-bit samples at 48 kHz; None where only times are known.
    """

    rows: tuple[RowTime, ...]
    sample_count: int
    audio_key: str | None


@dataclass(frozen=True, slots=True)
class PlacedTake:
    """A take put on the timeline."""

    audio_key: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class ChapterMark:
    """A chapter put on the timeline; `at` is the sample at which players jump in."""

    chapter: Chapter
    start_sample: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The episode on the sample clock: a time for every row, in order.

    `length` is a whole number of frames.
    """

    rows: tuple[RowTime, ...]
    placed_takes: tuple[PlacedTake, ...]
    chapters: tuple[ChapterMark, ...]
    fps: int
    frames: int
    length: int


@dataclass(frozen=True, slots=True)
class Cue:
    """What is on the screen at once: part `part` of row `row`, or of rows `row` to `last_row`.

    `source` is the exact slice of the rows: joined, the sources of a row's cues are its text.
    `lines` is what is shown. The span lies on the frame grid. `name` is the number that a subtitle
    file gives the cue, where one was read.
    """

    row: int
    part: int
    source: str
    lines: tuple[str, ...]
    span: Span
    time_source: TimeSource
    word_times: tuple[Word, ...] = ()
    last_row: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """The cues of one language in order of time, without overlaps; `language` is a BCP 47 code."""

    language: str
    cues: tuple[Cue, ...]
