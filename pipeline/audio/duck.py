"""How loud the music is at every millisecond: down before the voice, up again after it, never in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio.gain import sloped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.audio.levels import Levels

    Curve = NDArray[np.float64]

_WINDOW = 51  # ms of voice heard at once
_UNDER = 25.0  # LU under the talk's loudness from which there is a voice
_DOWN, _UP = 1 / 250, 1 / 1_500  # of the way a millisecond: ahead of the voice, and back in a pause of a breath and a half
_LIMIT_DOWN, _LIMIT_UP = 1.5, 0.1  # dB a millisecond


def presence(voice: Levels, loudness: float) -> Curve:
    """Return how much there is of a voice, 0 to 1, a value a millisecond: 1 while it is heard, nearing it 250 ms before, leaving slowly."""
    import numpy as np

    if len(voice.power) < _WINDOW:
        return np.zeros(len(voice.power))
    power = np.convolve(voice.power, np.ones(_WINDOW) / _WINDOW, "same")
    # two equal channels: LUFS are 0.691 + 3.01 dB from the mean square of one
    heard = 10 * np.log10(np.maximum(power, 1e-12)) > loudness - _UNDER - 10 * np.log10(2) + 0.691
    return np.maximum(0.0, -sloped(np.where(heard, -1.0, 0.0), _DOWN, _UP))


def heard_spans(present: Curve) -> tuple[int, int]:
    """Return the first and the last millisecond (one past it) of the voice; (0, 0) where there is none."""
    import numpy as np

    full = np.flatnonzero(present >= 1.0)
    return (int(full[0]), int(full[-1]) + 1) if len(full) else (0, 0)


def room(voice: Levels, music_peak: Curve, ceiling: float) -> Curve:
    """Return the gain in dB (never above 0) that keeps voice and music together under a ceiling (dBTP) by the music alone."""
    import numpy as np

    left = np.maximum(10 ** (ceiling / 20) - voice.peak.astype(np.float64), 10 ** (-60 / 20))
    over = np.where(music_peak > left, 20 * np.log10(left / np.maximum(music_peak, 1e-6)), 0.0)
    if not over.any():
        return over
    padded = np.pad(over, 1)
    return sloped(np.minimum(np.minimum(padded[:-2], padded[2:]), over), _LIMIT_DOWN, _LIMIT_UP)
