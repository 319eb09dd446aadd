"""Gain over time, one value in dB per millisecond: gentle compression, then limiting.

Gain is computed from levels per millisecond, not from samples, and looks ahead, so nothing is
delayed and another target costs milliseconds. An hour has 3.6 million values: curves are float32
and modified in place.
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

# the compressor
_RATIO = 2.0
_KNEE_DB = 6.0  # width in dB of the range in which the ratio sets in
_POWER_WINDOW_MS = 21  # ms over which power is averaged: two periods of a low voice
_ATTACK = 0.5  # dB per ms: gain falls before a loud vowel
_RELEASE = 0.06  # dB per ms: gain returns within a syllable or two

# the limiter
_LIMIT_ATTACK = 1.5  # dB per ms, looking ahead
_LIMIT_RELEASES = (0.1, 0.5, 3.0)  # dB per ms, tried in order: slower release distorts less

_STEREO_POWER_FACTOR = 2.0
_MAX_ROUNDS = 40
_TOLERANCE_LU = 0.01
_MIN_PROGRESS_SHARE = 0.05  # of the missing loudness: a round that gains less ends the search
_SEGMENT_VALUES = 4_096  # values processed at once: few enough for the precision of float32


def compressor_gain(levels: Levels, loudness_lufs: float) -> Curve:
    """Return the compressor's gain: 2:1 above the talk's own loudness, soft knee, no make-up gain.

    `loudness_lufs` is the loudness on two channels.
    """
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
    """Return the total gain that brings the talk to `target` LUFS, peaks below `ceiling` dBTP.

    Loudness is computed from the K-weighted power of every millisecond. The slowest limiter release
    that reaches the target is used. If none does, the nearest result is returned, so the caller
    must measure the output.
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
                break  # the limiter removes what more gain would add
            reached_before = reached
            makeup_gain += missing
    return total_gain


def limiter_gain(peaks: Curve, ceiling: float, release: float) -> Curve:
    """Return the gain (dB, at most 0) that keeps every peak (dB) at or below `ceiling`.

    It rises by at most `release` dB per millisecond.
    """
    import numpy as np

    needed = np.minimum(np.float32(ceiling) - peaks, 0)
    lowest_neighbor = needed.copy()
    # gain is interpolated between the middles of milliseconds, so it must also fit both neighbours
    np.minimum(lowest_neighbor[1:], needed[:-1], out=lowest_neighbor[1:])
    np.minimum(lowest_neighbor[:-1], needed[1:], out=lowest_neighbor[:-1])
    return limit_slopes(lowest_neighbor, max(_LIMIT_ATTACK, release), release)


def curve_at_samples(curve: NDArray[np.floating[Any]], start_sample: int, end_sample: int) -> Curve:
    """Return a curve with one value per millisecond at the samples [start_sample, end_sample).

    Values are interpolated linearly between the middles of milliseconds.
    """
    import numpy as np

    low = max(0, start_sample // BLOCK_SAMPLES - 1)
    high = min(len(curve), end_sample // BLOCK_SAMPLES + 2)
    middles = np.arange(low, high) * BLOCK_SAMPLES + (BLOCK_SAMPLES - 1) / 2
    return np.asarray(
        np.interp(np.arange(start_sample, end_sample), middles, curve[low:high]), np.float32
    )


def limit_slopes(needed: Curve, attack: float, release: float) -> Curve:
    """Return the highest curve at or below `needed` whose slopes are limited.

    It falls by at most `attack` and rises by at most `release` per millisecond.
    """
    limited = needed.copy()
    _limit_rise(limited, release)
    _limit_rise(limited[::-1], attack)
    return limited


def _limit_rise(curve: Curve, slope: float) -> None:
    """Lower a curve in place until no value is more than `slope` above the previous one."""
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
    """Convert values to decibels in place; values below `floor` count as `floor`."""
    import numpy as np

    np.maximum(values, np.float32(floor), out=values)
    np.log10(values, out=values)
    values *= np.float32(factor)
