"""The first language of a bilingual track: one line at a time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.subtitles.parted import parted
from pipeline.subtitles.shown import line_ends
from pipeline.timebase import frame_from_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue, Known

_GAP = 2


@dataclass(frozen=True, slots=True)
class Pace:
    """Frames a second, the fewest frames a cue may last, and the characters a second the second language may be read at."""

    fps: int
    least: int
    cps: float


@dataclass(frozen=True, slots=True)
class Slot:
    """What the first language shows unchanged from frame `start` to `end`: a slice of its row, the lines, how the time is known."""

    cue: Cue
    source: str
    lines: tuple[str, ...]
    start: int
    end: int
    known: Known


def slots_of(cue: Cue, pace: Pace) -> list[Slot]:
    """Return a cue's lines one after the other where each can be shown long enough, else the cue as it is."""
    first, last = (frame_from_samples(at, pace.fps) for at in (cue.span.start, cue.span.end))
    whole = [Slot(cue, cue.source, cue.lines, first, last, cue.known)]
    if len(cue.lines) == 1:
        return whole
    ends = line_ends(cue.source, cue.lines)
    starts = (0, *ends[:-1])
    turns = _heard(cue, starts[1:], pace.fps)
    known: Known = "boundary" if turns else "estimated"
    if not turns:
        spans = parted(cue.span, [max(1, end - start) for start, end in zip(starts, ends, strict=True)], (), pace.fps, _GAP)
        turns = [frame_from_samples(span.start, pace.fps) for span in spans[1:]]
    edges = [first, *turns, last]
    if len(edges) != len(starts) + 1 or any(after - before < pace.least + _GAP for before, after in pairwise(edges)):
        return whole
    return [
        Slot(cue, cue.source[start:end], (line,), begin, after - (_GAP if after < last else 0), cue.known if start == 0 else known)
        for start, end, line, (begin, after) in zip(starts, ends, cue.lines, pairwise(edges), strict=True)
    ]


def _heard(cue: Cue, places: Sequence[int], fps: int) -> list[int]:
    """Return the frames in which the first word of each next line is heard; [] where that is not known."""
    heard = {word.first: word.span.start for word in cue.words}
    frames = [frame_from_samples(heard[place], fps) for place in places if place in heard]
    return frames if len(frames) == len(places) else []
