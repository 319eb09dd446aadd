"""Dynamic time warping of the recording onto speech of the same text whose row times are known.

It works across speakers because it compares cepstra without the level, with mean and variance
normalised, only frames of speech, with slopes between a half and two, in a band around proportional
time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.features import CEPSTRUM_SIZE, FEATURE_DIMENSIONS, FRAMES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_COLUMNS_WITHOUT_LEVEL = np.array(
    [column for column in range(FEATURE_DIMENSIONS) if column % CEPSTRUM_SIZE]
)

# how far from proportional time the path may go: a share of the length, within limits in s
_BAND_SHARE = 0.08
_MIN_BAND_SECONDS = 3.0
_MAX_BAND_SECONDS = 45.0

_FINE = 24_000  # frames of speech (4 minutes) that are warped at once
_COARSE_STEP = 4  # frames that are averaged first in a longer recording
_REFINE_SECONDS = 2.5  # s around the path of the averages, whose error is 1 s at most
_UNREACHABLE_COST = np.float32(1e9)
_STEPS = ((1, 1), (1, 2), (2, 1))  # frames of (recording, reference): slopes from a half to two


def warp_row_times(
    cepstra: NDArray[np.float32],
    speech: NDArray[np.bool_],
    reference: NDArray[np.float32],
    reference_speech: NDArray[np.bool_],
    row_frames: Sequence[tuple[int, int]],
) -> list[tuple[float, float]] | None:
    """Return the (start, end) in seconds of rows, or None if the two lengths differ too much.

    `cepstra` and `reference` have 39 columns (see `features`). The speech masks have two values per
    frame. `row_frames` are the reference frames [first, last) of each row.
    """
    speech_frames = np.flatnonzero(speech[::2] | speech[1::2])
    reference_frames = np.flatnonzero(reference_speech[::2] | reference_speech[1::2])
    if len(speech_frames) < len(_STEPS) or len(reference_frames) < len(_STEPS):
        return None
    path = _warping_path(
        _normalise_frames(cepstra[speech_frames]), _normalise_frames(reference[reference_frames])
    )
    if path is None:
        return None
    rows = []
    for first, last in row_frames:
        inside = np.searchsorted(reference_frames, (first, max(first, last - 1)))
        start = min(int(np.searchsorted(path[:, 1], inside[0])), len(path) - 1)
        end = max(start, int(np.searchsorted(path[:, 1], inside[1], side="right")) - 1)
        rows.append(
            (
                int(speech_frames[path[start, 0]]) / FRAMES_PER_SECOND,
                (int(speech_frames[path[end, 0]]) + 1) / FRAMES_PER_SECOND,
            )
        )
    return rows


def _warping_path(
    frames: NDArray[np.float32], reference: NDArray[np.float32]
) -> NDArray[np.int64] | None:
    """Return the path through all frames, in two steps for a long recording, or None."""
    count, reference_count = len(frames), len(reference)
    reach = int(
        min(
            max(_MIN_BAND_SECONDS * FRAMES_PER_SECOND, _BAND_SHARE * reference_count),
            _MAX_BAND_SECONDS * FRAMES_PER_SECOND,
        )
    )
    if count <= _FINE:
        return _cheapest_path(
            frames, reference, _proportional_centres(count, reference_count), reach
        )
    coarse_frames, coarse_reference = (
        _average_frames(frames, _COARSE_STEP),
        _average_frames(reference, _COARSE_STEP),
    )
    coarse = _cheapest_path(
        coarse_frames,
        coarse_reference,
        _proportional_centres(len(coarse_frames), len(coarse_reference)),
        reach // _COARSE_STEP,
    )
    if coarse is None:
        return None
    centres = np.interp(
        np.arange(count), coarse[:, 0] * _COARSE_STEP, coarse[:, 1] * _COARSE_STEP
    ).astype(np.int64)
    return _cheapest_path(frames, reference, centres, int(_REFINE_SECONDS * FRAMES_PER_SECOND))


def _proportional_centres(count: int, reference_count: int) -> NDArray[np.int64]:
    return np.arange(count) * (reference_count - 1) // max(1, count - 1)


def _average_frames(frames: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    whole = np.pad(frames, ((0, -len(frames) % step), (0, 0)), mode="edge")
    return np.asarray(whole.reshape(-1, step, frames.shape[1]).mean(axis=1))


def _normalise_frames(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return frames without the level, normalised to mean 0 and variance 1, then to norm 1."""
    columns = frames[:, _COLUMNS_WITHOUT_LEVEL]
    columns = (columns - columns.mean(axis=0)) / (columns.std(axis=0) + 1e-6)
    return np.asarray(columns / (np.linalg.norm(columns, axis=1, keepdims=True) + 1e-6), np.float32)


def _cheapest_path(
    frames: NDArray[np.float32],
    reference: NDArray[np.float32],
    centres: NDArray[np.int64],
    reach: int,
) -> NDArray[np.int64] | None:
    """Return pairs (frame, reference frame) of the cheapest path from the first to the last.

    The path stays within `reach` frames of `centres`. None if there is no such path.
    """
    count, reference_count = len(frames), len(reference)
    width = min(reference_count, 2 * reach + 1)
    lows = np.clip(centres - reach, 0, reference_count - width)
    chosen_steps = np.zeros((count, width), np.uint8)
    totals = [np.full(width, _UNREACHABLE_COST, np.float32) for _ in range(3)]
    starts = [0, 0, 0]
    for index in range(count):
        low = int(lows[index])
        distances = 1 - reference[low : low + width] @ frames[index]
        if index == 0:
            best = np.full(width, _UNREACHABLE_COST, np.float32)
            best[0] = distances[0]
        else:
            best = np.full(width, _UNREACHABLE_COST, np.float32)
            for step, (back, along) in enumerate(_STEPS):
                step_cost = _shift_window(
                    totals[back - 1], starts[back - 1], low - along, width
                ) + distances * np.float32((back + along) / 2)
                chosen_steps[index][step_cost < best] = step
                np.minimum(best, step_cost, out=best)
        totals = [best, *totals[:2]]
        starts = [low, *starts[:2]]
    if (
        not 0 <= reference_count - 1 - starts[0] < width
        or totals[0][reference_count - 1 - starts[0]] >= _UNREACHABLE_COST / 2
    ):
        return None
    pairs = []
    here, there = count - 1, reference_count - 1
    while here > 0 or there > 0:
        pairs.append((here, there))
        back, along = _STEPS[chosen_steps[here, there - lows[here]]]
        here, there = here - back, there - along
    return np.array([(0, 0), *reversed(pairs)], np.int64)


def _shift_window(
    totals: NDArray[np.float32], start: int, new_start: int, width: int
) -> NDArray[np.float32]:
    """Return the totals of a window at `start`, moved to a window at `new_start`."""
    offset = new_start - start
    shifted_totals = np.full(width, _UNREACHABLE_COST, np.float32)
    first, last = max(0, -offset), min(width, width - offset)
    if last > first:
        shifted_totals[first:last] = totals[first + offset : last + offset]
    return shifted_totals
