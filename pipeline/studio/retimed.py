"""Corrected times: set, taken back, and kept in step with rows that are edited, split and merged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.studio.carry import moment
from pipeline.studio.reading import times_from
from pipeline.studio.said import Refused
from pipeline.timebase import (
    frame_at,
    frame_from_samples,
    ms_from_samples,
    samples_from_frame,
    samples_from_ms,
)
from pipeline.timing.corrections import Correction, applies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import RowTime, Timeline, Word
    from pipeline.studio.asked import Times
    from pipeline.studio.reading import Reading


_SHORTEST = samples_from_ms(40)
"""What a corrected row is left at least when it is cut (as in timing/corrections.py)."""


def timed(reading: Reading, edit: Times, timeline: Timeline) -> Reading:
    """Return the texts with a row's time corrected; edges that moved are put on frames, an edge that did not stays where it is."""
    now = timeline.rows[edit.row - 1].span
    start, end = (_edge(ms, at, timeline.fps) for ms, at in ((edit.start_ms, now.start), (edit.end_ms, now.end)))
    if end > timeline.length:
        end = min(end, timeline.length)
    if frame_from_samples(end, timeline.fps) <= frame_from_samples(start, timeline.fps):
        raise Refused("一行至少要有一帧。", "A row lasts a frame at least.")
    correction = Correction(edit.row, reading.rows[edit.row - 1], Span(start, end))
    if any(one == correction for one in reading.corrections) or (now.start, now.end) == (start, end):
        return reading
    others = [one for one in reading.corrections if one.row != edit.row]
    return reading.read_again(times=times_from([*others, correction]))


def untimed(reading: Reading, row: int) -> Reading:
    """Return the texts without the correction of a row."""
    others = [one for one in reading.corrections if one.row != row]
    return reading if len(others) == len(reading.corrections) else reading.read_again(times=times_from(others))


def for_texts(reading: Reading, texts: Mapping[int, str]) -> bytes | None:
    """Return the corrections with those of rows, where they were of the rows' texts, made ones of their new texts."""
    changed = [
        replace(one, text=texts[one.row]) if one.row in texts and _applies(one, reading, one.row) else one for one in reading.corrections
    ]
    return _file(reading, changed)


def split_times(reading: Reading, row: int, at: int, halves: Sequence[str], timeline: Timeline) -> bytes | None:
    """Return the corrections after a row became two: a corrected one is cut where its text is."""
    changed = [replace(one, row=one.row + 1) if one.row > row else one for one in reading.corrections]
    own = next((one for one in changed if _applies(one, reading, row)), None)
    if own is not None:
        time = timeline.rows[row - 1]
        least = min(_SHORTEST, own.span.length // 2)
        cut = moment(reading.rows[row - 1], replace(time, words=_inside(time, own.span), span=own.span), at)
        cut = min(max(cut, own.span.start + least), own.span.end - least)
        changed.remove(own)
        changed += [Correction(row, halves[0], Span(own.span.start, cut)), Correction(row + 1, halves[1], Span(cut, own.span.end))]
    return _file(reading, changed)


def merged_times(reading: Reading, row: int, text: str, timeline: Timeline) -> bytes | None:
    """Return the corrections after a row and the next became one: where one of them was corrected, so is the whole."""
    others = [one for one in reading.corrections if one.row not in {row, row + 1}]
    changed = [replace(one, row=one.row - 1) if one.row > row else one for one in others]
    if any(_applies(one, reading, number) for one in reading.corrections for number in (row, row + 1)):
        span = Span(timeline.rows[row - 1].span.start, timeline.rows[row].span.end)
        changed.append(Correction(row, text, span))
    return _file(reading, changed)


def _applies(one: Correction, reading: Reading, row: int) -> bool:
    return one.row == row and applies(one, reading.rows)


def _inside(time: RowTime, span: Span) -> tuple[Word, ...]:
    """Return a row's words where they lie in a span; none where its time was moved since."""
    return time.words if time.span == span else ()


def _file(reading: Reading, changed: Sequence[Correction]) -> bytes | None:
    """Return the file of corrections, without any too short for a file's whole ms; the very same file where nothing changed."""
    changed = [one for one in changed if ms_from_samples(one.span.start) < ms_from_samples(one.span.end)]
    return reading.texts.times if tuple(changed) == reading.corrections else times_from(changed)


def _edge(ms: int, now: int, fps: int) -> int:
    """Return the sample of an edge in whole ms: where it is now, or at the frame nearest, not before it."""
    if ms == ms_from_samples(now):
        return samples_from_ms(ms)
    frame = frame_from_samples(samples_from_ms(ms), fps)
    found = ms_from_samples(samples_from_frame(frame, fps))
    if frame_at(samples_from_ms(found), fps) < frame:
        found += 1  # files hold whole ms: rounded down, the row would come on a frame early
    return samples_from_ms(found)
