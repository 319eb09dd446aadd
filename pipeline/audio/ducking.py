"""How loud the music is at every millisecond: down before the voice, up again after it, never in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio.dynamics import limit_slopes, limiter_gain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.audio.metering import Levels

    Curve = NDArray[np.float32]

SPEAKING_PRESENCE = 0.999
"""Presence from which the voice itself is heard, not only near."""

_POWER_WINDOW_MS = 51  # ms of voice heard at once
_VOICE_THRESHOLD_LU = 25.0  # LU under the talk's loudness from which there is a voice

_DUCK_RATE, _RECOVERY_RATE = (
    1 / 250,
    1 / 1_500,
)  # of the way a millisecond: ahead of the voice, and back in a pause of a breath and a half

_LIMITER_RELEASE = 0.1  # dB a millisecond
_MIN_HEADROOM_DBFS = -60.0  # dBFS that are left to music beside any voice


def voice_presence(voice_levels: Levels, loudness: float) -> Curve:
    """Return how much there is of a voice, 0 to 1, a value a millisecond: 1 while it is heard, nearing it 250 ms before, leaving slowly."""
    import numpy as np

    if len(voice_levels.power) < _POWER_WINDOW_MS:
        return np.zeros(len(voice_levels.power), np.float32)
    power = np.convolve(
        voice_levels.power, np.full(_POWER_WINDOW_MS, 1 / _POWER_WINDOW_MS, np.float32), "same"
    )
    # two equal channels: LUFS are 0.691 less and 3.01 more dB than the mean square of one
    threshold = 10 ** ((loudness - _VOICE_THRESHOLD_LU - 10 * np.log10(2) + 0.691) / 10)
    negative_presence = limit_slopes(
        np.where(power > threshold, np.float32(-1), np.float32(0)), _DUCK_RATE, _RECOVERY_RATE
    )
    return np.asarray(np.clip(-negative_presence, 0, 1))


def speaking_range_ms(presence_curve: Curve) -> tuple[int, int]:
    """Return the first and the last millisecond (one past it) of the voice; (0, 0) where there is none."""
    import numpy as np

    speaking_ms = np.flatnonzero(presence_curve >= SPEAKING_PRESENCE)
    return (int(speaking_ms[0]), int(speaking_ms[-1]) + 1) if len(speaking_ms) else (0, 0)


def music_limiter_gain(voice_levels: Levels, music_peak: Curve, ceiling: float) -> Curve:
    """Return the gain in dB (never above 0) that keeps voice and music together under a ceiling (dBTP) by the music alone."""
    import numpy as np

    headroom = np.maximum(
        np.float32(10 ** (ceiling / 20)) - voice_levels.peak,
        np.float32(10 ** (_MIN_HEADROOM_DBFS / 20)),
    )
    return limiter_gain(
        20 * np.log10(np.maximum(music_peak, np.float32(1e-6)) / headroom), 0.0, _LIMITER_RELEASE
    )
