"""Pieces of music made ready: decoded, without the silence around them, at a level of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.bed import Tune
from pipeline.audio.decode import decode_to
from pipeline.audio.loudness import measure
from pipeline.audio.stings import as_segment, sounding
from pipeline.errors import InputError
from pipeline.timebase import samples_from_ms, samples_from_seconds

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_LONGEST = 2 * 3_600  # seconds of a piece of music
_LEAST = 2  # seconds
_LOOKED_AT = samples_from_seconds(20)  # at both ends, for silence
_SILENT = -70.0


def load_tune(path: Path, work: Path, loudness: float) -> Tune:
    """Return a file's music, decoded into `work`, as loud as asked (LUFS). Raises InputError where it is no sound, silent or too short."""
    decode_to(path, work, 2, _LONGEST)
    sound = pcm.mapped(work)
    first, last = _heard(sound)
    if last - first < samples_from_seconds(_LEAST):
        raise InputError(f"There are not {_LEAST} seconds of music in this file.", "Choose another.", where=path)
    found = measure(work).integrated_lufs
    if found is None:
        raise InputError("This music is silent.", "Choose another file.", where=path)
    return Tune(sound[first:last], 10 ** ((loudness - found) / 20))


def as_tune(sound: NDArray[np.int16], work: Path, loudness: float) -> Tune:
    """Return a short sound, shape (n, 2), as loud as asked (LUFS); one too short for the meter is set by its power."""
    with pcm.writing(work, 2) as append:
        append(sound)
    found = measure(work).integrated_lufs
    if found is None:
        found = max(_SILENT, as_segment(sound).dBFS + 3.0)  # two channels of that power each
    return Tune(sound, 10 ** ((loudness - found) / 20))


def _heard(sound: NDArray[np.int16]) -> tuple[int, int]:
    """Return the samples between the silence before and after a piece."""
    first, _ = sounding(as_segment(sound[:_LOOKED_AT]))
    tail = sound[max(0, len(sound) - _LOOKED_AT) :]
    _, end = sounding(as_segment(tail))
    return samples_from_ms(first), len(sound) - len(tail) + min(len(tail), samples_from_ms(end))
