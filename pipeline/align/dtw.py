"""The recording warped onto speech of the same text whose row times are known: the surest start, and a second opinion.

What makes it work across speakers (FACTS, "Aligning rows"): cepstra without the level, mean and variance normalised, speech alone on both
sides, a slope between a half and two, a band around proportional time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.features import CEPSTRA, DIMENSIONS, FRAMES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WITHOUT_LEVEL = np.array([place for place in range(DIMENSIONS) if place % CEPSTRA])
_LEAST_BAND, _BAND_SHARE, _MOST_BAND = 3.0, 0.08, 45.0  # s, and of the length: how far from proportional time the path may go
_FINE = 24_000  # frames of speech (4 minutes) up to which all of that is looked at; beyond, averages of four frames go before
_COARSE_STEP = 4
_NEAR = 2.5  # s around the averages' path, which is a second off at most
_FAR = np.float32(1e9)
_STEPS = ((1, 1), (1, 2), (2, 1))  # frames of (recording, reference): slopes from a half to two


def warped(
    cepstra: NDArray[np.float32],
    spoken: NDArray[np.bool_],
    reference: NDArray[np.float32],
    reference_spoken: NDArray[np.bool_],
    edges: Sequence[tuple[int, int]],
) -> list[tuple[float, float]] | None:
    """Return (start, end) in seconds of rows whose reference frames [first, last) are `edges`, or None where the lengths do not fit.

    `cepstra` and `reference` have 39 columns (see `features`); the masks say for either half of each frame whether somebody speaks.
    """
    here = np.flatnonzero(spoken[::2] | spoken[1::2])
    there = np.flatnonzero(reference_spoken[::2] | reference_spoken[1::2])
    if len(here) < len(_STEPS) or len(there) < len(_STEPS):
        return None
    path = _warp(_shaped(cepstra[here]), _shaped(reference[there]))
    if path is None:
        return None
    rows = []
    for first, last in edges:
        inside = np.searchsorted(there, (first, max(first, last - 1)))
        start = min(int(np.searchsorted(path[:, 1], inside[0])), len(path) - 1)
        end = max(start, int(np.searchsorted(path[:, 1], inside[1], side="right")) - 1)
        rows.append((int(here[path[start, 0]]) / FRAMES_PER_SECOND, (int(here[path[end, 0]]) + 1) / FRAMES_PER_SECOND))
    return rows


def _warp(frames: NDArray[np.float32], reference: NDArray[np.float32]) -> NDArray[np.int64] | None:
    """Return the path through all frames: around proportional time, or for a long recording around the path of averages."""
    count, other = len(frames), len(reference)
    share = int(min(max(_LEAST_BAND * FRAMES_PER_SECOND, _BAND_SHARE * other), _MOST_BAND * FRAMES_PER_SECOND))
    if count <= _FINE:
        return _path(frames, reference, _proportional(count, other), share)
    few, less = _pooled(frames, _COARSE_STEP), _pooled(reference, _COARSE_STEP)
    coarse = _path(few, less, _proportional(len(few), len(less)), share // _COARSE_STEP)
    if coarse is None:
        return None
    centres = np.interp(np.arange(count), coarse[:, 0] * _COARSE_STEP, coarse[:, 1] * _COARSE_STEP).astype(np.int64)
    return _path(frames, reference, centres, int(_NEAR * FRAMES_PER_SECOND))


def _proportional(count: int, other: int) -> NDArray[np.int64]:
    return np.arange(count) * (other - 1) // max(1, count - 1)


def _pooled(frames: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    whole = np.pad(frames, ((0, -len(frames) % step), (0, 0)), mode="edge")
    return np.asarray(whole.reshape(-1, step, frames.shape[1]).mean(axis=1))


def _shaped(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return frames without the level, normalised over speech, each of length 1."""
    chosen = frames[:, _WITHOUT_LEVEL]
    chosen = (chosen - chosen.mean(axis=0)) / (chosen.std(axis=0) + 1e-6)
    return np.asarray(chosen / (np.linalg.norm(chosen, axis=1, keepdims=True) + 1e-6), np.float32)


def _path(frames: NDArray[np.float32], reference: NDArray[np.float32], centres: NDArray[np.int64], reach: int) -> NDArray[np.int64] | None:
    """Return pairs (frame, reference frame) of the cheapest path from the first pair to the last, `reach` either side of `centres`.

    None where there is no such path.
    """
    count, other = len(frames), len(reference)
    width = min(other, 2 * reach + 1)
    lows = np.clip(centres - reach, 0, other - width)
    came = np.zeros((count, width), np.uint8)
    totals = [np.full(width, _FAR, np.float32) for _ in range(3)]
    starts = [0, 0, 0]
    for index in range(count):
        low = int(lows[index])
        price = 1 - reference[low : low + width] @ frames[index]
        if index == 0:
            best = np.full(width, _FAR, np.float32)
            best[0] = price[0]
        else:
            best = np.full(width, _FAR, np.float32)
            for step, (back, along) in enumerate(_STEPS):
                way = _shifted(totals[back - 1], starts[back - 1], low - along, width) + price * np.float32((back + along) / 2)
                came[index][way < best] = step
                np.minimum(best, way, out=best)
        totals = [best, *totals[:2]]
        starts = [low, *starts[:2]]
    if not 0 <= other - 1 - starts[0] < width or totals[0][other - 1 - starts[0]] >= _FAR / 2:
        return None
    pairs = []
    here, there = count - 1, other - 1
    while here > 0 or there > 0:
        pairs.append((here, there))
        back, along = _STEPS[came[here, there - lows[here]]]
        here, there = here - back, there - along
    return np.array([(0, 0), *reversed(pairs)], np.int64)


def _shifted(totals: NDArray[np.float32], start: int, wanted: int, width: int) -> NDArray[np.float32]:
    """Return totals whose window begins at `start` as if it began at `wanted`."""
    by = wanted - start
    found = np.full(width, _FAR, np.float32)
    first, last = max(0, -by), min(width, width - by)
    if last > first:
        found[first:last] = totals[first + by : last + by]
    return found
