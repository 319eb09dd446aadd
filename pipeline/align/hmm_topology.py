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

    from pipeline.align.phones import PhoneUnit

SILENCE_MODEL, FILLER_MODEL, FIRST_PHONE_MODEL = 0, 1, 2
"""The first two models, and where those of phone states begin."""

STATES_PER_PHONE = 3
MAX_JUMP = 3
"""The farthest a path moves in a frame: from the last phone of a row past silence and anything to the next row."""

LOG_ZERO = np.float32(-1e9)


class TransitionCosts(NamedTuple):
    """What a path pays, in nats: for a breath inside a row and each of its frames, leaving the text, leaving out a row, a hurried phone."""

    breath: float = 4.0
    breathing: float = 0.1  # with none, a row after a long pause was found before it, in half a word of the row before
    filler: float = float("inf")
    skip: float = float("inf")
    hurry: float = 3.0


@dataclass(frozen=True, slots=True)
class StateChain:
    """States in order, all arrays of shape (states,): which model speaks, of which row and unit (-1: of none).

    `toll[j - 1, s]` is what it pays (≤ 0) to come to state s from j states before, `stay[s]` (where given) to stay there for a frame;
    `anything` has the *anything* state before each row and after the last one, shape (rows + 1,); `skip` is the toll from one of these to
    the next. A path begins in one of the first `doors` states and ends in one of the last `doors`.
    """

    state_models: NDArray[np.int32]
    state_rows: NDArray[np.int32]
    state_units: NDArray[np.int32]
    transition_scores: NDArray[np.float32]
    filler_states: NDArray[np.int32]
    row_skip_score: float
    model_count: int
    entry_count: int = 3
    self_loop_scores: NDArray[np.float32] | None = None

    @property
    def state_count(self) -> int:
        """How many states there are."""
        return len(self.state_models)

    def states_of_row(self, row: int) -> tuple[int, int]:
        """Return the states [first, last) of a row counted from 0, none for a row with nothing to say."""
        first = int(self.filler_states[row]) + 1
        return first, max(first, int(self.filler_states[row + 1]) - 1)


def build_state_chain(
    rows: Sequence[Sequence[PhoneUnit]], phone_numbers: dict[str, int]
) -> StateChain:
    """Return the chain of rows; `inventory` gives each phone its number from 0 on. Leaving the text is forbidden: see `with_costs`."""
    model: list[int] = []
    row: list[int] = []
    unit: list[int] = []
    entry_kinds: list[int] = []  # how a state is come to: _GAP_SILENCE and so on
    filler_states: list[int] = []
    unit_number = 0

    def add_state(which: int, of_row: int, of_unit: int, how: int) -> None:
        model.append(which)
        row.append(of_row)
        unit.append(of_unit)
        entry_kinds.append(how)

    for index, units in enumerate([*rows, ()]):
        if index and not rows[index - 1]:
            filler_states.append(
                filler_states[-1]
            )  # a row with nothing to say has no place of its own
        else:
            add_state(SILENCE_MODEL, -1, -1, _GAP_SILENCE)
            filler_states.append(len(model))
            add_state(FILLER_MODEL, -1, -1, _GAP_FILLER)
        for unit_index, each in enumerate(units):
            if unit_index:
                add_state(SILENCE_MODEL, -1, -1, _BREATH)
            for order, phone in enumerate(each.phones):
                for part in range(STATES_PER_PHONE):
                    first = order == 0 and part == 0
                    how = (
                        (_ROW_FIRST if unit_index == 0 else _UNIT_FIRST)
                        if first
                        else _LAST
                        if part == STATES_PER_PHONE - 1
                        else _INNER
                    )
                    add_state(
                        FIRST_PHONE_MODEL + phone_numbers[phone] * STATES_PER_PHONE + part,
                        index,
                        unit_number,
                        how,
                    )
            unit_number += 1
    kinds = np.array(entry_kinds)
    transition_scores = np.full((MAX_JUMP, len(model)), LOG_ZERO, np.float32)
    transition_scores[0] = 0
    transition_scores[1, kinds == _UNIT_FIRST] = 0
    transition_scores[1, kinds == _ROW_FIRST] = 0
    transition_scores[2, kinds == _ROW_FIRST] = 0
    chain = StateChain(
        np.array(model, np.int32),
        np.array(row, np.int32),
        np.array(unit, np.int32),
        transition_scores,
        np.array(filler_states, np.int32),
        float(LOG_ZERO),
        FIRST_PHONE_MODEL + len(phone_numbers) * STATES_PER_PHONE,
    )
    return with_transition_costs(chain, TransitionCosts())


def with_transition_costs(chain: StateChain, costs: TransitionCosts) -> StateChain:
    """Return the chain with other tolls."""
    transition_scores = chain.transition_scores.copy()
    breath = (chain.state_models == SILENCE_MODEL) & ~np.isin(
        np.arange(chain.state_count) + 1, chain.filler_states
    )
    transition_scores[0, breath] = -costs.breath
    transition_scores[:2, chain.filler_states] = max(-costs.filler, float(LOG_ZERO))
    last = (chain.state_models >= FIRST_PHONE_MODEL) & (
        (chain.state_models - FIRST_PHONE_MODEL) % STATES_PER_PHONE == STATES_PER_PHONE - 1
    )
    transition_scores[1, last] = -costs.hurry
    self_loop_scores = np.where(breath, np.float32(-costs.breathing), np.float32(0))
    return replace(
        chain,
        transition_scores=transition_scores,
        self_loop_scores=self_loop_scores,
        row_skip_score=max(-costs.skip, float(LOG_ZERO)),
    )


_GAP_SILENCE, _GAP_FILLER, _BREATH, _ROW_FIRST, _UNIT_FIRST, _INNER, _LAST = range(7)
