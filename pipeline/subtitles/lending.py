"""Reading time lent by a neighbour: a second-language cue that is too fast may come a little early or stay a little late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.subtitles.frames import frames_of, reading_frames, span_of
from pipeline.timebase import frame_from_samples, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue
    from pipeline.text.profiles import Limits

_FARTHEST_MS = 700


def lent(cues: Sequence[Cue], limits: Limits, chapters: frozenset[int], fps: int) -> list[Cue]:
    """Return the cues with the boundary to a neighbour moved by at most 0.7 s where one is too fast and the neighbour has time to spare.

    Two cues that share time that way are both labelled with all their rows, `row` to `last_row`, so that each stays inside the time of
    the rows it is labelled with. Nothing is lent over a chapter's start or a pause of half a second.
    """
    frames = [frames_of(cue.span, fps) for cue in cues]
    needs = [reading_frames(cue.lines, limits, fps) for cue in cues]
    joined = [False] * len(cues)  # whether a cue shares time with the one before it
    farthest = frame_from_samples(samples_from_ms(_FARTHEST_MS), fps)
    for index in range(len(cues)):
        for other in (index - 1, index + 1):
            start, end = frames[index]
            missing = needs[index] - (end - start)
            if missing <= 0 or not 0 <= other < len(cues) or not _next_to(cues, min(index, other), chapters, frames, fps):
                continue
            spare = frames[other][1] - frames[other][0] - needs[other]
            moved = min(missing, spare, farthest)
            if moved > 0:
                early = other < index
                frames[index] = (start - moved, end) if early else (start, end + moved)
                frames[other] = (frames[other][0], frames[other][1] - moved) if early else (frames[other][0] + moved, frames[other][1])
                joined[max(index, other)] = True
    moved_cues = [
        cue if frame == frames_of(cue.span, fps) else replace(cue, span=span_of(*frame, fps))
        for cue, frame in zip(cues, frames, strict=True)
    ]
    return _labelled(moved_cues, joined)


def _labelled(cues: Sequence[Cue], joined: Sequence[bool]) -> list[Cue]:
    """Return cues that share time, and the parts of a row one of them belongs to, labelled with all their rows."""
    groups: list[list[Cue]] = []
    for cue, shares in zip(cues, joined, strict=True):
        if groups and (shares or cue.row == groups[-1][-1].row):
            groups[-1].append(cue)
        else:
            groups.append([cue])
    out = []
    for group in groups:
        row = group[0].row
        last = max(cue.last_row or cue.row for cue in group)
        out += [replace(cue, row=row, last_row=last if last > row else None, part=part) for part, cue in enumerate(group)]
    return out


def _next_to(cues: Sequence[Cue], index: int, chapters: frozenset[int], frames: Sequence[tuple[int, int]], fps: int) -> bool:
    """Tell whether a cue and the next are of one chapter with no real pause between them."""
    one, after = cues[index], cues[index + 1]
    same_chapter = chapters.isdisjoint(range(one.row + 1, after.row + 1))
    return same_chapter and 2 * (frames[index + 1][0] - frames[index][1]) < fps
