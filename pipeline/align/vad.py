"""Voice activity detection: speech and pauses, from levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.features import LEVELS_PER_SECOND

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FLOOR_PERCENT, _SPEECH_PERCENT = 8.0, 90.0  # percentiles of the levels of noise and of speech
_ABOVE_FLOOR = 0.35  # of the difference in dB between them: the threshold
_MIN_PAUSE_SECONDS = 0.05  # shorter silences are closures of stops
_MIN_SPEECH_SECONDS = 0.03  # shorter bursts are clicks


@dataclass(frozen=True, slots=True)
class SpeechPause:
    """A silence [start, end) in seconds."""

    start: float
    end: float


def detect_speech(levels: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return whether each level (dB, every 5 ms) is speech; clicks are not."""
    if not len(levels):
        return np.zeros(0, np.bool_)
    smooth = np.convolve(np.pad(levels, 2, mode="edge"), np.full(5, 0.2, np.float32), "valid")
    floor, speech = np.percentile(smooth, [_FLOOR_PERCENT, _SPEECH_PERCENT])
    loud = np.asarray(smooth > floor + _ABOVE_FLOOR * (speech - floor))
    for value, least in ((False, _MIN_PAUSE_SECONDS), (True, _MIN_SPEECH_SECONDS)):
        for first, last in true_runs(loud == value):
            if last - first < least * LEVELS_PER_SECOND and (
                value or (first > 0 and last < len(loud))
            ):
                loud[first:last] = not value
    return loud


def find_pauses(speech: NDArray[np.bool_]) -> list[SpeechPause]:
    """Return the silences, in order."""
    return [
        SpeechPause(first / LEVELS_PER_SECOND, last / LEVELS_PER_SECOND)
        for first, last in true_runs(~speech)
    ]


def true_runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the half-open index ranges of consecutive true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
