"""Cues on the frame grid: their frames, the frames needed to read them, and dividing their time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.text.display_width import display_width
from pipeline.timebase import (
    frame_from_samples,
    frames_covering,
    samples_from_frame,
    samples_from_seconds,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.subtitle_profiles import CueLimits


def frames_of_span(span: Span, fps: int) -> tuple[int, int]:
    """Return the frames [first, end) nearest to a span."""
    return frame_from_samples(span.start, fps), frame_from_samples(span.end, fps)


def span_of_frames(first_frame: int, end_frame: int, fps: int) -> Span:
    """Return the span of the frames [first_frame, end_frame)."""
    return Span(samples_from_frame(first_frame, fps), samples_from_frame(end_frame, fps))


def frames_to_read(lines: Iterable[str], limits: CueLimits, fps: int) -> int:
    """Return how many frames lines need, by the reading speed and least duration of a profile."""
    seconds = max(
        sum(display_width(line, limits.width_kind) for line in lines) / limits.cps,
        limits.min_ms / 1000,
    )
    return frames_covering(samples_from_seconds(seconds), fps)


_NEAR_CHANGE_SHARE = 0.15
"""A cut moves by at most this share of the divided span to meet a change on the screen."""


def divide_span(
    span: Span,
    weights: Sequence[int],
    screen_changes: Sequence[tuple[int, int]],
    fps: int,
    gap_frames: int,
) -> list[Span]:
    """Return a span divided in proportion to weights, with gaps; [] if it is too short for them.

    `screen_changes` are (end, start) samples between which the screen changes anyway. A cut within
    15 % of the span's length of one is made there.
    """
    first_frame, end_frame = frames_of_span(span, fps)
    min_frames = gap_frames + 1
    if len(weights) == 1:
        return [span]
    if end_frame - first_frame < min_frames * len(weights):
        return []
    near_frames = (end_frame - first_frame) * _NEAR_CHANGE_SHARE
    change_frames = [
        (frame_from_samples(end, fps), frame_from_samples(start, fps))
        for end, start in screen_changes
    ]
    starts, ends = [first_frame], []
    for number in range(1, len(weights)):
        target = frame_from_samples(
            span.start + span.length * sum(weights[:number]) // max(1, sum(weights)), fps
        )
        latest = end_frame - min_frames * (len(weights) - number)
        near_changes = [
            change
            for change in change_frames
            if abs(change[1] - target) <= near_frames
            and starts[-1] < change[0]
            and change[1] <= latest
        ]
        start = min(max(target, starts[-1] + min_frames), latest)
        end, start = min(
            near_changes,
            key=lambda change: abs(change[1] - target),
            default=(start - gap_frames, start),
        )
        ends.append(end)
        starts.append(start)
    ends.append(end_frame)
    return [span_of_frames(start, end, fps) for start, end in zip(starts, ends, strict=True)]
