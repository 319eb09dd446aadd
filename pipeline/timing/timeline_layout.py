"""The episode on the sample clock: takes laid one after another with the pauses between them.

What always holds of a Timeline (checked here, a ValueError names what does not):
- every row of the transcript has a time, once, in order;
- no row begins before the one before it has ended;
- pieces and rows lie inside [0, length);
- length is the first sample after a whole number of frames.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.model import ChapterMark, PlacedTake, RowTime, Span, Timeline
from pipeline.timebase import frame_at, frames_covering, samples_from_frame, samples_from_ms
from pipeline.timing.pauses import pauses_around_takes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipeline.model import Chapter, SpokenRow, Take, Transcript, Word
    from pipeline.settings.sections import PauseSettings

_CHAPTER_LEAD_MS = 300
"""A player that jumps to a chapter lands this long before its first word, where the pause leaves room."""


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
    """Return the timeline of takes in row order, each after the one before it and the pause their boundary asks for.

    `closed` are rows after which the voice was told that a thought ends: a sentence's pause follows, whatever their text shows. An
    `@pause` stands exactly as ordered: before row 1 in place of the lead-in, after the last row in place of the tail.
    Raises ValueError naming the invariant that fails, InputError where an `@pause` is no number of seconds.
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
    """Return the timeline of a transcript that brought its own times (a subtitle file), each kept exactly.

    Only where a row ends after the next begins does it end there, since two rows are never heard at once. Raises InputError naming the
    row that begins before the one above it, ValueError where the transcript has no times.
    """
    if transcript.times is None:
        message = "this transcript brought no times"
        raise ValueError(message)
    spans = list(transcript.times)
    for number, (first, second) in enumerate(pairwise(spans), 2):
        if second.start < first.start:
            raise InputError(
                "This row begins before the one above it.",
                "Put the cues in the order of their times.",
                row=number,
            )
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
    """Return the timeline of rows aligned to a recording of `samples` samples (store key `audio`), which is heard from 0 on, whole."""
    return _build_timeline(rows, [PlacedTake(audio, Span(0, samples))], chapters, fps, samples)


def replace_rows(
    timeline: Timeline, rows: Sequence[RowTime], chapters: Sequence[Chapter]
) -> Timeline:
    """Return a timeline of the same length and sound with other rows and chapters. Raises ValueError naming the invariant that fails."""
    changed = replace(
        timeline, rows=tuple(rows), chapters=_chapter_marks(rows, chapters, timeline.fps)
    )
    check_timeline(changed, len(rows))
    return changed


def shift_row_time(row: RowTime, samples: int) -> RowTime:
    """Return a row's time and its words' `by` samples later."""
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
    """Return where players jump in: a little before a chapter's first word, on a frame, never inside the row before."""
    marks = []
    for chapter in chapters:
        if not 1 <= chapter.row <= len(rows):
            message = f"chapter {chapter.title!r} begins at row {chapter.row} of {len(rows)}"
            raise ValueError(message)
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
        message = f"every row once, in order: the takes hold {len(numbers)} rows of {len(wanted)} (first difference: {first_difference[0]} for {first_difference[1]})"
        raise ValueError(message)
    for take in takes:
        if take.rows[0].span.start < 0 or take.rows[-1].span.end > take.sample_count:
            message = f"inside the length: rows {take.rows[0].row}-{take.rows[-1].row} leave their take of {take.sample_count} samples"
            raise ValueError(message)


def check_timeline(timeline: Timeline, rows: int) -> None:
    """Raise ValueError naming the invariant of this module that does not hold for a transcript of `rows` rows."""
    if [row.row for row in timeline.rows] != list(range(1, rows + 1)):
        message = f"every row once, in order: {len(timeline.rows)} rows are laid out of {rows}"
        raise ValueError(message)
    for first, second in pairwise(timeline.rows):
        if first.span.end > second.span.start:
            message = f"no overlap: row {first.row} ends at {first.span.end}, row {second.row} begins at {second.span.start}"
            raise ValueError(message)
    spans = [*(row.span for row in timeline.rows), *(piece.span for piece in timeline.placed_takes)]
    if any(span.start < 0 or span.end > timeline.length for span in spans):
        message = f"inside the length: something lies outside [0, {timeline.length})"
        raise ValueError(message)
    if timeline.length != samples_from_frame(timeline.frames, timeline.fps):
        message = f"whole frames: {timeline.length} samples are not {timeline.frames} frames at {timeline.fps} fps"
        raise ValueError(message)


def to_json(timeline: Timeline) -> dict[str, Any]:
    """Return the timeline as plain values (times as [start, end) in samples), in an order that can be compared line by line."""
    return {
        "fps": timeline.fps,
        "frames": timeline.frames,
        "length": timeline.length,
        "chapters": [
            {"row": mark.chapter.row, "title": mark.chapter.title, "at": mark.start_sample}
            for mark in timeline.chapters
        ],
        "pieces": [
            {"audio": piece.audio_key, "span": _pair(piece.span)} for piece in timeline.placed_takes
        ],
        "rows": [
            {
                "row": row.row,
                "span": _pair(row.span),
                "known": row.time_source,
                "confidence": row.confidence,
                "words": [_word(word) for word in row.word_times],
            }
            for row in timeline.rows
        ],
    }


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]


def _word(word: Word) -> list[int]:
    return [word.shown_start, word.shown_end, word.span.start, word.span.end]
