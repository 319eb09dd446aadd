"""Loudness as EBU R 128 measures it: BS.1770-4 gating for the whole, EBU Tech 3342 for the range."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.audio import pcm
from pipeline.audio.filters import Chain
from pipeline.audio.levels import OVERSAMPLING_LINKS, levels
from pipeline.process import file_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Power = NDArray[np.floating[Any]]

_HOP = 100
"""Milliseconds from one measuring block to the next (BS.1770-4: blocks of 400 ms overlap by three quarters)."""

_GATE = -70
"""LUFS below which a block does not count (BS.1770-4, the absolute gate)."""

_FRAMES = 64
_DUAL = 2.0
"""A voice is on both channels, whose powers add up: 3 LU more than in one."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """What was measured on a finished file as it is heard, in stereo; None where there is nothing to measure.

    Integrated loudness in LUFS, true peak in dBTP, loudness range in LU; `notice` is a sentence for the person, or empty.
    """

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    range_lu: float | None
    notice: str = ""

    def noted(self, notice: str) -> Loudness:
        """Return the same figures with a notice."""
        return replace(self, notice=notice)


def measure(path: Path) -> Loudness:
    """Return what a 48 kHz WAV of one channel (heard on both) or two measures. Raises InputError."""
    import numpy as np

    channels, _ = pcm.shape(path)
    seen = [levels(path, channel=channel) for channel in range(channels)]
    power = seen[0].weighted * _DUAL if channels == 1 else seen[0].weighted + seen[1].weighted
    peak = max((float(one.peak.max()) for one in seen if len(one.peak)), default=0.0)
    return Loudness(integrated(power), float(20 * np.log10(peak)) if peak > 0 else None, loudness_range(power))


def true_peak(path: Path, sides: int) -> float:
    """Return the true peak (dBTP) of the first `sides` channels of a 48 kHz audio file as it is decoded; -120 for silence."""
    import numpy as np

    chains = [Chain(*OVERSAMPLING_LINKS) for _ in range(sides)]
    highest = 0.0
    for samples in _decoded(path):
        highest = max(highest, *(float(np.abs(chain.push(samples[side])).max(initial=0)) for side, chain in enumerate(chains)))
    highest = max(highest, *(float(np.abs(chain.end()).max(initial=0)) for chain in chains))
    return float(20 * np.log10(max(highest, 1e-6)))


def _decoded(path: Path) -> Iterator[NDArray[np.float32]]:
    """Yield a file's samples, shape (channels, n), many frames at a time: each push into a filter has its price."""
    import av
    import numpy as np

    with av.open(file_name(path)) as file:
        frames = (frame.to_ndarray() for frame in file.decode(audio=0))
        while together := list(islice(frames, _FRAMES)):
            yield np.concatenate(together, axis=1)


def integrated(power: Power) -> float | None:
    """Return the integrated loudness (LUFS) of K-weighted power a millisecond, summed over channels; None below -70 LUFS or 0.4 s."""
    import numpy as np

    blocks = _sliding(power, 4)
    loud = blocks[_lufs(blocks) > _GATE]
    if not len(loud):
        return None
    gated = loud[_lufs(loud) > _lufs(loud.mean(keepdims=True)) - 10]  # the relative gate
    return float(_lufs(gated.mean(keepdims=True))[0]) if np.size(gated) else None


def loudness_range(power: Power) -> float | None:
    """Return the loudness range (LU) of K-weighted power a millisecond; None below 3 s."""
    import numpy as np

    blocks = _sliding(power, 30)
    loud = blocks[_lufs(blocks) > _GATE]
    if not len(loud):
        return None
    kept = _lufs(loud[_lufs(loud) > _lufs(loud.mean(keepdims=True)) - 20])
    low, high = np.percentile(kept, (10, 95))
    return float(high - low)


def _sliding(power: Power, hops: int) -> NDArray[np.float64]:
    """Return the mean power of blocks of `hops` × 100 ms, one every 100 ms."""
    import numpy as np

    whole = len(power) // _HOP * _HOP
    means = power[:whole].reshape(-1, _HOP).mean(axis=1, dtype=np.float64)
    if len(means) < hops:
        return np.zeros(0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(means, hops).mean(axis=1))


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-20)))
