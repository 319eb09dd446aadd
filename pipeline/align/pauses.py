"""Where nobody speaks, and a first guess of every row's time from pauses and expected lengths alone (dynamic programming over rows)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.features import LEVELS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FLOOR_PERCENT, _SPEECH_PERCENT = 8.0, 90.0
_ABOVE_FLOOR = 0.35  # of the way from the floor to speech, in dB
_LEAST_PAUSE = 0.05  # s: shorter silences are closures of stops
_LEAST_SPEECH = 0.03  # s: shorter bursts are clicks
_STEP = 0.15  # s of speech between two places where a row may be cut without a pause
_CLEAR_PAUSE, _NO_PAUSE_COST = 0.25, 4.0  # s from which on a pause costs nothing to cut in
_LONG_PAUSE, _LONG_PAUSE_GAIN = 0.8, 6.0  # s: nobody pauses so long inside a row
_SPREAD = 0.22  # of the log of a row's length against the expected one
_BACKWARDS = 1e6  # nats: more than any way forwards costs
_DRIFT = 45.0  # s a boundary may lie from where proportion puts it


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence [start, end) in seconds."""

    start: float
    end: float


def speaking(level: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return for every 5 ms level whether somebody speaks; closures of stops count as speech, clicks do not."""
    if not len(level):
        return np.zeros(0, np.bool_)
    smooth = np.convolve(np.pad(level, 2, mode="edge"), np.full(5, 0.2, np.float32), "valid")
    floor, speech = np.percentile(smooth, [_FLOOR_PERCENT, _SPEECH_PERCENT])
    loud = np.asarray(smooth > floor + _ABOVE_FLOOR * (speech - floor))
    for value, least in ((False, _LEAST_PAUSE), (True, _LEAST_SPEECH)):
        for first, last in runs(loud == value):
            if last - first < least * LEVELS_PER_SECOND and (value or (first > 0 and last < len(loud))):
                loud[first:last] = not value
    return loud


def pauses(spoken: NDArray[np.bool_]) -> list[Pause]:
    """Return the silences, in order."""
    return [Pause(first / LEVELS_PER_SECOND, last / LEVELS_PER_SECOND) for first, last in runs(~spoken)]


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the half-open index ranges in which `mask` holds without a break."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def guessed(spoken: NDArray[np.bool_], expected: Sequence[float]) -> list[tuple[float, float]]:
    """Return a first (start, end) in seconds for every row; `expected` lengths are in any unit, only their proportions count.

    Every row gets a stretch of speech; cuts fall into pauses where lengths allow it, else between them.
    """
    heard = np.concatenate([[0.0], np.cumsum(spoken) / LEVELS_PER_SECOND])
    total = float(heard[-1])
    if not expected or total <= 0:
        return [(0.0, 0.0) for _ in expected]
    lengths = np.maximum(np.asarray(expected, float), 1e-6)
    lengths *= total / lengths.sum()
    places, costs = _places(spoken, heard)
    chosen = _cuts(heard[places], costs, lengths)
    rows = []
    for first, last in pairwise(chosen):
        inside = np.flatnonzero(spoken[places[first] : places[last]])
        start = places[first] + (int(inside[0]) if len(inside) else 0)
        end = places[first] + (int(inside[-1]) + 1 if len(inside) else 0)
        rows.append((start / LEVELS_PER_SECOND, end / LEVELS_PER_SECOND))
    return rows


def _places(spoken: NDArray[np.bool_], heard: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return where rows may be cut (level indices, in order) and what a cut there costs."""
    found: dict[int, float] = {0: 0.0, len(spoken): 0.0}
    silent = runs(~spoken)
    for first, last in silent:
        length = (last - first) / LEVELS_PER_SECOND
        cost = float(np.interp(length, (0, _CLEAR_PAUSE, _LONG_PAUSE), (_NO_PAUSE_COST, 0, -_LONG_PAUSE_GAIN)))
        found.setdefault((first + last) // 2, cost)
    steps = np.searchsorted(heard, np.arange(_STEP, float(heard[-1]), _STEP))
    for place in steps:
        if spoken[min(int(place), len(spoken) - 1)]:
            found.setdefault(int(place), _NO_PAUSE_COST)
    places = np.array(sorted(found), np.int64)
    return places, np.array([found[int(place)] for place in places])


def _cuts(heard: NDArray[np.float64], costs: NDArray[np.float64], lengths: NDArray[np.float64]) -> list[int]:
    """Return for each boundary between rows (the outer ones too) which place it takes, at the least cost."""
    due = np.cumsum(lengths)
    lows = [*np.searchsorted(heard, due[:-1] - _DRIFT), len(heard) - 1]
    highs = [*np.searchsorted(heard, due[:-1] + _DRIFT, side="right"), len(heard)]
    best = np.zeros(1)
    low, high = 0, 1
    steps = []
    for length, new_low, new_high in zip(lengths, lows, highs, strict=True):
        spans = heard[new_low:new_high, None] - heard[None, low:high]
        price = np.where(spans < 0, _BACKWARDS, np.square(np.log(np.maximum(spans, 1e-6) / length) / _SPREAD) / 2) + best
        came = price.argmin(axis=1)
        steps.append((low, new_low, came))
        best = price[np.arange(len(came)), came] + costs[new_low:new_high]
        low, high = new_low, new_high
    chosen = [len(heard) - 1]
    for low, new_low, came in reversed(steps):
        chosen.append(int(low + came[chosen[-1] - new_low]))
    return chosen[::-1]
