"""The text as a chain of HMM states from left to right, three per phone, with optional silence.

Between rows are two states: silence, and the filler (speech that is not in the text). A path may
pass through either or neither. It may also jump from the filler before a row to the filler after
it: then the row was skipped.
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
"""The numbers of the first two models, and of the first phone state's model."""

STATES_PER_PHONE = 3
MAX_JUMP = 3
"""States a path moves per frame at most: from a row past silence and filler to the next row."""

LOG_ZERO = np.float32(-1e9)

# how a state is entered
_GAP_SILENCE, _GAP_FILLER, _BREATH, _ROW_FIRST, _UNIT_FIRST, _INNER, _LAST = range(7)


class TransitionCosts(NamedTuple):
    """The costs of a path in nats."""

    breath: float = 4.0  # for a silence inside a row
    breathing: float = 0.1  # per frame of it; without, a row after a long pause was found before it
    filler: float = float("inf")  # for leaving the text
    skip: float = float("inf")  # for skipping a row
    hurry: float = 3.0  # for skipping a state of a phone


@dataclass(frozen=True, slots=True)
class StateChain:
    """States in order: the model, row and unit of each, arrays of shape (states,); -1 is none.

    `transition_scores[j - 1, s]` is the score (at most 0) of entering state s from j states before,
    `self_loop_scores[s]` that of staying there for a frame (None: 0). `filler_states` has the
    filler before each row and after the last one, shape (rows + 1,); `row_skip_score` is the score
    of moving from one of these to the next. A path starts in one of the first `entry_count` states
    and ends in one of the last `entry_count`.
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
        """The number of states."""
        return len(self.state_models)

    def states_of_row(self, row: int) -> tuple[int, int]:
        """Return the states [first, last) of a row; empty for a row with nothing to say."""
        first = int(self.filler_states[row]) + 1
        return first, max(first, int(self.filler_states[row + 1]) - 1)


def build_state_chain(
    rows: Sequence[Sequence[PhoneUnit]], phone_numbers: dict[str, int]
) -> StateChain:
    """Return the chain of rows; `phone_numbers` numbers the phones from 0.

    Leaving the text is forbidden; see `with_transition_costs`.
    """
    model: list[int] = []
    row: list[int] = []
    unit: list[int] = []
    entry_kinds: list[int] = []
    filler_states: list[int] = []
    unit_number = 0

    def add_state(model_number: int, of_row: int, of_unit: int, entry_kind: int) -> None:
        model.append(model_number)
        row.append(of_row)
        unit.append(of_unit)
        entry_kinds.append(entry_kind)

    for index, units in enumerate([*rows, ()]):
        if index and not rows[index - 1]:
            # a row with nothing to say has no states of its own
            filler_states.append(filler_states[-1])
        else:
            add_state(SILENCE_MODEL, -1, -1, _GAP_SILENCE)
            filler_states.append(len(model))
            add_state(FILLER_MODEL, -1, -1, _GAP_FILLER)
        for unit_index, phone_unit in enumerate(units):
            if unit_index:
                add_state(SILENCE_MODEL, -1, -1, _BREATH)
            for order, phone in enumerate(phone_unit.phones):
                for part in range(STATES_PER_PHONE):
                    first = order == 0 and part == 0
                    entry_kind = (
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
                        entry_kind,
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
    """Return the chain with other costs."""
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
