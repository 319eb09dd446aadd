"""Combines timeline, slides and burnt-in tracks: which state is shown for how many frames."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pipeline.picture.captions.caption_schedule import CaptionSchedule
from pipeline.picture.encode.segmentation import split_moving_segments, split_still_segments
from pipeline.picture.scene import Composition, Hold, ScreenState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Timeline, Track
    from pipeline.picture.scene import Segment, TimedMovement


def compose(
    timeline: Timeline,
    slides: Sequence[tuple[int, str]],
    tracks: Sequence[Track],
    *,
    width: int,
    height: int,
    fps: int,
    keyframe_interval: int = 10,
    movements: Sequence[TimedMovement] = (),
    karaoke: bool = False,
) -> Composition:
    """Return what is on the screen from the first frame to the timeline's last.

    `slides` are (first frame, slide) in any order; the earliest is shown from frame 0 on. `tracks`
    are burnt in, the first on top. `keyframe_interval` is in seconds. `movements` must not overlap.
    With `karaoke` the word being spoken is highlighted. Raises ValueError if there is no slide, or
    if `fps` is not the timeline's.
    """
    if not slides:
        raise ValueError("a composition needs at least one slide")
    if fps != timeline.fps:
        message = f"cues lie on the frame grid of {timeline.fps} fps, not of {fps}"
        raise ValueError(message)
    schedules = [CaptionSchedule(track, fps, karaoke=karaoke) for track in tracks]
    screen_holds = _screen_holds(
        timeline.frames,
        sorted(slides),
        schedules,
        sorted(movements, key=lambda move: move.first_frame),
    )
    max_idr_distance = fps * keyframe_interval
    segments: list[Segment] = []
    frame = 0
    for (_, move), visit in groupby(
        screen_holds, key=lambda one: (one.hold.state.slide, one.movement)
    ):
        holds = [one.hold for one in visit]
        segments += (
            split_still_segments(holds, max_idr_distance)
            if move is None
            else split_moving_segments(holds, move, frame - move.first_frame, max_idr_distance)
        )
        frame += sum(hold.frames for hold in holds)
    return Composition(width, height, fps, tuple(segments))


class _HoldWithMovement(NamedTuple):
    """A hold, and the movement that it is part of."""

    hold: Hold
    movement: TimedMovement | None


def _screen_holds(
    frame_count: int,
    slides: Sequence[tuple[int, str]],
    schedules: Sequence[CaptionSchedule],
    movements: Sequence[TimedMovement],
) -> list[_HoldWithMovement]:
    """Return the states in order, equal neighbours merged, with their lengths."""
    starts, movement_starts = (
        [start for start, _ in slides],
        [move.first_frame for move in movements],
    )
    edges = {0, *starts, *(edge for one in schedules for edge in one.change_frames)}
    edges.update(
        edge for move in movements for edge in (move.first_frame, move.first_frame + move.frames)
    )
    states: list[tuple[int, ScreenState, TimedMovement | None]] = []
    for edge in sorted(edge for edge in edges if 0 <= edge < frame_count):
        slide = slides[max(bisect_right(starts, edge) - 1, 0)][1]
        state = ScreenState(
            slide, tuple(caption for one in schedules for caption in one.captions_at(edge))
        )
        index = bisect_right(movement_starts, edge) - 1
        move = (
            movements[index]
            if index >= 0 and edge < movements[index].first_frame + movements[index].frames
            else None
        )
        if not states or states[-1][1:] != (state, move):
            states.append((edge, state, move))
    ends = [edge for edge, _, _ in states[1:]] + [frame_count]
    return [
        _HoldWithMovement(Hold(state, end - start), move)
        for (start, state, move), end in zip(states, ends, strict=True)
    ]
