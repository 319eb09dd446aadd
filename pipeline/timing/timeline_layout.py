"""The timeline of an episode in samples: takes one after another with the pauses between them.

Invariants of a Timeline (checked here; a ValueError names the one that fails):
- every row of the transcript has a time, once, in order;
- no row begins before the one before it has ended;
- placed takes and rows are inside [0, length);
- length is the first sample after a whole number of frames.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import ChapterMark, PlacedTake, RowTime, Span, Timeline
from pipeline.timebase import frame_at, frames_covering, samples_from_frame, samples_from_ms
from pipeline.timing.pauses import pauses_around_takes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipeline.model import Chapter, SpokenRow, Take, Transcript
    from pipeline.settings.sections import PauseSettings

_CHAPTER_LEAD_MS = 300
"""A chapter begins this long before its first word, if the pause before it is long enough."""


def lay_out_takes(
    takes: Sequence[Take],
    spoken: Sequence[SpokenRow],
    transcript: Transcript,
    chapters: Sequence[Chapter],
    pauses: PauseSettings,
    fps: int,
    *,
    sentence_end_rows: Collection[int] = (),
) -> Timeline:
    """Return the timeline of takes in row order, with the pauses that their boundaries ask for.

    A sentence's pause follows each of `sentence_end_rows`, after which the voice ended a thought.
    An `@pause` keeps its exact length: before row 1 it replaces the lead-in, after the last row the
    tail. Raises ValueError naming the invariant that fails, InputError where an `@pause` is no
    number of seconds.
    """
    _check_takes(takes, transcript)
    pause_samples = [
        silence.samples
        for silence in pauses_around_takes(
            takes, spoken, transcript, chapters, pauses, sentence_end_rows=sentence_end_rows
        )
    ]
    rows: list[RowTime] = []
    pieces: list[PlacedTake] = []
    position = 0
    for silence, take in zip(pause_samples, takes, strict=False):
        position += silence
        rows += [shift_row_time(row, position) for row in take.rows]
        pieces.append(PlacedTake(take.audio_key, Span(position, position + take.sample_count)))
        position += take.sample_count
    return _build_timeline(rows, pieces, chapters, fps, position + pause_samples[-1])


def lay_out_times(
    transcript: Transcript, chapters: Sequence[Chapter], pauses: PauseSettings, fps: int
) -> Timeline:
    """Return the timeline of a transcript with times of its own (a subtitle file), kept exactly.

    Only a row that ends after the next one begins is cut there, since rows never overlap. Raises
    InputError naming the row that begins before the one above it, ValueError where the transcript
    has no times.
    """
    if transcript.times is None:
        problem = "this transcript brought no times"
        raise ValueError(problem)
    spans = list(transcript.times)
    for number, (first, second) in enumerate(pairwise(spans), 2):
        if second.start < first.start:
            raise InputError(message("timing.rows_out_of_order"), row=number)
        if first.end > second.start:
            spans[number - 2] = Span(first.start, second.start)
    rows = [
        RowTime(row.number, span, "measured")
        for row, span in zip(transcript.rows, spans, strict=True)
    ]
    return _build_timeline(
        rows, [], chapters, fps, (spans[-1].end if spans else 0) + samples_from_ms(pauses.tail)
    )


def lay_out_recording(
    rows: Sequence[RowTime], audio: str, samples: int, chapters: Sequence[Chapter], fps: int
) -> Timeline:
    """Return the timeline of rows aligned to a recording that is heard whole, from 0 on.

    `audio` is the recording's key in the cache, `samples` its length.
    """
    return _build_timeline(rows, [PlacedTake(audio, Span(0, samples))], chapters, fps, samples)


def replace_rows(
    timeline: Timeline, rows: Sequence[RowTime], chapters: Sequence[Chapter]
) -> Timeline:
    """Return a timeline of the same length and sound with other rows and chapters.

    Raises ValueError naming the invariant that fails.
    """
    changed = replace(
        timeline, rows=tuple(rows), chapters=_chapter_marks(rows, chapters, timeline.fps)
    )
    check_timeline(changed, len(rows))
    return changed


def shift_row_time(row: RowTime, samples: int) -> RowTime:
    """Return a row and its words `samples` later."""
    return replace(
        row,
        span=row.span.shifted_by(samples),
        word_times=tuple(
            replace(word, span=word.span.shifted_by(samples)) for word in row.word_times
        ),
    )


def _build_timeline(
    rows: Sequence[RowTime],
    pieces: Sequence[PlacedTake],
    chapters: Sequence[Chapter],
    fps: int,
    samples: int,
) -> Timeline:
    frames = max(1, frames_covering(samples, fps))
    timeline = Timeline(
        tuple(rows),
        tuple(pieces),
        _chapter_marks(rows, chapters, fps),
        fps,
        frames,
        samples_from_frame(frames, fps),
    )
    check_timeline(timeline, len(rows))
    return timeline


def _chapter_marks(
    rows: Sequence[RowTime], chapters: Sequence[Chapter], fps: int
) -> tuple[ChapterMark, ...]:
    """Return the chapter marks: shortly before the first word, on a frame, after the row before."""
    marks = []
    for chapter in chapters:
        if not 1 <= chapter.row <= len(rows):
            problem = f"chapter {chapter.title!r} begins at row {chapter.row} of {len(rows)}"
            raise ValueError(problem)
        start = rows[chapter.row - 1].span.start
        earliest = rows[chapter.row - 2].span.end if chapter.row > 1 else 0
        frame = frame_at(max(earliest, start - samples_from_ms(_CHAPTER_LEAD_MS)), fps)
        marks.append(ChapterMark(chapter, samples_from_frame(frame, fps) if chapter.row > 1 else 0))
    return tuple(marks)


def _check_takes(takes: Sequence[Take], transcript: Transcript) -> None:
    numbers = [row.row for take in takes for row in take.rows]
    wanted = [row.number for row in transcript.rows]
    if numbers != wanted or any(not take.rows for take in takes):
        first_difference = next(
            (pair for pair in zip(numbers, wanted, strict=False) if pair[0] != pair[1]),
            (len(numbers), len(wanted)),
        )
        problem = (
            f"every row once, in order: the takes hold {len(numbers)} rows of {len(wanted)} "
            f"(first difference: {first_difference[0]} for {first_difference[1]})"
        )
        raise ValueError(problem)
    for take in takes:
        if take.rows[0].span.start < 0 or take.rows[-1].span.end > take.sample_count:
            problem = (
                f"inside the length: rows {take.rows[0].row}-{take.rows[-1].row} "
                f"leave their take of {take.sample_count} samples"
            )
            raise ValueError(problem)


def check_timeline(timeline: Timeline, rows: int) -> None:
    """Raise ValueError naming the invariant that fails for a transcript of `rows` rows."""
    if [row.row for row in timeline.rows] != list(range(1, rows + 1)):
        problem = f"every row once, in order: {len(timeline.rows)} rows are laid out of {rows}"
        raise ValueError(problem)
    for row, next_row in pairwise(timeline.rows):
        if row.span.end > next_row.span.start:
            problem = (
                f"no overlap: row {row.row} ends at {row.span.end}, "
                f"row {next_row.row} begins at {next_row.span.start}"
            )
            raise ValueError(problem)
    spans = [*(row.span for row in timeline.rows), *(piece.span for piece in timeline.placed_takes)]
    if any(span.start < 0 or span.end > timeline.length for span in spans):
        problem = f"inside the length: a row or a take is outside [0, {timeline.length})"
        raise ValueError(problem)
    if timeline.length != samples_from_frame(timeline.frames, timeline.fps):
        problem = (
            f"whole frames: {timeline.length} samples are not "
            f"{timeline.frames} frames at {timeline.fps} fps"
        )
        raise ValueError(problem)
