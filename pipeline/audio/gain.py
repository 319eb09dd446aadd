"""Gain over time, a value a millisecond in dB: gentle compression, then as much limiting as the loudness asked for needs.

Worked out on levels, not on samples, and looking ahead: nothing is delayed, and a change of mind costs milliseconds. An hour is 3.6 million
values, so curves are of 32 bits and worked on in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.audio.levels import BLOCK
from pipeline.audio.loudness import integrated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.audio.levels import Levels

    Curve = NDArray[np.float32]

_RATIO = 2.0
_KNEE = 6.0  # dB over which the ratio sets in
_WINDOW = 21  # ms over which the compressor hears power: two periods of a low voice
_ATTACK, _RELEASE = 0.5, 0.06  # dB a millisecond: down before a loud vowel, back within a syllable or two
_LIMIT_ATTACK = 1.5  # dB a millisecond, looking ahead
_LIMIT_RELEASES = (0.1, 0.5, 3.0)  # dB a millisecond: the slowest that reaches the loudness is the cleanest
_BOTH_CHANNELS = 2.0
_ROUNDS = 40
_CLOSE = 0.01  # LU
_WORTH = 0.05  # of what is missing: a round that gains less gains nothing
_STRETCH = 4_096  # values of a slope worked out at once: short enough for 32 bits


def compression(levels: Levels, loudness: float) -> Curve:
    """Return the compressor's gain: 2:1 above the talk's own loudness (LUFS, as heard on two channels), soft knee, no make-up."""
    import numpy as np

    kernel = np.full(_WINDOW, 1 / _WINDOW, np.float32)
    over = np.convolve(levels.power, kernel, "same") if len(levels.power) >= _WINDOW else levels.power.copy()
    _to_decibels(over, 10, 1e-12)
    over -= np.float32(loudness + 0.691 - 10 * np.log10(2))
    knee = np.maximum(over + np.float32(_KNEE / 2), 0) ** 2
    knee /= np.float32(2 * _KNEE)
    np.copyto(over, knee, where=over < _KNEE / 2)
    over *= np.float32(1 / _RATIO - 1)
    return sloped(over, _ATTACK, _RELEASE)


def to_loudness(levels: Levels, shape: Curve, target: float, ceiling: float) -> Curve:
    """Return the whole gain that brings the talk to `target` LUFS with no peak above `ceiling` dBTP.

    The loudness is worked out from the K-weighted power of every millisecond. The limiter lets go slowly, as long as the target can be had
    like that; for peakier sound it is made quicker. Where the target cannot be had at all, the nearest is returned: measure what comes out.
    """
    import numpy as np

    peaks = levels.peak.copy()
    _to_decibels(peaks, 20, 1e-6)
    peaks += shape
    whole, makeup = shape, 0.0
    for release in _LIMIT_RELEASES:
        heard_before = -np.inf
        for _ in range(_ROUNDS):
            whole = limiting(peaks, ceiling - makeup, release)
            whole += shape
            whole += np.float32(makeup)
            heard = integrated(_amplified(levels.weighted, whole))
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

    needed = np.minimum(np.float32(ceiling) - peaks, 0)
    lowest = needed.copy()
    # gain is interpolated between the middles of milliseconds: each has to do for the half before and the half after
    np.minimum(lowest[1:], needed[:-1], out=lowest[1:])
    np.minimum(lowest[:-1], needed[1:], out=lowest[:-1])
    return sloped(lowest, max(_LIMIT_ATTACK, release), release)


def at_samples(curve: NDArray[np.floating[Any]], first: int, last: int) -> Curve:
    """Return a curve of a value a millisecond at the samples [first, last), straight from the middle of one millisecond to the next."""
    import numpy as np

    low = max(0, first // BLOCK - 1)
    high = min(len(curve), last // BLOCK + 2)
    middles = np.arange(low, high) * BLOCK + (BLOCK - 1) / 2
    return np.asarray(np.interp(np.arange(first, last), middles, curve[low:high]), np.float32)


def sloped(needed: Curve, attack: float, release: float) -> Curve:
    """Return the highest curve at or below `needed` that falls by at most `attack` and rises by at most `release` a millisecond."""
    made = needed.copy()
    _rise_slowly(made, release)
    _rise_slowly(made[::-1], attack)
    return made


def _rise_slowly(curve: Curve, slope: float) -> None:
    """Lower a curve, in place, until no value is more than `slope` above the one before it."""
    import numpy as np

    steps = (np.arange(1, _STRETCH + 1) * slope).astype(np.float32)
    level = np.float32(np.inf)
    for start in range(0, len(curve), _STRETCH):
        part = curve[start : start + _STRETCH]
        part -= steps[: len(part)]
        part[0] = min(part[0], level)
        np.minimum.accumulate(part, out=part)
        part += steps[: len(part)]
        level = part[-1]


def _amplified(power: Curve, gain: Curve) -> Curve:
    """Return power on both channels after a gain in dB."""
    import numpy as np

    made = gain * np.float32(np.log(10) / 10)
    np.exp(made, out=made)
    made *= power
    made *= np.float32(_BOTH_CHANNELS)
    return made


def _to_decibels(values: Curve, factor: float, least: float) -> None:
    """Turn values into decibels in place; what is below `least` counts as that."""
    import numpy as np

    np.maximum(values, np.float32(least), out=values)
    np.log10(values, out=values)
    values *= np.float32(factor)
