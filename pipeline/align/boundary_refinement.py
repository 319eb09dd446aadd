"""Moves the edges of rows, which are exact to a frame or two, to where the level rises or falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.features import LEVELS_PER_SECOND
from pipeline.align.vad import true_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# counts of levels, each of 5 ms
_RUNNING_SPEECH_REACH = 8  # 40 ms an edge may move in running speech: the error of the models
_MIN_PAUSE_LEVELS = 16  # 80 ms: a longer silence is no closure of a stop
_PAUSE_REACH = 16  # 80 ms an edge may move to such a silence
_CONTEXT_LEVELS = 70  # 350 ms before and after an edge that show the levels of silence and speech

_ABOVE_QUIET = 0.2  # of the difference in dB between silence and speech: soft fricatives are there
_MIN_CONTRAST = 28.0
"""dB between silence and speech; with less, soft sounds are lost in the noise."""


def refine_boundaries(
    levels: NDArray[np.float32], row_times: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return the moved (start, end) in seconds of rows in order.

    `levels` are in dB, one every 5 ms. Rows that did not overlap do not overlap afterwards.
    """
    smooth = (
        np.convolve(np.pad(levels, 1, mode="edge"), np.full(3, 1 / 3, np.float32), "valid")
        if len(levels)
        else levels
    )
    backwards = smooth[::-1]
    refined: list[tuple[float, float]] = []
    earliest = 0.0
    for index, (start, end) in enumerate(row_times):
        next_start = (
            row_times[index + 1][0]
            if index + 1 < len(row_times)
            else len(levels) / LEVELS_PER_SECOND
        )
        onset = _nearest_onset(smooth, round(start * LEVELS_PER_SECOND)) / LEVELS_PER_SECOND
        offset = (
            len(levels) - _nearest_onset(backwards, len(levels) - round(end * LEVELS_PER_SECOND))
        ) / LEVELS_PER_SECOND
        onset = min(max(onset, earliest), end)
        offset = min(max(offset, onset), max(end, next_start))
        refined.append((onset, offset))
        earliest = offset
    return refined


def _nearest_onset(levels: NDArray[np.float32], position: int) -> int:
    """Return the nearest level index at which speech starts, or `position` if none is near."""
    around = levels[max(0, position - _CONTEXT_LEVELS) : position + _CONTEXT_LEVELS]
    if len(around) < 2 * _RUNNING_SPEECH_REACH:
        return position
    quiet, loud = np.percentile(around, [10, 90])
    if loud - quiet < _MIN_CONTRAST:
        return position
    search_start = max(0, position - _PAUSE_REACH - _MIN_PAUSE_LEVELS)
    silent = levels[search_start : position + _PAUSE_REACH] < quiet + _ABOVE_QUIET * (loud - quiet)
    ends = [
        search_start + end
        for start, end in true_runs(silent)
        if search_start + end < position + _PAUSE_REACH
        and abs(search_start + end - position)
        <= (_PAUSE_REACH if end - start >= _MIN_PAUSE_LEVELS else _RUNNING_SPEECH_REACH)
    ]
    return min(ends, key=lambda end: abs(end - position), default=position)
