"""How present the voice is at every millisecond, and the limiter that keeps the music below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio.dynamics import limit_slopes, limiter_gain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.audio.metering import Levels

    Curve = NDArray[np.float32]

SPEAKING_PRESENCE = 0.999
"""Voice presence from which the voice itself is audible; below it speech is only near."""

_POWER_WINDOW_MS = 51  # ms over which the power of the voice is averaged
_VOICE_THRESHOLD_LU = 25.0  # LU below the talk's loudness that still count as voice

_DUCK_RATE = 1 / 250  # share of the full depth per ms: music is down 250 ms after it starts to fall
_RECOVERY_RATE = 1 / 1_500  # and up again in a pause of 1.5 s

_LIMITER_RELEASE = 0.1  # dB per ms
_MIN_HEADROOM_DBFS = -60.0  # dBFS that are always left to the music


def voice_presence(voice_levels: Levels, loudness: float) -> Curve:
    """Return the presence of the voice from 0 to 1, one value per millisecond.

    It is 1 while the voice is audible, rises over the 250 ms before and falls over the 1.5 s after.
    `loudness` is that of the talk in LUFS, on two channels.
    """
    import numpy as np

    if len(voice_levels.power) < _POWER_WINDOW_MS:
        return np.zeros(len(voice_levels.power), np.float32)
    power = np.convolve(
        voice_levels.power, np.full(_POWER_WINDOW_MS, 1 / _POWER_WINDOW_MS, np.float32), "same"
    )
    # LUFS of two equal channels = dB of the mean square of one - 0.691 + 3.01
    threshold = 10 ** ((loudness - _VOICE_THRESHOLD_LU - 10 * np.log10(2) + 0.691) / 10)
    negative_presence = limit_slopes(
        np.where(power > threshold, np.float32(-1), np.float32(0)), _DUCK_RATE, _RECOVERY_RATE
    )
    return np.asarray(np.clip(-negative_presence, 0, 1))


def speaking_range_ms(presence_curve: Curve) -> tuple[int, int]:
    """Return the range [start, end) in ms in which the voice speaks; (0, 0) if it never does."""
    import numpy as np

    speaking_ms = np.flatnonzero(presence_curve >= SPEAKING_PRESENCE)
    return (int(speaking_ms[0]), int(speaking_ms[-1]) + 1) if len(speaking_ms) else (0, 0)


def music_limiter_gain(voice_levels: Levels, music_peak: Curve, ceiling: float) -> Curve:
    """Return the gain of the music in dB (at most 0) that keeps the mix below `ceiling` (dBTP).

    `music_peak` has the music's largest absolute sample of every millisecond, full scale 1.
    """
    import numpy as np

    headroom = np.maximum(
        np.float32(10 ** (ceiling / 20)) - voice_levels.peak,
        np.float32(10 ** (_MIN_HEADROOM_DBFS / 20)),
    )
    return limiter_gain(
        20 * np.log10(np.maximum(music_peak, np.float32(1e-6)) / headroom), 0.0, _LIMITER_RELEASE
    )
