"""A stretch of time shared out among texts: in proportion to their length, on the frame grid, at a turn of the first language if near."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.subtitles.frames import frames_of, span_of
from pipeline.timebase import frame_from_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Span

_NEAR_A_TURN = 0.15


def parted(span: Span, weights: Sequence[int], turns: Sequence[tuple[int, int]], fps: int, gap_frames: int) -> list[Span]:
    """Return a span cut in proportion to weights, with gaps; [] where it is too short for as many.

    `turns` are (end, start) samples between which the screen changes anyway: a cut within 15 % of the span's length of one is made there.
    """
    first, last = frames_of(span, fps)
    least = gap_frames + 1
    if len(weights) == 1:
        return [span]
    if last - first < least * len(weights):
        return []
    near = (last - first) * _NEAR_A_TURN
    frames = [(frame_from_samples(end, fps), frame_from_samples(start, fps)) for end, start in turns]
    starts, ends = [first], []
    for number in range(1, len(weights)):
        target = frame_from_samples(span.start + span.length * sum(weights[:number]) // max(1, sum(weights)), fps)
        latest = last - least * (len(weights) - number)
        close = [turn for turn in frames if abs(turn[1] - target) <= near and starts[-1] < turn[0] and turn[1] <= latest]
        start = min(max(target, starts[-1] + least), latest)
        end, start = min(close, key=lambda turn: abs(turn[1] - target), default=(start - gap_frames, start))
        ends.append(end)
        starts.append(start)
    ends.append(last)
    return [span_of(start, end, fps) for start, end in zip(starts, ends, strict=True)]
