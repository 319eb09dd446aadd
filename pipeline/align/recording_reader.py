"""A recording that is read piece by piece, so that it need not be in memory at once."""

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
_TAPS_PER_FACTOR = 16  # taps on each side of the low-pass, per factor of decimation


@dataclass(frozen=True, slots=True)
class Recording:
    """Mono audio of `length` samples at `rate` Hz.

    `read(first, last)` returns samples as int16, or as float of full scale 1.
    """

    rate: int
    length: int
    read: Callable[[int, int], Samples]

    @property
    def master_length(self) -> int:
        """The length in samples at 48 kHz."""
        return timebase.samples_from_rate(self.length, self.rate)

    def read_at_rate(self, rate: int, first: int, last: int) -> NDArray[np.float32]:
        """Return samples [first, last) of the recording at a lower rate, as float of full scale 1.

        Raises ValueError if `rate` does not divide the recording's rate.
        """
        if self.rate % rate:
            problem = f"{self.rate} Hz cannot be reduced to {rate} Hz: only whole fractions can"
            raise ValueError(problem)
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
    """Return a windowed sinc of odd length with -6 dB at half the new rate."""
    if factor == 1:
        return np.ones(1, np.float32)
    offsets = np.arange(-_TAPS_PER_FACTOR * factor, _TAPS_PER_FACTOR * factor + 1)
    taps = np.sinc(offsets / factor) * np.hamming(len(offsets))
    return np.asarray(taps / taps.sum(), np.float32)


def recording_from_samples(samples: Samples, rate: int) -> Recording:
    """Return samples (an array or a memory map) as a recording. Raises ValueError if not mono."""
    if samples.ndim != 1:
        problem = f"a recording is mono: one dimension, not {samples.ndim}"
        raise ValueError(problem)
    return Recording(rate, len(samples), lambda first, last: samples[first:last])
