"""Cues in frames: where they lie, and how many they need to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.text.widths import width
from pipeline.timebase import frame_from_samples, frames_covering, samples_from_frame, samples_from_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.text.profiles import Limits


def frames_of(span: Span, fps: int) -> tuple[int, int]:
    """Return the frames [first, last) nearest to a span."""
    return frame_from_samples(span.start, fps), frame_from_samples(span.end, fps)


def span_of(first: int, last: int, fps: int) -> Span:
    """Return the span of the frames [first, last)."""
    return Span(samples_from_frame(first, fps), samples_from_frame(last, fps))


def reading_frames(lines: Iterable[str], limits: Limits, fps: int) -> int:
    """Return how many frames lines need to be read at a profile's speed and not to flash."""
    seconds = max(sum(width(line, limits.width) for line in lines) / limits.cps, limits.min_ms / 1000)
    return frames_covering(samples_from_seconds(seconds), fps)
