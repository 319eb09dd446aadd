"""Gain over time, a value a millisecond in dB: gentle compression, then as much limiting as the loudness asked for needs.

Worked out on levels, not on samples, and looking ahead: nothing is delayed, and a change of mind costs milliseconds. An hour is 3.6 million
values, so curves are of 32 bits and worked on in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.audio.loudness import integrated_loudness
from pipeline.audio.metering import BLOCK_SAMPLES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.audio.metering import Levels

    Curve = NDArray[np.float32]

_RATIO = 2.0
_KNEE_DB = 6.0  # dB over which the ratio sets in
_POWER_WINDOW_MS = 21  # ms over which the compressor hears power: two periods of a low voice

_ATTACK, _RELEASE = (
    0.5,
    0.06,
)  # dB a millisecond: down before a loud vowel, back within a syllable or two

_LIMIT_ATTACK = 1.5  # dB a millisecond, looking ahead

_LIMIT_RELEASES = (
    0.1,
    0.5,
    3.0,
)  # dB a millisecond: the slowest that reaches the loudness is the cleanest

_STEREO_POWER_FACTOR = 2.0
_MAX_ROUNDS = 40
_TOLERANCE_LU = 0.01  # LU
_MIN_PROGRESS_SHARE = 0.05  # of what is missing: a round that gains less gains nothing
_SEGMENT_VALUES = 4_096  # values of a slope worked out at once: short enough for 32 bits


def compressor_gain(levels: Levels, loudness_lufs: float) -> Curve:
    """Return the compressor's gain: 2:1 above the talk's own loudness (LUFS, as heard on two channels), soft knee, no make-up."""
    import numpy as np

    kernel = np.full(_POWER_WINDOW_MS, 1 / _POWER_WINDOW_MS, np.float32)
    over_db = (
        np.convolve(levels.power, kernel, "same")
        if len(levels.power) >= _POWER_WINDOW_MS
        else levels.power.copy()
    )
    _convert_to_decibels(over_db, 10, 1e-12)
    over_db -= np.float32(loudness_lufs + 0.691 - 10 * np.log10(2))
    knee = np.maximum(over_db + np.float32(_KNEE_DB / 2), 0) ** 2
    knee /= np.float32(2 * _KNEE_DB)
    np.copyto(over_db, knee, where=over_db < _KNEE_DB / 2)
    over_db *= np.float32(1 / _RATIO - 1)
    return limit_slopes(over_db, _ATTACK, _RELEASE)


def gain_to_loudness(
    levels: Levels, compressor_curve: Curve, target: float, ceiling: float
) -> Curve:
    """Return the whole gain that brings the talk to `target` LUFS with no peak above `ceiling` dBTP.

    The loudness is worked out from the K-weighted power of every millisecond. The limiter lets go slowly, as long as the target can be had
    like that; for peakier sound it is made quicker. Where the target cannot be had at all, the nearest is returned: measure what comes out.
    """
    import numpy as np

    peaks = levels.peak.copy()
    _convert_to_decibels(peaks, 20, 1e-6)
    peaks += compressor_curve
    total_gain, makeup_gain = compressor_curve, 0.0
    for release in _LIMIT_RELEASES:
        reached_before = -np.inf
        for _ in range(_MAX_ROUNDS):
            total_gain = limiter_gain(peaks, ceiling - makeup_gain, release)
            total_gain += compressor_curve
            total_gain += np.float32(makeup_gain)
            reached = integrated_loudness(_amplified_power(levels.weighted, total_gain))
            missing = 0.0 if reached is None else target - reached
            if reached is None or abs(missing) < _TOLERANCE_LU:
                return total_gain
            if missing > 0 and reached - reached_before < _MIN_PROGRESS_SHARE * missing:
                break  # more gain is only limited away
            reached_before = reached
            makeup_gain += missing
    return total_gain


def limiter_gain(peaks: Curve, ceiling: float, release: float) -> Curve:
    """Return the gain (dB, never above 0) that keeps every peak (dB) at or below a ceiling and rises by `release` dB a millisecond."""
    import numpy as np

    needed = np.minimum(np.float32(ceiling) - peaks, 0)
    lowest_neighbor = needed.copy()
    # gain is interpolated between the middles of milliseconds: each has to do for the half before and the half after
    np.minimum(lowest_neighbor[1:], needed[:-1], out=lowest_neighbor[1:])
    np.minimum(lowest_neighbor[:-1], needed[1:], out=lowest_neighbor[:-1])
    return limit_slopes(lowest_neighbor, max(_LIMIT_ATTACK, release), release)


def curve_at_samples(curve: NDArray[np.floating[Any]], start_sample: int, end_sample: int) -> Curve:
    """Return a curve of a value a millisecond at the samples [first, last), straight from the middle of one millisecond to the next."""
    import numpy as np

    low = max(0, start_sample // BLOCK_SAMPLES - 1)
    high = min(len(curve), end_sample // BLOCK_SAMPLES + 2)
    middles = np.arange(low, high) * BLOCK_SAMPLES + (BLOCK_SAMPLES - 1) / 2
    return np.asarray(
        np.interp(np.arange(start_sample, end_sample), middles, curve[low:high]), np.float32
    )


def limit_slopes(needed: Curve, attack: float, release: float) -> Curve:
    """Return the highest curve at or below `needed` that falls by at most `attack` and rises by at most `release` a millisecond."""
    limited = needed.copy()
    _limit_rise(limited, release)
    _limit_rise(limited[::-1], attack)
    return limited


def _limit_rise(curve: Curve, slope: float) -> None:
    """Lower a curve, in place, until no value is more than `slope` above the one before it."""
    import numpy as np

    steps = (np.arange(1, _SEGMENT_VALUES + 1) * slope).astype(np.float32)
    level = np.float32(np.inf)
    for start in range(0, len(curve), _SEGMENT_VALUES):
        part = curve[start : start + _SEGMENT_VALUES]
        part -= steps[: len(part)]
        part[0] = min(part[0], level)
        np.minimum.accumulate(part, out=part)
        part += steps[: len(part)]
        level = part[-1]


def _amplified_power(power: Curve, gain: Curve) -> Curve:
    """Return power on both channels after a gain in dB."""
    import numpy as np

    amplified = gain * np.float32(np.log(10) / 10)
    np.exp(amplified, out=amplified)
    amplified *= power
    amplified *= np.float32(_STEREO_POWER_FACTOR)
    return amplified


def _convert_to_decibels(values: Curve, factor: float, floor: float) -> None:
    """Turn values into decibels in place; what is below `least` counts as that."""
    import numpy as np

    np.maximum(values, np.float32(floor), out=values)
    np.log10(values, out=values)
    values *= np.float32(factor)
