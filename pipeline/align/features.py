"""Acoustic features: cepstra every 10 ms and a level every 5 ms, computed block by block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline import timebase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

FRAMES_PER_SECOND = 100
LEVELS_PER_SECOND = 200
CEPSTRUM_SIZE = 13
FEATURE_DIMENSIONS = 3 * CEPSTRUM_SIZE
_WINDOW_SECONDS = 0.025
_MEL_BANDS = 40
_LOWEST_HERTZ = 60.0  # below are mains hum and rumble
_HIGHEST_HERTZ = 7600.0  # above, microphones differ most
_PRE_EMPHASIS = 0.97
_EMPHASIS_RATE = 16_000  # Hz: pre-emphasis has a lag of one sample at this rate, at any real rate
_BLOCK_FRAMES = 4096
_POWER_FLOOR = 1e-10  # -100 dB: digital silence has no logarithm
_SLOPE_REACH = 2  # frames on each side of a regression slope


@dataclass(frozen=True, slots=True)
class AcousticFeatures:
    """The features of a recording.

    `cepstra` is float32 of shape (frames, 39): 13 MFCC, their slopes and curvatures, each with mean
    0 and variance 1 over the recording; frame t covers [t/100, (t+1)/100) s. `levels` is float32 of
    shape (2 x frames,): dB of full scale in [i/200, (i+1)/200) s. `length` is in samples at 48 kHz.
    """

    cepstra: NDArray[np.float32]
    levels: NDArray[np.float32]
    length: int


def extract_features(
    blocks: Iterable[NDArray[np.int16] | NDArray[np.float32]], rate: int
) -> AcousticFeatures:
    """Return the features of mono blocks (int16, or float of full scale 1) of any lengths.

    `rate` is in Hz. Raises ValueError if it is below 800 or no multiple of 200.
    """
    if rate < 8 * FRAMES_PER_SECOND or rate % LEVELS_PER_SECOND:
        problem = f"a rate of {rate} Hz is not a multiple of {LEVELS_PER_SECOND}, or is too low"
        raise ValueError(problem)
    hop, window = rate // FRAMES_PER_SECOND, round(rate * _WINDOW_SECONDS)
    transform_length = _transform_length(window)
    filters, cosines = _mel_filters(rate, transform_length), _cosine_transform()
    taper = np.hanning(window + 1)[:window].astype(np.float32)
    statics: list[NDArray[np.float32]] = []
    levels: list[NDArray[np.float32]] = []
    length = 0
    for piece, own_samples in _overlapping_pieces(blocks, hop, window):
        length += own_samples
        levels.append(
            _block_levels(piece[: (window - hop) // 2 + own_samples], (window - hop) // 2, rate)
        )
        count = max(0, (len(piece) - window) // hop + 1)
        frames = np.lib.stride_tricks.sliding_window_view(piece, window)[::hop][:count]
        power = np.abs(np.fft.rfft(frames * taper, transform_length)) ** 2
        bands = np.log(np.maximum(power.astype(np.float32) @ filters, _POWER_FLOOR))
        statics.append(bands @ cosines)
    cepstra = np.concatenate(statics) if statics else np.zeros((0, CEPSTRUM_SIZE), np.float32)
    level = np.concatenate(levels) if levels else np.zeros(0, np.float32)
    return AcousticFeatures(
        _normalise(_with_slopes(cepstra)), level, timebase.samples_from_rate(length, rate)
    )


def _overlapping_pieces(
    blocks: Iterable[NDArray[np.int16] | NDArray[np.float32]], hop: int, window: int
) -> Iterator[tuple[NDArray[np.float32], int]]:
    """Yield pieces of whole hops with the context of their windows, and their length without it."""
    margin = (window - hop) // 2
    pending = np.zeros(margin, np.float32)
    step = hop * _BLOCK_FRAMES
    for block in blocks:
        floats = (
            block.astype(np.float32) / 32768
            if block.dtype == np.int16
            else block.astype(np.float32)
        )
        pending = np.concatenate([pending, floats])
        while len(pending) >= step + window - hop:
            yield pending[: step + window - hop], step
            pending = pending[step:]
    own = len(pending) - margin
    if own > 0:
        whole = -(-own // hop) * hop
        yield np.pad(pending, (0, whole + window - hop - len(pending))), own


def _block_levels(
    samples: NDArray[np.float32], first_sample: int, rate: int
) -> NDArray[np.float32]:
    """Return the level in dB of every 5 ms from `first_sample` on, with pre-emphasis."""
    step = rate // LEVELS_PER_SECOND
    lag = max(1, round(rate / _EMPHASIS_RATE))
    emphasised = (
        samples[first_sample:] - _PRE_EMPHASIS * samples[first_sample - lag : len(samples) - lag]
    )
    padded_length = -(-len(emphasised) // (2 * step)) * 2 * step  # two levels per frame
    power = (
        np.square(np.pad(emphasised, (0, padded_length - len(emphasised))))
        .reshape(-1, step)
        .mean(axis=1)
    )
    return np.asarray(10 * np.log10(np.maximum(power, _POWER_FLOOR)), np.float32)


def _transform_length(window: int) -> int:
    """Return the smallest 2^k or 3·2^k that is at least `window`."""
    power = 1 << (window - 1).bit_length()
    return min(length for length in (power, power // 4 * 3) if length >= window)


def _mel_filters(rate: int, transform: int) -> NDArray[np.float32]:
    """Return 40 triangular mel filters from 60 to 7600 Hz (or half the rate), shape (bins, 40).

    They include the pre-emphasis.
    """

    def mel(hertz: float) -> float:
        return 2595 * float(np.log10(1 + hertz / 700))

    edges = 700 * (
        10
        ** (
            np.linspace(mel(_LOWEST_HERTZ), mel(min(_HIGHEST_HERTZ, rate / 2)), _MEL_BANDS + 2)
            / 2595
        )
        - 1
    )
    bins = np.fft.rfftfreq(transform, 1 / rate)
    rising = (bins[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0, np.minimum(rising, falling))
    emphasis = (
        1
        + _PRE_EMPHASIS**2
        - 2
        * _PRE_EMPHASIS
        * np.cos(2 * np.pi * np.minimum(bins, _EMPHASIS_RATE / 2) / _EMPHASIS_RATE)
    )
    return np.asarray(triangles * emphasis[:, None], np.float32)


def _cosine_transform() -> NDArray[np.float32]:
    """Return the matrix of the cosine transform from 40 bands to 13 cepstra, shape (40, 13)."""
    bands = np.arange(_MEL_BANDS) + 0.5
    return np.asarray(
        np.cos(np.pi / _MEL_BANDS * bands[:, None] * np.arange(CEPSTRUM_SIZE))
        * np.sqrt(2 / _MEL_BANDS),
        np.float32,
    )


def _with_slopes(statics: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cepstra with their slopes over ±2 frames, and the slopes of the slopes."""
    slopes = _regression_slopes(statics)
    return np.concatenate([statics, slopes, _regression_slopes(slopes)], axis=1)


def _regression_slopes(values: NDArray[np.float32]) -> NDArray[np.float32]:
    if not len(values):
        return values.copy()
    padded = np.pad(values, ((_SLOPE_REACH, _SLOPE_REACH), (0, 0)), mode="edge")
    count = len(values)
    total = np.zeros_like(values)
    for reach in range(1, _SLOPE_REACH + 1):
        total += reach * (
            padded[_SLOPE_REACH + reach :][:count] - padded[_SLOPE_REACH - reach :][:count]
        )
    return np.asarray(
        total / (2 * sum(reach * reach for reach in range(1, _SLOPE_REACH + 1))), np.float32
    )


def _normalise(values: NDArray[np.float32]) -> NDArray[np.float32]:
    if not len(values):
        return values
    return np.ascontiguousarray(
        (values - values.mean(axis=0)) / (values.std(axis=0) + 1e-6), dtype=np.float32
    )
