"""Reduces hum, rumble and steady noise in a recording of speech, by ffmpeg's filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.filters import FilterChain
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FILTERS = (("highpass", "f=80"), ("afftdn", "nr=12:track_noise=1"))
_DELAY = SAMPLE_RATE // 40  # samples (25 ms): the window of afftdn
_BLOCK_SECONDS = 20


def clean_speech(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return mono samples at 48 kHz with less steady noise, as many as before."""
    import numpy as np

    chain = FilterChain(*_FILTERS)
    step = _BLOCK_SECONDS * SAMPLE_RATE
    padding = np.zeros(_DELAY, np.float32)
    blocks = [
        chain.push(pcm.float_from_int16(samples[first : first + step]))
        for first in range(0, len(samples), step)
    ]
    cleaned = np.concatenate([*blocks, chain.push(padding), chain.flush()])[_DELAY:][: len(samples)]
    padded = np.pad(cleaned, (0, len(samples) - len(cleaned)))
    return np.asarray(np.clip(np.round(padded * 32767), -32768, 32767), np.int16)
