"""Gain over time, a value a millisecond in dB: gentle compression, then as much limiting as the loudness asked for needs.

Worked out on levels, not on samples, and looking ahead: nothing is delayed, and a change of mind costs milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio.levels import BLOCK
from pipeline.audio.loudness import integrated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.audio.levels import Levels

    Curve = NDArray[np.float64]

_RATIO = 2.0
_KNEE = 6.0  # dB over which the ratio sets in
_WINDOW = 21  # ms over which the compressor hears power: two periods of a low voice
_ATTACK, _RELEASE = 0.5, 0.06  # dB a millisecond: down before a loud vowel, back within a syllable or two
_LIMIT_ATTACK = 1.5
_LIMIT_RELEASES = (0.1, 0.5, 3.0)
_BOTH_CHANNELS = 2.0
_ROUNDS = 40
_CLOSE = 0.01
_WORTH = 0.05


def compression(levels: Levels, loudness: float) -> Curve:
    """Return the compressor's gain: 2:1 above the talk's own loudness (LUFS, as heard on two channels), soft knee, no make-up."""
    import numpy as np

    kernel = np.ones(_WINDOW) / _WINDOW
    power = np.convolve(levels.power, kernel, "same") if len(levels.power) >= _WINDOW else levels.power.astype(np.float64)
    over = 10 * np.log10(np.maximum(power, 1e-12)) - (loudness + 0.691 - 10 * np.log10(2))
    bent = np.where(over < _KNEE / 2, np.maximum(over + _KNEE / 2, 0) ** 2 / (2 * _KNEE), over)
    return sloped(-bent * (1 - 1 / _RATIO), _ATTACK, _RELEASE)


def to_loudness(levels: Levels, shape: Curve, target: float, ceiling: float) -> Curve:
    """Return the whole gain that brings the talk to `target` LUFS with no peak above `ceiling` dBTP.

    The loudness is worked out from the K-weighted power of every millisecond. The limiter lets go slowly, as long as the target can be had
    like that; for peakier sound it is made quicker. Where the target cannot be had at all, the nearest is returned: measure what comes out.
    """
    import numpy as np

    peaks = 20 * np.log10(np.maximum(levels.peak, 1e-6)) + shape
    whole, makeup = shape, 0.0
    for release in _LIMIT_RELEASES:
        heard_before = -np.inf
        for _ in range(_ROUNDS):
            whole = shape + makeup + limiting(peaks + makeup, ceiling, release)
            heard = integrated(levels.weighted * _BOTH_CHANNELS * 10 ** (whole / 10))
            missing = 0.0 if heard is None else target - heard
            if heard is None or abs(missing) < _CLOSE:
                return whole
            if missing > 0 and heard - heard_before < _WORTH * missing:
                break  # more gain is only limited away
            heard_before = heard
            makeup += missing
    return whole


def limiting(peaks: Curve, ceiling: float, release: float) -> Curve:
    """Return the gain (dB, never above 0) that keeps every peak (dB) at or below a ceiling and rises by `release` dB a millisecond."""
    import numpy as np

    needed = np.minimum(0.0, ceiling - peaks)
    if not needed.any():
        return needed
    padded = np.pad(needed, 1)
    beside = np.minimum(np.minimum(padded[:-2], padded[2:]), needed)  # gain is interpolated between the middles of milliseconds
    return sloped(beside, max(_LIMIT_ATTACK, release), release)


def at_samples(curve: Curve, first: int, last: int) -> NDArray[np.float32]:
    """Return a curve of a value a millisecond at the samples [first, last), straight from the middle of one millisecond to the next."""
    import numpy as np

    low = max(0, first // BLOCK - 1)
    high = min(len(curve), last // BLOCK + 2)
    middles = np.arange(low, high) * BLOCK + (BLOCK - 1) / 2
    return np.interp(np.arange(first, last), middles, curve[low:high]).astype(np.float32)


def sloped(needed: Curve, attack: float, release: float) -> Curve:
    """Return the highest curve at or below `needed` that falls by at most `attack` and rises by at most `release` dB a millisecond."""
    import numpy as np

    steps = np.arange(len(needed), dtype=np.float64)
    forward = np.minimum.accumulate(needed - release * steps) + release * steps
    return (np.minimum.accumulate((forward - attack * steps[::-1])[::-1])[::-1]) + attack * steps[::-1]
