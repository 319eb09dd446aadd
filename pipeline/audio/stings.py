"""Stings: short pieces played once, cut clean with pydub at its own strength, whole milliseconds of something short."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from pipeline.audio.decode import decode
from pipeline.errors import InputError
from pipeline.timebase import SAMPLE_RATE, samples_from_ms

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

LONGEST = 60
"""Seconds of the longest sting."""

_QUIET = -50.0  # dBFS under which a sting's beginning and end are silence
_EDGE = 5  # ms faded in, so that a cut does not click
_RING = 150  # ms faded out at the end
_LEAST = 100  # ms


def sting(path: Path) -> NDArray[np.int16]:
    """Return a sting, shape (n, 2), without the silence around it and with soft edges. Raises InputError where nothing is left of it."""
    segment = as_segment(decode(path, 2, LONGEST))
    start, end = sounding(segment)
    if end - start < _LEAST:
        raise InputError("There is next to nothing to hear in this sting.", "Choose another file.", where=path)
    return from_segment(segment[start:end].fade_in(_EDGE).fade_out(_RING))


def fitted(sound: NDArray[np.int16], samples: int) -> NDArray[np.int16]:
    """Return a sting no longer than `samples`, faded out over its last second where it has to be cut."""
    length = samples // samples_from_ms(1)
    if len(sound) <= samples or not length:
        return sound[:samples]
    cut = as_segment(sound)[:length]
    return from_segment(cut.fade_out(min(1_000, length)))


def sounding(segment: Any) -> tuple[int, int]:  # noqa: ANN401 - pydub has no types
    """Return the ms at which a segment begins and ends to be heard."""
    from pydub.silence import detect_leading_silence

    length = len(segment)
    start = min(length, detect_leading_silence(segment, _QUIET))
    return start, max(start, length - detect_leading_silence(segment.reverse(), _QUIET))


def as_segment(sound: NDArray[np.int16]) -> Any:  # noqa: ANN401 - pydub has no types
    """Return samples, shape (n, 2), as a pydub segment at 48 kHz, where every ms is 48 samples and nothing is rounded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub looks for an ffmpeg on PATH, which it is never asked to use
        from pydub import AudioSegment

    return AudioSegment(sound.astype("<i2").tobytes(), sample_width=2, frame_rate=SAMPLE_RATE, channels=2)


def from_segment(segment: Any) -> NDArray[np.int16]:  # noqa: ANN401 - pydub has no types
    """Return a stereo segment's samples, shape (n, 2)."""
    import numpy as np

    return np.frombuffer(segment.raw_data, "<i2").reshape(-1, 2)
