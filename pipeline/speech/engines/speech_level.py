"""One level for synthesized speech, whatever the voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TARGET_LEVEL_DB, _MAX_PEAK_DB = -20.0, -1.5
_AUDIBLE_AMPLITUDE = 300


def normalize_level(samples: NDArray[np.float64], volume: int) -> bytes:
    """Return samples (16-bit range) as 16-bit ones, their audible part at −20 dB full scale.

    `volume` changes the level in percent; peaks stay below −1.5 dB. Without it voices differ by
    4 dB, utterances of one voice by 1 dB.
    """
    import numpy as np

    audible = samples[np.abs(samples) > _AUDIBLE_AMPLITUDE]
    if not len(audible):
        return np.rint(samples).astype("<i2").tobytes()
    gain = (
        10 ** (_TARGET_LEVEL_DB / 20)
        * 32768
        / float(np.sqrt((audible**2).mean()))
        * (100 + volume)
        / 100
    )
    gain = min(gain, 10 ** (_MAX_PEAK_DB / 20) * 32768 / float(np.abs(samples).max()))
    return np.rint(samples * gain).astype("<i2").tobytes()
