"""Corrected times: set, cleared, and kept in step when rows are edited, split or merged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.model import Span
from pipeline.studio.editing.sources import corrections_to_bytes
from pipeline.studio.editing.timing_transfer import sample_of_character
from pipeline.studio.localization import EditRefused
from pipeline.timebase import (
    frame_at,
    frame_from_samples,
    ms_from_samples,
    samples_from_frame,
    samples_from_ms,
)
from pipeline.timing.corrections import Correction, correction_applies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import RowTime, Timeline, Word
    from pipeline.studio.editing.commands import SetTimes
    from pipeline.studio.editing.sources import EpisodeSource

_MIN_CORRECTED_SAMPLES = samples_from_ms(40)
"""Shortest half of a corrected row that is split (as in timing/corrections.py)."""


def set_row_time(source: EpisodeSource, edit: SetTimes, timeline: Timeline) -> EpisodeSource:
    """Return the source with a row's time corrected.

    Edges that moved are aligned to frames; an edge that did not move stays. Raises EditRefused
    where less than one frame is left.
    """
    current_span = timeline.rows[edit.row - 1].span
    start, end = (
        _edge_on_frame(ms, at, timeline.fps)
        for ms, at in ((edit.start_ms, current_span.start), (edit.end_ms, current_span.end))
    )
    if end > timeline.length:
        end = min(end, timeline.length)
    if frame_from_samples(end, timeline.fps) <= frame_from_samples(start, timeline.fps):
        raise EditRefused(message("studio.time_too_short"))
    correction = Correction(edit.row, source.row_texts[edit.row - 1], Span(start, end))
    if any(other == correction for other in source.corrections) or (
        current_span.start,
        current_span.end,
    ) == (start, end):
        return source
    other_corrections = [other for other in source.corrections if other.row != edit.row]
    return source.with_changes(times=corrections_to_bytes([*other_corrections, correction]))


def clear_row_time(source: EpisodeSource, row: int) -> EpisodeSource:
    """Return the source without the correction of a row."""
    other_corrections = [correction for correction in source.corrections if correction.row != row]
    return (
        source
        if len(other_corrections) == len(source.corrections)
        else source.with_changes(times=corrections_to_bytes(other_corrections))
    )


def carry_corrections_to_new_texts(source: EpisodeSource, texts: Mapping[int, str]) -> bytes | None:
    """Return the corrections, with those of changed rows transferred to the new texts."""
    corrections = [
        replace(correction, text=texts[correction.row])
        if correction.row in texts and _is_row_correction(correction, source, correction.row)
        else correction
        for correction in source.corrections
    ]
    return _corrections_bytes(source, corrections)


def split_correction(
    source: EpisodeSource, row: int, position: int, halves: Sequence[str], timeline: Timeline
) -> bytes | None:
    """Return the corrections after a row was split; its own correction is split with the text."""
    corrections = [
        replace(correction, row=correction.row + 1) if correction.row > row else correction
        for correction in source.corrections
    ]
    own_correction = next(
        (correction for correction in corrections if _is_row_correction(correction, source, row)),
        None,
    )
    if own_correction is not None:
        row_time = timeline.rows[row - 1]
        least_samples = min(_MIN_CORRECTED_SAMPLES, own_correction.span.length // 2)
        cut_sample = sample_of_character(
            source.row_texts[row - 1],
            replace(
                row_time,
                word_times=_words_inside(row_time, own_correction.span),
                span=own_correction.span,
            ),
            position,
        )
        cut_sample = min(
            max(cut_sample, own_correction.span.start + least_samples),
            own_correction.span.end - least_samples,
        )
        corrections.remove(own_correction)
        corrections += [
            Correction(row, halves[0], Span(own_correction.span.start, cut_sample)),
            Correction(row + 1, halves[1], Span(cut_sample, own_correction.span.end)),
        ]
    return _corrections_bytes(source, corrections)


def merge_corrections(
    source: EpisodeSource, row: int, text: str, timeline: Timeline
) -> bytes | None:
    """Return the corrections after a row and the next were merged.

    Where one of them was corrected, the merged row is corrected too.
    """
    other_corrections = [
        correction for correction in source.corrections if correction.row not in {row, row + 1}
    ]
    corrections = [
        replace(correction, row=correction.row - 1) if correction.row > row else correction
        for correction in other_corrections
    ]
    if any(
        _is_row_correction(correction, source, number)
        for correction in source.corrections
        for number in (row, row + 1)
    ):
        span = Span(timeline.rows[row - 1].span.start, timeline.rows[row].span.end)
        corrections.append(Correction(row, text, span))
    return _corrections_bytes(source, corrections)


def _is_row_correction(correction: Correction, source: EpisodeSource, row: int) -> bool:
    return correction.row == row and correction_applies(correction, source.row_texts)


def _words_inside(time: RowTime, span: Span) -> tuple[Word, ...]:
    """Return a row's word times where they lie in a span; none where its time was corrected."""
    return time.word_times if time.span == span else ()


def _corrections_bytes(source: EpisodeSource, corrections: Sequence[Correction]) -> bytes | None:
    """Return the file of corrections; the same bytes where nothing changed.

    Corrections shorter than 1 ms, the resolution of the file, are left out.
    """
    corrections = [
        correction
        for correction in corrections
        if ms_from_samples(correction.span.start) < ms_from_samples(correction.span.end)
    ]
    return (
        source.files.times
        if tuple(corrections) == source.corrections
        else corrections_to_bytes(corrections)
    )


def _edge_on_frame(ms: int, current_sample: int, fps: int) -> int:
    """Return the sample of an edge given in ms.

    That is where the edge is now, or the nearest frame rounded up to a whole ms.
    """
    if ms == ms_from_samples(current_sample):
        return samples_from_ms(ms)
    frame = frame_from_samples(samples_from_ms(ms), fps)
    frame_ms = ms_from_samples(samples_from_frame(frame, fps))
    if frame_at(samples_from_ms(frame_ms), fps) < frame:
        frame_ms += 1  # the file has whole ms; rounded down, the row would appear one frame early
    return samples_from_ms(frame_ms)
