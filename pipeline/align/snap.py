"""Moving a row's edges, known to a frame or two, onto what the level shows: the rise after a pause, or the fall before one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.features import LEVELS_PER_SECOND
from pipeline.align.pauses import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_REACH = 8  # levels (40 ms) an edge may move in running speech: the models place it within 40 ms
_PAUSE, _PAUSE_REACH = 16, 16  # a silence of 80 ms is longer than a stop's closure: such a one may lie 80 ms off
_CONTEXT = 70  # levels (350 ms) around an edge that tell how loud silence and speech are there
_ABOVE_QUIET = 0.2  # of the way from silence to speech, in dB: soft fricatives lie there
_LEAST_CONTRAST = 28.0  # dB between silence and speech: with less, soft sounds drown in the noise and silence seems longer than it is


def snapped(level: NDArray[np.float32], edges: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return (start, end) in seconds of rows in order, moved; `level` is in dB every 5 ms. Rows that did not overlap do not after."""
    smooth = np.convolve(np.pad(level, 1, mode="edge"), np.full(3, 1 / 3, np.float32), "valid") if len(level) else level
    backwards = smooth[::-1]
    moved: list[tuple[float, float]] = []
    least = 0.0
    for index, (start, end) in enumerate(edges):
        next_start = edges[index + 1][0] if index + 1 < len(edges) else len(level) / LEVELS_PER_SECOND
        onset = _rise(smooth, round(start * LEVELS_PER_SECOND)) / LEVELS_PER_SECOND
        offset = (len(level) - _rise(backwards, len(level) - round(end * LEVELS_PER_SECOND))) / LEVELS_PER_SECOND
        onset = min(max(onset, least), end)
        offset = min(max(offset, onset), max(end, next_start))
        moved.append((onset, offset))
        least = offset
    return moved


def _rise(level: NDArray[np.float32], at: int) -> int:
    """Return the level index near `at` where speech begins after silence, or `at` where there is no silence."""
    around = level[max(0, at - _CONTEXT) : at + _CONTEXT]
    if len(around) < 2 * _REACH:
        return at
    quiet, loud = np.percentile(around, [10, 90])
    if loud - quiet < _LEAST_CONTRAST:
        return at
    first = max(0, at - _PAUSE_REACH - _PAUSE)
    silent = level[first : at + _PAUSE_REACH] < quiet + _ABOVE_QUIET * (loud - quiet)
    ends = [
        first + end
        for start, end in runs(silent)
        if first + end < at + _PAUSE_REACH and abs(first + end - at) <= (_PAUSE_REACH if end - start >= _PAUSE else _REACH)
    ]
    return min(ends, key=lambda end: abs(end - at), default=at)
