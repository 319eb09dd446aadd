"""A recording as samples that can be read piece by piece, so that an hour need not be in memory at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import timebase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.int16] | NDArray[np.float32]

_BLOCK_SECONDS = 20


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

    def blocks(self) -> Iterator[Samples]:
        """Yield the whole recording in pieces of 20 s."""
        step = _BLOCK_SECONDS * self.rate
        for first in range(0, self.length, step):
            yield self.read(first, min(first + step, self.length))


def recorded(samples: Samples, rate: int) -> Recording:
    """Return samples (an array, or a memory map of a file) as a recording."""
    if samples.ndim != 1:
        message = f"a recording is mono: one dimension, not {samples.ndim}"
        raise ValueError(message)
    return Recording(rate, len(samples), lambda first, last: samples[first:last])
