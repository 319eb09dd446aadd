"""Levels of a recording per millisecond: true peak, power, and K-weighted power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.filters import FilterChain

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

BLOCK_SAMPLES = 48
"""Samples in a block: one millisecond."""

_OVERSAMPLING = 4
"""True peaks are measured at 4 × 48 kHz (BS.1770-4, annex 2), as ffmpeg's ebur128 does."""

OVERSAMPLING_FILTERS = (("aresample", "192000"),)

_K_WEIGHTING = (
    # BS.1770-4, tables 1 and 2, at 48 kHz: the shelf for the head, then the high-pass
    (
        "biquad",
        (
            "b0=1.53512485958697:b1=-2.69169618940638:b2=1.19839281085285"
            ":a0=1:a1=-1.69065929318241:a2=0.73248077421585"
        ),
    ),
    ("biquad", "b0=1:b1=-2:b2=1:a0=1:a1=-1.99004745483398:a2=0.99007225036621"),
)


@dataclass(frozen=True, slots=True)
class Levels:
    """Values per millisecond (the last block may be shorter); full scale is 1.

    `peak` is the largest absolute true peak, `power` the mean square, `weighted` the K-weighted
    mean square.
    """

    peak: NDArray[np.float32]
    power: NDArray[np.float32]
    weighted: NDArray[np.float32]


def measure_levels(path: Path, high_pass: int = 0, channel: int = 0) -> Levels:
    """Measure one channel of a 48 kHz WAV after a high-pass (Hz; 0: none). Raises InputError."""
    import numpy as np

    high_pass_chain, weighting_chain, oversampling_chain = (
        FilterChain(*high_pass_filters(high_pass)),
        FilterChain(*_K_WEIGHTING),
        FilterChain(*OVERSAMPLING_FILTERS),
    )
    peak_blocks, power_blocks, weighted_blocks = (
        _BlockReducer(BLOCK_SAMPLES * _OVERSAMPLING, np.maximum),
        _BlockReducer(BLOCK_SAMPLES, np.add),
        _BlockReducer(BLOCK_SAMPLES, np.add),
    )

    def add_samples(samples: NDArray[np.float32]) -> None:
        if len(samples):
            power_blocks.add(samples * samples)
            weighted_blocks.add(weighting_chain.push(samples) ** 2)
            peak_blocks.add(np.abs(oversampling_chain.push(samples)))

    for chunk in pcm.read_chunks(path):
        add_samples(high_pass_chain.push(pcm.float_from_int16(chunk[:, channel])))
    add_samples(high_pass_chain.flush())
    weighted_blocks.add(weighting_chain.flush() ** 2)
    # silence pushes the last samples out of the interpolation
    peak_blocks.add(np.abs(oversampling_chain.push(np.zeros(BLOCK_SAMPLES, np.float32))))
    peak_blocks.add(np.abs(oversampling_chain.flush()))
    block_count = len(power_blocks.values())
    mean_factor = np.float32(1 / BLOCK_SAMPLES)
    return Levels(
        _pad_to_length(peak_blocks.values(), block_count),
        power_blocks.values() * mean_factor,
        _pad_to_length(weighted_blocks.values(), block_count) * mean_factor,
    )


def high_pass_filters(corner_hz: int) -> tuple[tuple[str, str], ...]:
    """Return the filters of a high-pass at a corner in Hz (12 dB per octave); none for 0."""
    return (("highpass", f"f={corner_hz}:p=2"),) if corner_hz else ()


class _BlockReducer:
    """Reduces samples that arrive in pieces of any length to one value per block."""

    def __init__(self, size: int, reduction: np.ufunc) -> None:
        self._size = size
        self._reduction = reduction
        self._remainder: NDArray[np.float32] | None = None
        self._reduced_blocks: list[NDArray[np.float32]] = []

    def add(self, samples: NDArray[np.float32]) -> None:
        import numpy as np

        joined = samples if self._remainder is None else np.concatenate([self._remainder, samples])
        complete_samples = len(joined) // self._size * self._size
        if complete_samples:
            self._reduced_blocks.append(
                self._reduction.reduce(joined[:complete_samples].reshape(-1, self._size), axis=1)
            )
        self._remainder = joined[complete_samples:]

    def values(self) -> NDArray[np.float32]:
        """Return the value of every block; a shorter last block is completed with silence."""
        import numpy as np

        last = (
            []
            if self._remainder is None or not len(self._remainder)
            else [self._reduction.reduce(self._remainder, keepdims=True)]
        )
        return (
            np.concatenate([*self._reduced_blocks, *last])
            if self._reduced_blocks or last
            else np.zeros(0, np.float32)
        )


def _pad_to_length(values: NDArray[np.float32], block_count: int) -> NDArray[np.float32]:
    """Return exactly `block_count` values: the resampler may return a few samples more or less."""
    import numpy as np

    return np.pad(values[:block_count], (0, max(0, block_count - len(values))))
