"""Bilingual tracks: one line of the first language above one line of the second."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import ceil
from typing import TYPE_CHECKING

from pipeline.model import Cue, Track, Word
from pipeline.subtitles.frame_grid import frames_of_span, span_of_frames
from pipeline.subtitles.source_positions import line_ends_in_source
from pipeline.text.display_width import display_width
from pipeline.text.line_joining import join_texts
from pipeline.timebase import frame_from_samples, frames_covering, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import TimeSource

_GAP_FRAMES = 2
_TWO_LINES = 2


@dataclass(frozen=True, slots=True)
class ReadingPace:
    """Frames a second, the fewest frames of a cue, and characters per second of each language."""

    fps: int
    min_frames: int
    above_cps: float
    below_cps: float


@dataclass(frozen=True, slots=True)
class FirstLanguageSlot:
    """The first language from frame `start` to `end`: a slice of its row, lines, time source."""

    cue: Cue
    source: str
    lines: tuple[str, ...]
    start: int
    end: int
    known: TimeSource


def slots_of_cue(
    cue: Cue, second_lines: Sequence[str], pace: ReadingPace
) -> list[FirstLanguageSlot]:
    """Return a cue's two lines one after the other if both can be read, else the cue unchanged.

    `second_lines` are the second language's lines for this cue; if there are two of them as well,
    both languages change at the same time.
    """
    first_frame, end_frame = frames_of_span(cue.span, pace.fps)
    unsplit = [
        FirstLanguageSlot(cue, cue.source, cue.lines, first_frame, end_frame, cue.time_source)
    ]
    turn_frames = range(
        first_frame + pace.min_frames + _GAP_FRAMES, end_frame - pace.min_frames + 1
    )
    if len(cue.lines) != _TWO_LINES or not turn_frames:
        return unsplit
    second_line_start = line_ends_in_source(cue.source, cue.lines)[0]
    above_seconds = [(display_width(line, "visual") / pace.above_cps) for line in cue.lines]
    below_seconds = (
        [len(line) / pace.below_cps for line in second_lines]
        if len(second_lines) == _TWO_LINES
        else [0.0, 0.0]
    )
    heard_frame = next(
        (
            frame_from_samples(word.span.start, pace.fps)
            for word in cue.word_times
            if word.shown_start == second_line_start
        ),
        None,
    )
    wanted_frame = (
        first_frame + round((end_frame - first_frame) * second_line_start / max(1, len(cue.source)))
        if heard_frame is None
        else heard_frame
    )

    def turn_cost(turn: int) -> tuple[float, int]:
        """Return the excess of the fastest line over its pace, and the distance in frames."""
        seconds = ((turn - _GAP_FRAMES - first_frame) / pace.fps, (end_frame - turn) / pace.fps)
        excess = max(
            need / time
            for needs in (above_seconds, below_seconds)
            for need, time in zip(needs, seconds, strict=True)
        )
        return max(1.0, round(excess, 2)), abs(turn - wanted_frame)

    turn = min(turn_frames, key=turn_cost)
    return [
        FirstLanguageSlot(
            cue,
            cue.source[:second_line_start],
            cue.lines[:1],
            first_frame,
            turn - _GAP_FRAMES,
            cue.time_source,
        ),
        FirstLanguageSlot(
            cue,
            cue.source[second_line_start:],
            cue.lines[1:],
            turn,
            end_frame,
            "boundary" if turn == heard_frame else "estimated",
        ),
    ]


MAX_SECOND_LINE_CHARACTERS = 48
"""Half widths of one line below.

An author's row of 22 full-width characters above is 44, and a line a word longer than Netflix's 42
is easier to read than one that changes.
"""


@dataclass(frozen=True, slots=True)
class SecondLanguageText:
    """A text of the second language from `start` (samples) on, in pieces of one line each."""

    start: int
    lines: tuple[str, ...]


def build_bilingual_track(
    first_track: Track,
    second_track: Track,
    *,
    fps: int = 30,
    characters: int = MAX_SECOND_LINE_CHARACTERS,
    min_ms: int = 833,
    cps: float = 20,
    above_cps: float = 10,
) -> Track:
    """Return the first language's cues with the second's line below, in `zh-en` or the like.

    A line of the second language has at most `characters` half widths. No cue that is divided here
    becomes shorter than `min_ms`. Both languages change together unless a line would have to be
    read faster than `cps` (above: `above_cps`) characters per second. The sources are slices of the
    first language's rows, or "" where its line is held while the second language changes.
    """
    second_texts = _second_language_texts(second_track, characters)
    starts = [second_text.start for second_text in second_texts]
    pace = ReadingPace(fps, frames_covering(samples_from_ms(min_ms), fps), above_cps, cps)
    cues: list[Cue] = []
    # a cue belongs to the last text that has begun when it begins; -1 is before the first text
    for index, group in groupby(
        first_track.cues, key=lambda cue: bisect_right(starts, cue.span.start) - 1
    ):
        second_lines = second_texts[index].lines if index >= 0 else ()
        group_cues = list(group)
        slots = [
            slot
            for cue in group_cues
            for slot in slots_of_cue(cue, second_lines if len(group_cues) == 1 else (), pace)
        ]
        cues += _cues_of_slots(slots, second_lines, pace)
    renumbered = (
        replace(cue, part=part)
        for _, row in groupby(cues, key=lambda cue: cue.row)
        for part, cue in enumerate(row)
    )
    return Track(f"{first_track.language}-{second_track.language}", tuple(renumbered))


def _second_language_texts(second_track: Track, characters: int) -> list[SecondLanguageText]:
    """Return the second language's texts, with split ones together and merged ones apart."""
    stretches = [
        (
            word.span if cue.word_times else cue.span,
            cue.source[word.shown_start : word.shown_end],
            _source_lines(cue, word),
        )
        for cue in second_track.cues
        for word in cue.word_times or (Word(0, len(cue.source), cue.span),)
    ]
    second_texts = []
    for span, group in groupby(stretches, key=lambda stretch: stretch[0]):
        texts = list(group)
        text = join_texts(text for _, text, _ in texts)
        fits = 2 * display_width(text, "visual") <= characters
        second_texts.append(
            SecondLanguageText(
                span.start,
                (text,) if fits else tuple(line for _, _, lines in texts for line in lines),
            )
        )
    return second_texts


def _source_lines(cue: Cue, word: Word) -> list[str]:
    """Return a stretch of a cue's source, divided where its lines end."""
    cuts = [
        word.shown_start,
        *(
            end
            for end in line_ends_in_source(cue.source, cue.lines)
            if word.shown_start < end < word.shown_end
        ),
        word.shown_end,
    ]
    return [line for start, end in pairwise(cuts) if (line := cue.source[start:end].strip())]


def _cues_of_slots(
    slots: Sequence[FirstLanguageSlot], second_lines: Sequence[str], pace: ReadingPace
) -> Iterator[Cue]:
    """Yield the cues of the slots, divided where the second language changes to its next line.

    The second language is left out if no division leaves time to read it.
    """
    cuts = (
        _second_line_turns(slots, [len(line) for line in second_lines], pace)
        if second_lines
        else None
    )
    for slot in slots:
        inner = [cut for cut in cuts or () if slot.start < cut < slot.end]
        for start, end in pairwise([slot.start, *inner, slot.end]):
            second_line = second_lines[bisect_right(cuts, start)] if cuts is not None else ""
            yield Cue(
                row=slot.cue.row,
                part=slot.cue.part,
                source=slot.source if start == slot.start else "",
                lines=(*slot.lines, second_line) if second_line else slot.lines,
                span=span_of_frames(start, end, pace.fps),
                time_source=slot.known if start == slot.start else "estimated",
                last_row=slot.cue.last_row,
            )


def _second_line_turns(
    slots: Sequence[FirstLanguageSlot], weights: Sequence[int], pace: ReadingPace
) -> list[int] | None:
    """Return the frames at which the second language changes lines, or None if it cannot be read.

    A change is placed in proportion to the lengths of the lines (`weights`); it moves to the
    nearest start of a slot that leaves every line the time it needs.
    """
    first_frame, end_frame = slots[0].start, slots[-1].end
    total = sum(weights)
    shares = [(end_frame - first_frame) * weight // total for weight in weights]
    needed_frames = [
        min(share, ceil(weight * pace.fps / pace.below_cps))
        for share, weight in zip(shares, weights, strict=True)
    ]
    cuts: list[int] = []
    turn = first_frame
    for index in range(1, len(weights)):
        earliest, latest = turn + needed_frames[index - 1], end_frame - sum(needed_frames[index:])
        wanted_turn = first_frame + (end_frame - first_frame) * sum(weights[:index]) // total
        fitting_starts = [slot.start for slot in slots[1:] if earliest <= slot.start <= latest]
        turn = min(
            fitting_starts, key=lambda start: abs(start - wanted_turn), default=None
        ) or _avoid_flash(slots, min(max(wanted_turn, earliest), latest), pace)
        if turn <= (cuts[-1] if cuts else first_frame):
            return None
        cuts.append(turn)
    flashes = any(
        after - before < pace.min_frames
        for before, after in pairwise([first_frame, *cuts, end_frame])
    )
    return None if cuts and flashes else cuts


def _avoid_flash(slots: Sequence[FirstLanguageSlot], frame: int, pace: ReadingPace) -> int:
    """Return the frame, or the nearest start of a slot if a cue would be too short there."""
    slot = next((slot for slot in reversed(slots) if slot.start <= frame), slots[0])
    edges = [edge for edge in (slot.start, slot.end) if abs(edge - frame) < pace.min_frames]
    if not edges:
        return frame
    starts = [slot.start for slot in slots]
    return min(starts, key=lambda start: abs(start - frame))
