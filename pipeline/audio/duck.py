"""How loud the music is at every millisecond: down before the voice, up again after it, never in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio.gain import limiting, sloped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.audio.levels import Levels

    Curve = NDArray[np.float32]

SPEAKING = 0.999
"""Presence from which the voice itself is heard, not only near."""

_WINDOW = 51  # ms of voice heard at once
_UNDER = 25.0  # LU under the talk's loudness from which there is a voice
_DOWN, _UP = 1 / 250, 1 / 1_500  # of the way a millisecond: ahead of the voice, and back in a pause of a breath and a half
_LIMIT_UP = 0.1  # dB a millisecond
_LEAST_ROOM = -60.0  # dBFS that are left to music beside any voice


def presence(voice: Levels, loudness: float) -> Curve:
    """Return how much there is of a voice, 0 to 1, a value a millisecond: 1 while it is heard, nearing it 250 ms before, leaving slowly."""
    import numpy as np

    if len(voice.power) < _WINDOW:
        return np.zeros(len(voice.power), np.float32)
    power = np.convolve(voice.power, np.full(_WINDOW, 1 / _WINDOW, np.float32), "same")
    # two equal channels: LUFS are 0.691 less and 3.01 more dB than the mean square of one
    least = 10 ** ((loudness - _UNDER - 10 * np.log10(2) + 0.691) / 10)
    near = sloped(np.where(power > least, np.float32(-1), np.float32(0)), _DOWN, _UP)
    return np.asarray(np.clip(-near, 0, 1))


def heard_spans(present: Curve) -> tuple[int, int]:
    """Return the first and the last millisecond (one past it) of the voice; (0, 0) where there is none."""
    import numpy as np

    full = np.flatnonzero(present >= SPEAKING)
    return (int(full[0]), int(full[-1]) + 1) if len(full) else (0, 0)


def room(voice: Levels, music_peak: Curve, ceiling: float) -> Curve:
    """Return the gain in dB (never above 0) that keeps voice and music together under a ceiling (dBTP) by the music alone."""
    import numpy as np

    left = np.maximum(np.float32(10 ** (ceiling / 20)) - voice.peak, np.float32(10 ** (_LEAST_ROOM / 20)))
    return limiting(20 * np.log10(np.maximum(music_peak, np.float32(1e-6)) / left), 0.0, _LIMIT_UP)
