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

    from pipeline.align.chain import Chain

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


def rows_heard(
    chain: Chain, states: NDArray[np.int32], advantage: NDArray[np.float32], units: Sequence[int], per_second: float = FRAMES_PER_SECOND
) -> list[RowHeard | None]:
    """Return each row as heard, None where the path `states` leaves it out or it has no units.

    `advantage` is the fit of each frame, `units` how many units each row has, `per_second` how many frames a second has.
    """
    unit = chain.unit[states]
    row = chain.row[states]
    found: list[RowHeard | None] = []
    number = 0
    for index, count in enumerate(units):
        frames = np.flatnonzero(row == index) if count else np.zeros(0, np.int64)
        if not len(frames):
            found.append(None)
        else:
            own = unit[frames] - number
            firsts = frames[np.searchsorted(own, np.arange(count))]
            lasts = frames[np.searchsorted(own, np.arange(count), side="right") - 1] + 1
            times = tuple((int(a) / per_second, int(b) / per_second) for a, b in zip(firsts, lasts, strict=True))
            found.append(RowHeard(times[0][0], times[-1][1], times, float(advantage[frames].mean())))
        number += count
    return found


def strays(chain: Chain, states: NDArray[np.int32], speech: NDArray[np.bool_], per_second: float = FRAMES_PER_SECOND) -> list[Stray]:
    """Return the stretches the path spent in *anything* in which somebody speaks (`speech` tells it of each frame)."""
    anything = np.isin(states, chain.anything)
    found = []
    for first, last in runs(anything):
        inside = np.flatnonzero(speech[first:last]) + first
        if len(inside) >= _LEAST_STRAY * per_second:
            gap = int(np.searchsorted(chain.anything, states[inside[0]]))
            found.append(Stray(gap, int(inside[0]) / per_second, (int(inside[-1]) + 1) / per_second))
    return found
