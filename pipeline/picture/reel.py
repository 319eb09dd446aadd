"""From timeline, slides and burnt-in tracks to the reel: which state holds for how many frames, and which are encoded together."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pipeline.picture.burning import Burning
from pipeline.picture.scene import Hold, Reel, State
from pipeline.picture.segments import moving, still

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Timeline, Track
    from pipeline.picture.scene import Move, Segment


def plan(
    timeline: Timeline,
    slides: Sequence[tuple[int, str]],
    tracks: Sequence[Track],
    *,
    width: int,
    height: int,
    fps: int,
    keyframe_interval: int = 10,
    moves: Sequence[Move] = (),
    karaoke: bool = False,
) -> Reel:
    """Return what is on the screen from the first frame to the timeline's last.

    `slides` are (first frame, slide) in any order, the earliest shown from frame 0 on; `tracks` are burnt in, the first on top;
    `keyframe_interval` is in seconds; `moves` must not overlap; with `karaoke` the word being said is lit. Raises ValueError where there
    is no slide, or `fps` is not the timeline's.
    """
    if not slides:
        raise ValueError("a reel needs at least one slide")
    if fps != timeline.fps:
        message = f"cues lie on the frame grid of {timeline.fps} fps, not of {fps}"
        raise ValueError(message)
    burning = [Burning(track, fps, karaoke=karaoke) for track in tracks]
    shown = _shown(timeline.frames, sorted(slides), burning, sorted(moves, key=lambda move: move.first))
    most = fps * keyframe_interval
    segments: list[Segment] = []
    frame = 0
    for (_, move), visit in groupby(shown, key=lambda one: (one.hold.state.slide, one.move)):
        holds = [one.hold for one in visit]
        segments += still(holds, most) if move is None else moving(holds, move, frame - move.first, most)
        frame += sum(hold.frames for hold in holds)
    return Reel(width, height, fps, tuple(segments))


class _Shown(NamedTuple):
    """A hold, and the move it is part of."""

    hold: Hold
    move: Move | None


def _shown(frames: int, slides: Sequence[tuple[int, str]], burning: Sequence[Burning], moves: Sequence[Move]) -> list[_Shown]:
    """Return the states in order, equal neighbours merged, with their lengths."""
    starts, moved = [start for start, _ in slides], [move.first for move in moves]
    edges = {0, *starts, *(edge for one in burning for edge in one.edges)}
    edges.update(edge for move in moves for edge in (move.first, move.first + move.frames))
    states: list[tuple[int, State, Move | None]] = []
    for edge in sorted(edge for edge in edges if 0 <= edge < frames):
        slide = slides[max(bisect_right(starts, edge) - 1, 0)][1]
        state = State(slide, tuple(caption for one in burning for caption in one.at(edge)))
        near = bisect_right(moved, edge) - 1
        move = moves[near] if near >= 0 and edge < moves[near].first + moves[near].frames else None
        if not states or states[-1][1:] != (state, move):
            states.append((edge, state, move))
    ends = [edge for edge, _, _ in states[1:]] + [frames]
    return [_Shown(Hold(state, end - start), move) for (start, state, move), end in zip(states, ends, strict=True)]
