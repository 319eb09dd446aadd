"""What a recording's level does, millisecond by millisecond: peaks between samples, power, and power as the ear weighs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.filters import Chain

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

BLOCK = 48
"""Samples in a block: one millisecond."""

_OVERSAMPLING = 4
"""BS.1770-4, annex 2: true peaks are looked for at four times 48 kHz (ffmpeg's ebur128 does the same)."""

OVERSAMPLING_LINKS = (("aresample", "192000"),)

_K_WEIGHTING = (
    # BS.1770-4, tables 1 and 2: the head's shelf, then the low cut, at 48 kHz
    ("biquad", "b0=1.53512485958697:b1=-2.69169618940638:b2=1.19839281085285:a0=1:a1=-1.69065929318241:a2=0.73248077421585"),
    ("biquad", "b0=1:b1=-2:b2=1:a0=1:a1=-1.99004745483398:a2=0.99007225036621"),
)


@dataclass(frozen=True, slots=True)
class Levels:
    """Per millisecond (the last may be shorter): greatest |true peak|, mean square, K-weighted mean square; full scale is 1."""

    peak: NDArray[np.float32]
    power: NDArray[np.float32]
    weighted: NDArray[np.float32]


def levels(path: Path, high_pass: int = 0, channel: int = 0) -> Levels:
    """Return one channel's levels after a high-pass (Hz; 0: none), in one reading of the file. Raises InputError."""
    import numpy as np

    shaped, weighted, dense = Chain(*high_pass_links(high_pass)), Chain(*_K_WEIGHTING), Chain(*OVERSAMPLING_LINKS)
    peak, power, loud = _Blocks(BLOCK * _OVERSAMPLING, np.maximum), _Blocks(BLOCK, np.add), _Blocks(BLOCK, np.add)

    def take(samples: NDArray[np.float32]) -> None:
        if len(samples):
            power.add(samples * samples)
            loud.add(weighted.push(samples) ** 2)
            peak.add(np.abs(dense.push(samples)))

    for chunk in pcm.chunks(path):
        take(shaped.push(pcm.as_float(chunk[:, channel])))
    take(shaped.end())
    loud.add(weighted.end() ** 2)
    peak.add(np.abs(dense.push(np.zeros(BLOCK, np.float32))))  # pushes the last samples out of the interpolation
    peak.add(np.abs(dense.end()))
    blocks = len(power.values())
    share = np.float32(1 / BLOCK)
    return Levels(_fitted(peak.values(), blocks), power.values() * share, _fitted(loud.values(), blocks) * share)


def high_pass_links(corner: int) -> tuple[tuple[str, str], ...]:
    """Return the chain that takes away what lies below a corner in Hz (12 dB an octave); an empty one for 0."""
    return (("highpass", f"f={corner}:p=2"),) if corner else ()


class _Blocks:
    """Reduces samples that come in pieces of any length to one value a block."""

    def __init__(self, size: int, reduction: np.ufunc) -> None:
        self._size = size
        self._reduction = reduction
        self._rest: NDArray[np.float32] | None = None
        self._done: list[NDArray[np.float32]] = []

    def add(self, samples: NDArray[np.float32]) -> None:
        import numpy as np

        joined = samples if self._rest is None else np.concatenate([self._rest, samples])
        whole = len(joined) // self._size * self._size
        if whole:
            self._done.append(self._reduction.reduce(joined[:whole].reshape(-1, self._size), axis=1))
        self._rest = joined[whole:]

    def values(self) -> NDArray[np.float32]:
        """Return every block's value; a last, shorter block counts as if silence followed."""
        import numpy as np

        last = [] if self._rest is None or not len(self._rest) else [self._reduction.reduce(self._rest, keepdims=True)]
        return np.concatenate([*self._done, *last]) if self._done or last else np.zeros(0, np.float32)


def _fitted(values: NDArray[np.float32], blocks: int) -> NDArray[np.float32]:
    """Return exactly `blocks` values: the resampler may give a few samples more or less at the end."""
    import numpy as np

    return np.pad(values[:blocks], (0, max(0, blocks - len(values))))
