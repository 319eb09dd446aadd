"""A recording as samples that can be read piece by piece, so that an hour need not be in memory at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline import timebase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Samples = NDArray[np.int16] | NDArray[np.float32]

_BLOCK_SECONDS = 20
_TAPS_PER_FACTOR = 16


@dataclass(frozen=True, slots=True)
class Recording:
    """Mono sound: `length` samples at `rate` Hz; `read(first, last)` returns them as int16, or as float of full scale 1."""

    rate: int
    length: int
    read: Callable[[int, int], Samples]

    @property
    def master_length(self) -> int:
        """The length in samples at 48 kHz."""
        return timebase.samples_from_rate(self.length, self.rate)

    def read_at_rate(self, rate: int, first: int, last: int) -> NDArray[np.float32]:
        """Return samples [first, last), counted at a lower rate that divides this one's, as float of full scale 1."""
        if self.rate % rate:
            message = f"{self.rate} Hz cannot be brought to {rate} Hz: only whole fractions are"
            raise ValueError(message)
        factor = self.rate // rate
        taps = _low_pass_taps(factor)
        margin = len(taps) // 2
        begin, end = first * factor - margin, last * factor + margin
        samples = self.read(max(0, begin), min(end, self.length))
        floats = samples.astype(np.float32) / (32768 if samples.dtype == np.int16 else 1)
        padded = np.pad(floats, (max(0, -begin), max(0, end - self.length)))
        return np.asarray(np.convolve(padded, taps, "valid")[::factor][: last - first], np.float32)

    def blocks(self) -> Iterator[Samples]:
        """Yield the whole recording in pieces of 20 s."""
        step = _BLOCK_SECONDS * self.rate
        for first in range(0, self.length, step):
            yield self.read(first, min(first + step, self.length))


def _low_pass_taps(factor: int) -> NDArray[np.float32]:
    """Return a windowed sinc that keeps what is below the new rate's half (-6 dB there), delay removed by its odd length."""
    if factor == 1:
        return np.ones(1, np.float32)
    offsets = np.arange(-_TAPS_PER_FACTOR * factor, _TAPS_PER_FACTOR * factor + 1)
    taps = np.sinc(offsets / factor) * np.hamming(len(offsets))
    return np.asarray(taps / taps.sum(), np.float32)


def recording_from_samples(samples: Samples, rate: int) -> Recording:
    """Return samples (an array, or a memory map of a file) as a recording."""
    if samples.ndim != 1:
        message = f"a recording is mono: one dimension, not {samples.ndim}"
        raise ValueError(message)
    return Recording(rate, len(samples), lambda first, last: samples[first:last])
