"""Stings: short pieces of music played once. pydub trims and fades them in whole milliseconds."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from pipeline.audio.decoder import decode_samples
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.timebase import SAMPLE_RATE, samples_from_ms

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

MAX_STING_SECONDS = 60
"""Seconds of the longest sting."""

_SILENCE_DBFS = -50.0  # dBFS below which the beginning and end of a sting count as silence
_FADE_IN_MS = 5  # long enough to avoid a click
_FADE_OUT_MS = 150
_MIN_STING_MS = 100


def load_sting(path: Path) -> NDArray[np.int16]:
    """Return a sting, shape (n, 2), trimmed and faded. Raises InputError if nothing is left."""
    segment = segment_from_samples(decode_samples(path, 2, MAX_STING_SECONDS))
    start, end = audible_range_ms(segment)
    if end - start < _MIN_STING_MS:
        raise InputError(message("audio.sting_inaudible"), where=path)
    return samples_from_segment(segment[start:end].fade_in(_FADE_IN_MS).fade_out(_FADE_OUT_MS))


def shorten_sting(sound: NDArray[np.int16], max_samples: int) -> NDArray[np.int16]:
    """Return a sting no longer than `max_samples`; if it is cut, its last second is faded out."""
    max_ms = max_samples // samples_from_ms(1)
    if len(sound) <= max_samples or not max_ms:
        return sound[:max_samples]
    shortened = segment_from_samples(sound)[:max_ms]
    return samples_from_segment(shortened.fade_out(min(1_000, max_ms)))


def audible_range_ms(segment: Any) -> tuple[int, int]:  # noqa: ANN401 - pydub has no types
    """Return the range [start, end) in ms of a segment without the silence at both ends."""
    from pydub.silence import detect_leading_silence

    length_ms = len(segment)
    start = min(length_ms, detect_leading_silence(segment, _SILENCE_DBFS))
    return start, max(start, length_ms - detect_leading_silence(segment.reverse(), _SILENCE_DBFS))


def segment_from_samples(sound: NDArray[np.int16]) -> Any:  # noqa: ANN401 - pydub has no types
    """Return samples, shape (n, 2), as a pydub segment at 48 kHz (48 samples per ms)."""
    with warnings.catch_warnings():
        # pydub warns if there is no ffmpeg on PATH, which is never used
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    return AudioSegment(
        sound.astype("<i2").tobytes(), sample_width=2, frame_rate=SAMPLE_RATE, channels=2
    )


def samples_from_segment(segment: Any) -> NDArray[np.int16]:  # noqa: ANN401 - pydub has no types
    """Return a stereo segment's samples, shape (n, 2)."""
    import numpy as np

    return np.frombuffer(segment.raw_data, "<i2").reshape(-1, 2)
