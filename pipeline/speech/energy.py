"""Where in the samples something is heard: a level every 5 ms, the audible part, pauses and dips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HOP = SAMPLE_RATE // 200
"""Samples from one level to the next (5 ms)."""

_WINDOW = 3
"""Hops a level is measured over: 15 ms, a little more than a period of the lowest voice."""

_BELOW_LOUD_DB = 36.0
"""What lies this far under the loud part of the same speech is not heard as speech (breath and codec noise lie at −45 to −60)."""

_FLOOR_DB = -66.0


def levels(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """Return the level in dB under full scale of each 5 ms hop, measured over the 15 ms around it; shape (hops,)."""
    import numpy as np

    hops = -(-len(samples) // HOP)
    padded = np.zeros(hops * HOP, np.float64)
    padded[: len(samples)] = samples / 32768.0
    power = (padded.reshape(hops, HOP) ** 2).mean(axis=1)
    smooth = np.convolve(power, np.full(_WINDOW, 1 / _WINDOW), "same") if hops >= _WINDOW else power
    return 10.0 * np.log10(np.maximum(smooth, 1e-12))


def threshold(level: NDArray[np.float64]) -> float:
    """Return the level over which this speech is audible, from its own loud part."""
    import numpy as np

    if not len(level):
        return _FLOOR_DB
    return max(_FLOOR_DB, float(np.percentile(level, 95)) - _BELOW_LOUD_DB)


def audible(samples: NDArray[np.int16]) -> Span | None:
    """Return the range from the first to the last audible sample (to 5 ms), or None where nothing is heard."""
    import numpy as np

    level = levels(samples)
    heard = np.flatnonzero(level > threshold(level))
    if not len(heard):
        return None
    return Span(int(heard[0]) * HOP, min(len(samples), (int(heard[-1]) + 1) * HOP))


def quiet_runs(quiet: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the half-open hop ranges in which `quiet` holds without a break."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
