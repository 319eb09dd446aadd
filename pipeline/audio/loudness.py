"""Loudness by EBU R 128: integrated loudness by BS.1770-4, loudness range by EBU Tech 3342."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.audio import pcm
from pipeline.audio.filters import FilterChain
from pipeline.audio.metering import OVERSAMPLING_FILTERS, measure_levels
from pipeline.process import ffmpeg_file_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Power = NDArray[np.floating[Any]]

_HOP_MS = 100
"""Milliseconds between the starts of blocks (BS.1770-4: 400 ms blocks overlap by 75 %)."""

_ABSOLUTE_GATE_LUFS = -70
"""LUFS below which a block does not count: the absolute gate of BS.1770-4."""

_FRAMES_PER_CHUNK = 64  # decoded frames per push into a filter
_DUAL_MONO_POWER = 2.0
"""A voice is on both channels, whose powers add up to 3 LU more than one."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """The loudness of a finished file as heard in stereo; None if there is nothing to measure.

    `notice` is a sentence for the user, or "".
    """

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    range_lu: float | None
    notice: str = ""

    def with_notice(self, notice: str) -> Loudness:
        """Return the same figures with a notice."""
        return replace(self, notice=notice)


def measure_loudness(path: Path) -> Loudness:
    """Measure a 48 kHz WAV of two channels, or of one that is played on both. Raises InputError."""
    import numpy as np

    channels, _ = pcm.channels_and_length(path)
    channel_levels = [measure_levels(path, channel=channel) for channel in range(channels)]
    power = (
        channel_levels[0].weighted * _DUAL_MONO_POWER
        if channels == 1
        else channel_levels[0].weighted + channel_levels[1].weighted
    )
    peak = max(
        (float(one_channel.peak.max()) for one_channel in channel_levels if len(one_channel.peak)),
        default=0.0,
    )
    return Loudness(
        integrated_loudness(power),
        float(20 * np.log10(peak)) if peak > 0 else None,
        loudness_range(power),
    )


def true_peak(path: Path, channel_count: int) -> float:
    """Return the true peak (dBTP) of the first `channel_count` channels of a 48 kHz audio file.

    The file is decoded. The result is -120 for silence.
    """
    import numpy as np

    chains = [FilterChain(*OVERSAMPLING_FILTERS) for _ in range(channel_count)]
    highest = 0.0
    for samples in _decode_chunks(path):
        highest = max(
            highest,
            *(
                float(np.abs(chain.push(samples[channel])).max(initial=0))
                for channel, chain in enumerate(chains)
            ),
        )
    highest = max(highest, *(float(np.abs(chain.flush()).max(initial=0)) for chain in chains))
    return float(20 * np.log10(max(highest, 1e-6)))


def _decode_chunks(path: Path) -> Iterator[NDArray[np.float32]]:
    """Yield a file's samples, shape (channels, n), many frames at a time to save filter calls."""
    import av
    import numpy as np

    with av.open(ffmpeg_file_url(path)) as file:
        frames = (frame.to_ndarray() for frame in file.decode(audio=0))
        while frame_group := list(islice(frames, _FRAMES_PER_CHUNK)):
            yield np.concatenate(frame_group, axis=1)


def integrated_loudness(power: Power) -> float | None:
    """Return the integrated loudness in LUFS, or None below -70 LUFS or 0.4 s.

    `power` is K-weighted, one value per millisecond, summed over the channels.
    """
    import numpy as np

    blocks = _block_powers(power, 4)
    above_absolute_gate = blocks[_lufs(blocks) > _ABSOLUTE_GATE_LUFS]
    if not len(above_absolute_gate):
        return None
    # the relative gate is 10 LU below the mean of what passes the absolute gate
    above_relative_gate = above_absolute_gate[
        _lufs(above_absolute_gate) > _lufs(above_absolute_gate.mean(keepdims=True)) - 10
    ]
    return (
        float(_lufs(above_relative_gate.mean(keepdims=True))[0])
        if np.size(above_relative_gate)
        else None
    )


def loudness_range(power: Power) -> float | None:
    """Return the loudness range in LU of K-weighted power per millisecond; None below 3 s."""
    import numpy as np

    blocks = _block_powers(power, 30)
    above_absolute_gate = blocks[_lufs(blocks) > _ABSOLUTE_GATE_LUFS]
    if not len(above_absolute_gate):
        return None
    above_relative_gate = _lufs(
        above_absolute_gate[
            _lufs(above_absolute_gate) > _lufs(above_absolute_gate.mean(keepdims=True)) - 20
        ]
    )
    low, high = np.percentile(above_relative_gate, (10, 95))
    return float(high - low)


def _block_powers(power: Power, hops_per_block: int) -> NDArray[np.float64]:
    """Return the mean power of blocks of `hops_per_block` × 100 ms, one every 100 ms."""
    import numpy as np

    whole_hops_length = len(power) // _HOP_MS * _HOP_MS
    means = power[:whole_hops_length].reshape(-1, _HOP_MS).mean(axis=1, dtype=np.float64)
    if len(means) < hops_per_block:
        return np.zeros(0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(means, hops_per_block).mean(axis=1))


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-20)))
