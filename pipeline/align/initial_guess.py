"""A first guess of every row's time from pauses and expected lengths, by dynamic programming."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.features import LEVELS_PER_SECOND
from pipeline.align.vad import true_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_CUT_STEP_SECONDS = 0.15  # s of speech between two points where a row may be cut without a pause
_NO_PAUSE_COST = 4.0  # nats for a cut without a pause
_CLEAR_PAUSE_SECONDS = 0.25  # s from which a cut in a pause costs nothing
_LONG_PAUSE_SECONDS = 0.8  # s from which a pause is a boundary of rows
_LONG_PAUSE_GAIN = 6.0  # nats for a cut in such a pause
_LENGTH_DEVIATION = 0.22  # standard deviation of the log of actual to expected length
_BACKWARDS_COST = 1e6  # nats: more than any path forwards costs
_MAX_DRIFT_SECONDS = 45.0  # s between a boundary and its proportional position at most


def guess_row_times(
    speech: NDArray[np.bool_], expected_lengths: Sequence[float]
) -> list[tuple[float, float]]:
    """Return a first (start, end) in seconds for every row.

    `speech` has one value per 5 ms; `expected_lengths` are in any unit. Rows are separated in
    pauses where their lengths allow it.
    """
    speech_seconds = np.concatenate([[0.0], np.cumsum(speech) / LEVELS_PER_SECOND])
    total_speech = float(speech_seconds[-1])
    if not expected_lengths or total_speech <= 0:
        return [(0.0, 0.0) for _ in expected_lengths]
    lengths = np.maximum(np.asarray(expected_lengths, float), 1e-6)
    lengths *= total_speech / lengths.sum()
    cut_positions, costs = _cut_candidates(speech, speech_seconds)
    cuts = _cheapest_cuts(speech_seconds[cut_positions], costs, lengths)
    rows = []
    for first, last in pairwise(cuts):
        inside = np.flatnonzero(speech[cut_positions[first] : cut_positions[last]])
        start = cut_positions[first] + (int(inside[0]) if len(inside) else 0)
        end = cut_positions[first] + (int(inside[-1]) + 1 if len(inside) else 0)
        rows.append((start / LEVELS_PER_SECOND, end / LEVELS_PER_SECOND))
    return rows


def _cut_candidates(
    speech: NDArray[np.bool_], speech_seconds: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the points at which rows may be cut (level indices, in order) and the cost of each."""
    cost_by_position: dict[int, float] = {0: 0.0, len(speech): 0.0}
    silent = true_runs(~speech)
    for first, last in silent:
        length = (last - first) / LEVELS_PER_SECOND
        cost = float(
            np.interp(
                length,
                (0, _CLEAR_PAUSE_SECONDS, _LONG_PAUSE_SECONDS),
                (_NO_PAUSE_COST, 0, -_LONG_PAUSE_GAIN),
            )
        )
        cost_by_position.setdefault((first + last) // 2, cost)
    steps = np.searchsorted(
        speech_seconds, np.arange(_CUT_STEP_SECONDS, float(speech_seconds[-1]), _CUT_STEP_SECONDS)
    )
    for step in steps:
        if speech[min(int(step), len(speech) - 1)]:
            cost_by_position.setdefault(int(step), _NO_PAUSE_COST)
    positions = np.array(sorted(cost_by_position), np.int64)
    return positions, np.array([cost_by_position[int(position)] for position in positions])


def _cheapest_cuts(
    speech_seconds: NDArray[np.float64], costs: NDArray[np.float64], lengths: NDArray[np.float64]
) -> list[int]:
    """Return the cheapest cut (index) at each boundary of rows, outer ones included."""
    expected_ends = np.cumsum(lengths)
    lows = [
        *np.searchsorted(speech_seconds, expected_ends[:-1] - _MAX_DRIFT_SECONDS),
        len(speech_seconds) - 1,
    ]
    highs = [
        *np.searchsorted(speech_seconds, expected_ends[:-1] + _MAX_DRIFT_SECONDS, side="right"),
        len(speech_seconds),
    ]
    best = np.zeros(1)
    low, high = 0, 1
    steps = []
    for length, new_low, new_high in zip(lengths, lows, highs, strict=True):
        spans = speech_seconds[new_low:new_high, None] - speech_seconds[None, low:high]
        totals = (
            np.where(
                spans < 0,
                _BACKWARDS_COST,
                np.square(np.log(np.maximum(spans, 1e-6) / length) / _LENGTH_DEVIATION) / 2,
            )
            + best
        )
        previous_cut = totals.argmin(axis=1)
        steps.append((low, new_low, previous_cut))
        best = totals[np.arange(len(previous_cut)), previous_cut] + costs[new_low:new_high]
        low, high = new_low, new_high
    chosen = [len(speech_seconds) - 1]
    for low, new_low, previous_cut in reversed(steps):
        chosen.append(int(low + previous_cut[chosen[-1] - new_low]))
    return chosen[::-1]
