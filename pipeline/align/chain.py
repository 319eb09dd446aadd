"""The text as a chain of states, left to right: three a phone, silence allowed between words, a way round what was not said.

Between rows stand two states: silence, and *anything* (speech that is not in the text). A path may go through either or neither, and may
go from the *anything* before a row to the one after it: that row was skipped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.align.phones import Unit

SILENCE, ANYTHING, PHONES = 0, 1, 2
"""The first two models, and where those of phone states begin."""

STATES = 3
REACH = 3
"""The farthest a path moves in a frame: from the last phone of a row past silence and anything to the next row."""

NEVER = np.float32(-1e9)


class Costs(NamedTuple):
    """What a path pays, in nats: for a breath inside a row and each of its frames, leaving the text, leaving out a row, a hurried phone."""

    breath: float = 4.0
    breathing: float = 0.1  # with none, a row after a long pause was found before it, in half a word of the row before
    anything: float = float("inf")
    skip: float = float("inf")
    hurry: float = 3.0


@dataclass(frozen=True, slots=True)
class Chain:
    """States in order, all arrays of shape (states,): which model speaks, of which row and unit (-1: of none).

    `toll[j - 1, s]` is what it pays (≤ 0) to come to state s from j states before, `stay[s]` (where given) to stay there for a frame;
    `anything` has the *anything* state before each row and after the last one, shape (rows + 1,); `skip` is the toll from one of these to
    the next. A path begins in one of the first `doors` states and ends in one of the last `doors`.
    """

    model: NDArray[np.int32]
    row: NDArray[np.int32]
    unit: NDArray[np.int32]
    toll: NDArray[np.float32]
    anything: NDArray[np.int32]
    skip: float
    models: int
    doors: int = 3
    stay: NDArray[np.float32] | None = None

    @property
    def states(self) -> int:
        """How many states there are."""
        return len(self.model)

    def span_of_row(self, row: int) -> tuple[int, int]:
        """Return the states [first, last) of a row counted from 0, none for a row with nothing to say."""
        first = int(self.anything[row]) + 1
        return first, max(first, int(self.anything[row + 1]) - 1)


def chained(rows: Sequence[Sequence[Unit]], inventory: dict[str, int]) -> Chain:
    """Return the chain of rows; `inventory` gives each phone its number from 0 on. Leaving the text is forbidden: see `with_costs`."""
    model: list[int] = []
    row: list[int] = []
    unit: list[int] = []
    kind: list[int] = []  # how a state is come to: _GAP_SILENCE and so on
    anything: list[int] = []
    number = 0

    def put(which: int, of_row: int, of_unit: int, how: int) -> None:
        model.append(which)
        row.append(of_row)
        unit.append(of_unit)
        kind.append(how)

    for index, units in enumerate([*rows, ()]):
        if index and not rows[index - 1]:
            anything.append(anything[-1])  # a row with nothing to say has no place of its own
        else:
            put(SILENCE, -1, -1, _GAP_SILENCE)
            anything.append(len(model))
            put(ANYTHING, -1, -1, _GAP_ANYTHING)
        for place, each in enumerate(units):
            if place:
                put(SILENCE, -1, -1, _BREATH)
            for order, phone in enumerate(each.phones):
                for part in range(STATES):
                    first = order == 0 and part == 0
                    how = (_ROW_FIRST if place == 0 else _UNIT_FIRST) if first else _LAST if part == STATES - 1 else _INNER
                    put(PHONES + inventory[phone] * STATES + part, index, number, how)
            number += 1
    kinds = np.array(kind)
    toll = np.full((REACH, len(model)), NEVER, np.float32)
    toll[0] = 0
    toll[1, kinds == _UNIT_FIRST] = 0
    toll[1, kinds == _ROW_FIRST] = 0
    toll[2, kinds == _ROW_FIRST] = 0
    plain = Chain(
        np.array(model, np.int32),
        np.array(row, np.int32),
        np.array(unit, np.int32),
        toll,
        np.array(anything, np.int32),
        float(NEVER),
        PHONES + len(inventory) * STATES,
    )
    return with_costs(plain, Costs())


def with_costs(chain: Chain, costs: Costs) -> Chain:
    """Return the chain with other tolls."""
    toll = chain.toll.copy()
    breath = (chain.model == SILENCE) & ~np.isin(np.arange(chain.states) + 1, chain.anything)
    toll[0, breath] = -costs.breath
    toll[:2, chain.anything] = max(-costs.anything, float(NEVER))
    last = (chain.model >= PHONES) & ((chain.model - PHONES) % STATES == STATES - 1)
    toll[1, last] = -costs.hurry
    stay = np.where(breath, np.float32(-costs.breathing), np.float32(0))
    return replace(chain, toll=toll, stay=stay, skip=max(-costs.skip, float(NEVER)))


_GAP_SILENCE, _GAP_ANYTHING, _BREATH, _ROW_FIRST, _UNIT_FIRST, _INNER, _LAST = range(7)
