"""Reads and writes the samples of plain 48 kHz, 16-bit WAV files, one second at a time."""

from __future__ import annotations

import wave
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.audio.riff import riff_chunks
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

CHUNK_SAMPLES = SAMPLE_RATE
"""Samples processed at a time: a multiple of every block length in this package."""

MAX_WAV_SAMPLES = (2**32 - 1024) // 4
"""Samples that fit into a stereo WAV file, whose sizes are 32-bit: 6 hours and 12 minutes."""


def channels_and_length(path: Path) -> tuple[int, int]:
    """Return the number of channels (1 or 2) and of samples of a 48 kHz WAV. Raises InputError."""
    with _open_wav_reader(path) as source:
        return source.getnchannels(), source.getnframes()


def read_chunks(path: Path, size: int = CHUNK_SAMPLES) -> Iterator[NDArray[np.int16]]:
    """Yield a file's samples, shape (n, channels), `size` at a time. Raises InputError."""
    import numpy as np

    with _open_wav_reader(path) as source:
        channels = source.getnchannels()
        while data := source.readframes(size):
            yield np.frombuffer(data, "<i2").reshape(-1, channels)


def memory_map_samples(path: Path) -> NDArray[np.int16]:
    """Return a file's samples, shape (n,) or (n, 2), as a memory map. Raises InputError."""
    import numpy as np

    channels, length = channels_and_length(path)
    with path.open("rb") as file:
        data_offset = next(
            (riff_chunk.start for riff_chunk in riff_chunks(file) if riff_chunk.kind == b"data"), 0
        )
    if not length:
        return np.zeros((0, 2)[:channels], np.int16)
    interleaved = np.memmap(path, "<i2", "r", data_offset, (length * channels,))
    return interleaved if channels == 1 else interleaved.reshape(-1, channels)


def float_from_int16(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """Return samples as float32 with full scale 1."""
    import numpy as np

    return samples.astype(np.float32) * np.float32(1 / 32768)


def int16_from_float(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Return float samples with full scale 1 as int16, rounded and clipped."""
    import numpy as np

    return np.clip(np.round(samples * np.float32(32768)), -32768, 32767).astype(np.int16)


@contextmanager
def open_wav_writer(path: Path, channels: int) -> Iterator[Callable[[NDArray[np.int16]], None]]:
    """Open a WAV file; yield the function that appends samples, shape (n,) or (n, channels)."""
    import numpy as np

    with path.open("wb") as file, wave.open(file, "wb") as out:
        out.setparams((channels, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))

        def append(samples: NDArray[np.int16]) -> None:
            out.writeframesraw(np.ascontiguousarray(samples, "<i2").data)

        yield append


@contextmanager
def _open_wav_reader(path: Path) -> Iterator[wave.Wave_read]:
    try:
        with path.open("rb") as file, wave.open(file, "rb") as source:
            if (source.getsampwidth(), source.getframerate()) != (
                2,
                SAMPLE_RATE,
            ) or source.getnchannels() not in {1, 2}:
                raise InputError(message("audio.not_48_khz"), where=path)
            yield source
    except (wave.Error, EOFError) as fault:
        raise InputError(message("audio.not_wav", reason=str(fault)), where=path) from fault
