"""Reading time from a neighbour: a translated cue that is too fast may begin early or stay late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.subtitles.frame_grid import frames_of_span, frames_to_read, span_of_frames
from pipeline.timebase import frame_from_samples, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue
    from pipeline.subtitle_profiles import CueLimits

_MAX_SHIFT_MS = 700
"""The most that the boundary between two cues is moved."""


def lend_reading_time(
    cues: Sequence[Cue], limits: CueLimits, chapters: frozenset[int], fps: int
) -> list[Cue]:
    """Return the cues with time moved from cues that can spare it to neighbours that are too fast.

    The boundary between two cues moves by at most 0.7 s. Two cues that share time are both labelled
    with all their rows, `row` to `last_row`, so that each stays inside the time of the rows it is
    labelled with. No time is moved over the start of a chapter (`chapters`: their first rows) or
    over a pause of half a second.
    """
    frames = [frames_of_span(cue.span, fps) for cue in cues]
    needs = [frames_to_read(cue.lines, limits, fps) for cue in cues]
    shares_time = [False] * len(cues)  # whether a cue shares time with the one before it
    max_shift = frame_from_samples(samples_from_ms(_MAX_SHIFT_MS), fps)
    for index in range(len(cues)):
        for neighbour in (index - 1, index + 1):
            start, end = frames[index]
            missing_frames = needs[index] - (end - start)
            if (
                missing_frames <= 0
                or not 0 <= neighbour < len(cues)
                or not _are_neighbours(cues, min(index, neighbour), chapters, frames, fps)
            ):
                continue
            spare_frames = frames[neighbour][1] - frames[neighbour][0] - needs[neighbour]
            shift = min(missing_frames, spare_frames, max_shift)
            if shift > 0:
                takes_from_previous = neighbour < index
                frames[index] = (
                    (start - shift, end) if takes_from_previous else (start, end + shift)
                )
                frames[neighbour] = (
                    (frames[neighbour][0], frames[neighbour][1] - shift)
                    if takes_from_previous
                    else (frames[neighbour][0] + shift, frames[neighbour][1])
                )
                shares_time[max(index, neighbour)] = True
    moved_cues = [
        cue
        if frame == frames_of_span(cue.span, fps)
        else replace(cue, span=span_of_frames(*frame, fps))
        for cue, frame in zip(cues, frames, strict=True)
    ]
    return _label_shared_rows(moved_cues, shares_time)


def _label_shared_rows(cues: Sequence[Cue], shares_time: Sequence[bool]) -> list[Cue]:
    """Return the cues with all their rows on those that share time or are parts of such rows."""
    groups: list[list[Cue]] = []
    for cue, shares_with_previous in zip(cues, shares_time, strict=True):
        if groups and (shares_with_previous or cue.row == groups[-1][-1].row):
            groups[-1].append(cue)
        else:
            groups.append([cue])
    out = []
    for group in groups:
        row = group[0].row
        last_row = max(cue.last_row or cue.row for cue in group)
        out += [
            replace(cue, row=row, last_row=last_row if last_row > row else None, part=part)
            for part, cue in enumerate(group)
        ]
    return out


def _are_neighbours(
    cues: Sequence[Cue],
    index: int,
    chapters: frozenset[int],
    frames: Sequence[tuple[int, int]],
    fps: int,
) -> bool:
    """Return whether a cue and the next are in one chapter with less than 0.5 s between them."""
    cue, next_cue = cues[index], cues[index + 1]
    same_chapter = chapters.isdisjoint(range(cue.row + 1, next_cue.row + 1))
    return same_chapter and 2 * (frames[index + 1][0] - frames[index][1]) < fps
