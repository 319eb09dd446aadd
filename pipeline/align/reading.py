"""What the path through the text says: where each row and each of its units is heard, and speech that is not in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.features import FRAMES_PER_SECOND
from pipeline.align.pauses import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.align.passes import Learnt
    from pipeline.align.phones import Unit

_LEAST_STRAY = 0.3  # s of speech: less is a breath, a click or a hesitation


@dataclass(frozen=True, slots=True)
class RowHeard:
    """A row in the recording, in seconds; `units` has each unit's (start, end); `fit` is the phones' mean advantage in nats a frame."""

    start: float
    end: float
    units: tuple[tuple[float, float], ...]
    fit: float

    def moved(self, by: float) -> RowHeard:
        """Return the same row `by` seconds later."""
        units = tuple((start + by, end + by) for start, end in self.units)
        return RowHeard(self.start + by, self.end + by, units, self.fit)


@dataclass(frozen=True, slots=True)
class Stray:
    """Speech [start, end) in seconds between row `gap` - 1 and row `gap` (counted from 0) that the text does not have."""

    gap: int
    start: float
    end: float


def rows_heard(learnt: Learnt, rows: Sequence[Sequence[Unit]]) -> list[RowHeard | None]:
    """Return each row as heard, None where the path leaves it out or it has no phones."""
    chain, states = learnt.chain, learnt.states
    unit = chain.unit[states]
    row = chain.row[states]
    found: list[RowHeard | None] = []
    number = 0
    for index, units in enumerate(rows):
        frames = np.flatnonzero(row == index) if units else np.zeros(0, np.int64)
        if not len(frames):
            found.append(None)
        else:
            own = unit[frames] - number
            firsts = frames[np.searchsorted(own, np.arange(len(units)))]
            lasts = frames[np.searchsorted(own, np.arange(len(units)), side="right") - 1] + 1
            times = tuple((int(a) / FRAMES_PER_SECOND, int(b) / FRAMES_PER_SECOND) for a, b in zip(firsts, lasts, strict=True))
            fit = float(learnt.advantage[frames].mean())
            found.append(RowHeard(times[0][0], times[-1][1], times, fit))
        number += len(units)
    return found


def strays(learnt: Learnt, spoken: NDArray[np.bool_]) -> list[Stray]:
    """Return the stretches the path spent in *anything* in which somebody speaks (`spoken`: for either half of each frame)."""
    anything = np.isin(learnt.states, learnt.chain.anything)
    speech = spoken[::2] | spoken[1::2]
    found = []
    for first, last in runs(anything):
        inside = np.flatnonzero(speech[first:last]) + first
        if len(inside) >= _LEAST_STRAY * FRAMES_PER_SECOND:
            gap = int(np.searchsorted(learnt.chain.anything, learnt.states[inside[0]]))
            found.append(Stray(gap, int(inside[0]) / FRAMES_PER_SECOND, (int(inside[-1]) + 1) / FRAMES_PER_SECOND))
    return found
