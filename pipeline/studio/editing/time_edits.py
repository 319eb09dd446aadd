"""Corrected times: set, taken back, and kept in step with rows that are edited, split and merged."""

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
"""What a corrected row is left at least when it is cut (as in timing/corrections.py)."""


def set_row_time(source: EpisodeSource, edit: SetTimes, timeline: Timeline) -> EpisodeSource:
    """Return the texts with a row's time corrected; edges that moved are put on frames, an edge that did not stays where it is."""
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
    if any(one == correction for one in source.corrections) or (
        current_span.start,
        current_span.end,
    ) == (start, end):
        return source
    other_corrections = [one for one in source.corrections if one.row != edit.row]
    return source.with_changes(times=corrections_to_bytes([*other_corrections, correction]))


def clear_row_time(source: EpisodeSource, row: int) -> EpisodeSource:
    """Return the texts without the correction of a row."""
    other_corrections = [one for one in source.corrections if one.row != row]
    return (
        source
        if len(other_corrections) == len(source.corrections)
        else source.with_changes(times=corrections_to_bytes(other_corrections))
    )


def corrections_with_texts(source: EpisodeSource, texts: Mapping[int, str]) -> bytes | None:
    """Return the corrections with those of rows, where they were of the rows' texts, made ones of their new texts."""
    corrections = [
        replace(one, text=texts[one.row])
        if one.row in texts and _is_row_correction(one, source, one.row)
        else one
        for one in source.corrections
    ]
    return _corrections_bytes(source, corrections)


def split_correction(
    source: EpisodeSource, row: int, position: int, halves: Sequence[str], timeline: Timeline
) -> bytes | None:
    """Return the corrections after a row became two: a corrected one is cut where its text is."""
    corrections = [
        replace(one, row=one.row + 1) if one.row > row else one for one in source.corrections
    ]
    own_correction = next(
        (one for one in corrections if _is_row_correction(one, source, row)), None
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
    """Return the corrections after a row and the next became one: where one of them was corrected, so is the whole."""
    other_corrections = [one for one in source.corrections if one.row not in {row, row + 1}]
    corrections = [
        replace(one, row=one.row - 1) if one.row > row else one for one in other_corrections
    ]
    if any(
        _is_row_correction(one, source, number)
        for one in source.corrections
        for number in (row, row + 1)
    ):
        span = Span(timeline.rows[row - 1].span.start, timeline.rows[row].span.end)
        corrections.append(Correction(row, text, span))
    return _corrections_bytes(source, corrections)


def _is_row_correction(correction: Correction, source: EpisodeSource, row: int) -> bool:
    return correction.row == row and correction_applies(correction, source.row_texts)


def _words_inside(time: RowTime, span: Span) -> tuple[Word, ...]:
    """Return a row's words where they lie in a span; none where its time was moved since."""
    return time.word_times if time.span == span else ()


def _corrections_bytes(source: EpisodeSource, corrections: Sequence[Correction]) -> bytes | None:
    """Return the file of corrections, without any too short for a file's whole ms; the very same file where nothing changed."""
    corrections = [
        one
        for one in corrections
        if ms_from_samples(one.span.start) < ms_from_samples(one.span.end)
    ]
    return (
        source.files.times
        if tuple(corrections) == source.corrections
        else corrections_to_bytes(corrections)
    )


def _edge_on_frame(ms: int, current_sample: int, fps: int) -> int:
    """Return the sample of an edge in whole ms: where it is now, or at the frame nearest, not before it."""
    if ms == ms_from_samples(current_sample):
        return samples_from_ms(ms)
    frame = frame_from_samples(samples_from_ms(ms), fps)
    frame_ms = ms_from_samples(samples_from_frame(frame, fps))
    if frame_at(samples_from_ms(frame_ms), fps) < frame:
        frame_ms += 1  # files hold whole ms: rounded down, the row would come on a frame early
    return samples_from_ms(frame_ms)
