"""From timeline, slides and burnt-in tracks to the reel: which state holds for how many frames, and which states are encoded together.

Segments are cut by what they show, so that moving cues in time leaves them as they are. Time decides only where a stretch without a
possible IDR picture would be longer than the keyframe interval: there it is cut in halves.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.picture.scene import Caption, Hold, Reel, Segment, State
from pipeline.timebase import frame_from_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.model import Cue, Timeline, Track

_APART = 3
"""Most captions in a row without the bare slide between; a caption lasts ~3 s, so three stay within ten."""

_TOGETHER = 24
"""Most holds in a segment: what one edited row encodes again."""


def plan(
    timeline: Timeline,
    slides: Sequence[tuple[int, str]],
    tracks: Sequence[Track],
    *,
    width: int,
    height: int,
    fps: int,
    keyframe_interval: int = 10,
) -> Reel:
    """Return what is on the screen from the first frame to the timeline's last.

    `slides` are (first frame, slide) in any order, the earliest shown from frame 0 on; `tracks` are burnt in, the first on top;
    `keyframe_interval` is in seconds. Raises ValueError where there is no slide or `fps` is not the timeline's.
    """
    if not slides:
        raise ValueError("a reel needs at least one slide")
    if fps != timeline.fps:
        message = f"cues lie on the frame grid of {timeline.fps} fps, not of {fps}"
        raise ValueError(message)
    holds = _holds(timeline.frames, fps, sorted(slides), tracks)
    visits = (list(visit) for _, visit in groupby(holds, key=lambda hold: hold.state.slide))
    return Reel(width, height, fps, tuple(segment for visit in visits for segment in _segments(visit, fps * keyframe_interval)))


def _holds(frames: int, fps: int, slides: Sequence[tuple[int, str]], tracks: Sequence[Track]) -> list[Hold]:
    """Return the states in order, equal neighbours merged, with their lengths."""
    shown = [_Shown.of(track, fps) for track in tracks]
    starts = [start for start, _ in slides]
    edges = {0, *starts, *(edge for one in shown for edge in one.edges)}
    inside = sorted(edge for edge in edges if 0 <= edge < frames)
    states: list[tuple[int, State]] = []
    for edge in inside:
        slide = slides[max(bisect_right(starts, edge) - 1, 0)][1]
        state = State(slide, tuple(caption for one in shown for caption in one.at(edge)))
        if not states or states[-1][1] != state:
            states.append((edge, state))
    ends = [edge for edge, _ in states[1:]] + [frames]
    return [Hold(state, end - start) for (start, state), end in zip(states, ends, strict=True)]


class _Shown:
    """A track on the frame grid."""

    def __init__(self, language: str, cues: Sequence[tuple[int, int, Cue]]) -> None:
        self.language = language
        self.cues = cues
        self.starts = [start for start, _, _ in cues]
        self.edges = [edge for start, end, _ in cues for edge in (start, end)]

    @classmethod
    def of(cls, track: Track, fps: int) -> _Shown:
        grid: Callable[[int], int] = lambda samples: frame_from_samples(samples, fps)  # noqa: E731 - a name for the rounding
        return cls(track.language, [(grid(cue.span.start), grid(cue.span.end), cue) for cue in track.cues])

    def at(self, frame: int) -> Iterator[Caption]:
        """Yield the caption shown at a frame, if any."""
        place = bisect_right(self.starts, frame) - 1
        if place >= 0 and frame < self.cues[place][1]:
            yield Caption(self.language, self.cues[place][2].lines)


def _segments(visit: Sequence[Hold], most: int) -> Iterator[Segment]:
    """Yield the segments of one slide's holds; no hold but a segment's first state lies more than `most` frames after a possible IDR."""
    gathered: list[Hold] = []
    for piece in (part for block in _blocks(visit) for part in _halves(block, most)):
        if gathered and (piece[0].state != gathered[0].state or len(gathered) + len(piece) > _TOGETHER):
            yield Segment(tuple(gathered))
            gathered = []
        gathered += piece
    yield Segment(tuple(gathered))


def _blocks(visit: Sequence[Hold]) -> Iterator[list[Hold]]:
    """Yield a bare slide with the captions that follow it, or captions alone, at most `_APART` of them."""
    block: list[Hold] = []
    captions = 0
    for hold in visit:
        bare = not hold.state.captions
        if block and (bare or captions == _APART):
            yield block
            block, captions = [], 0
        block.append(hold)
        captions += not bare
    yield block


def _halves(block: list[Hold], most: int) -> Iterator[list[Hold]]:
    """Yield a block whole, or cut in halves while what follows its first hold is longer than `most` frames."""
    if len(block) == 1 or sum(hold.frames for hold in block[1:]) <= most:
        yield block
        return
    middle = (len(block) + 1) // 2
    yield from _halves(block[:middle], most)
    yield from _halves(block[middle:], most)
