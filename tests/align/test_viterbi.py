"""The best path, compared with all paths on small chains and with its own score on large ones."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.align import hmm_topology as chains
from pipeline.align import viterbi
from pipeline.align.phones import PhoneUnit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.align.hmm_topology import StateChain

COSTS = chains.TransitionCosts(breath=1.0, breathing=0.3, filler=2.0, skip=1.5, hurry=0.5)


def text(*rows: str) -> list[tuple[PhoneUnit, ...]]:
    """Return rows of units: each word is a unit, each letter a phone."""
    return [tuple(PhoneUnit(0, 1, tuple(word)) for word in row.split()) for row in rows]


def chain_of(*rows: str) -> StateChain:
    """Return the chain of rows with every freedom."""
    letters = sorted({letter for row in rows for letter in row if letter != " "})
    return chains.with_transition_costs(
        chains.build_state_chain(
            text(*rows), {letter: number for number, letter in enumerate(letters)}
        ),
        COSTS,
    )


def stay(chain: StateChain, state: int) -> float:
    """Return what a path pays to stay a frame in a state."""
    return float(chain.self_loop_scores[state]) if chain.self_loop_scores is not None else 0.0


def best_score(chain: StateChain, scores: NDArray[np.float32]) -> float:
    """Return the score of the best path, by trying all of them."""
    gaps = sorted(set(chain.filler_states.tolist()))
    over = dict(zip(gaps[1:], gaps[:-1], strict=True))

    @cache
    def best(frame: int, state: int) -> float:
        own = float(scores[frame, chain.state_models[state]])
        if frame == 0:
            return (
                own + (float(chain.transition_scores[0, state]) if state == 1 else 0.0)
                if state < chain.entry_count
                else -1e12
            )
        ways = [best(frame - 1, state) + stay(chain, state)]
        ways += [
            best(frame - 1, state - reach) + float(chain.transition_scores[reach - 1, state])
            for reach in (1, 2, 3)
            if state >= reach
        ]
        if state in over:
            ways.append(best(frame - 1, over[state]) + chain.row_skip_score)
        return max(ways) + own

    return max(
        best(len(scores) - 1, state)
        for state in range(chain.state_count - chain.entry_count, chain.state_count)
    )


def score_of(chain: StateChain, scores: NDArray[np.float32], states: NDArray[np.int32]) -> float:
    """Return the score of one path, step by step; a step that is not allowed costs a billion."""
    gaps = sorted(set(chain.filler_states.tolist()))
    total = float(scores[0, chain.state_models[states[0]]]) + (
        float(chain.transition_scores[0, 1]) if states[0] == 1 else 0.0
    )
    for frame in range(1, len(states)):
        before, here = int(states[frame - 1]), int(states[frame])
        ways = [stay(chain, here)] if here == before else []
        if 1 <= here - before <= 3:
            ways.append(float(chain.transition_scores[here - before - 1, here]))
        if here in gaps and before in gaps and gaps.index(here) - gaps.index(before) == 1:
            ways.append(chain.row_skip_score)
        total += max(ways, default=-1e9) + float(scores[frame, chain.state_models[here]])
    return total


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        [("ab",), ("a b", "c"), ("ab", "", "b a"), ("", "a", "b"), ("a", "b", "c", "")]
    ),
    st.integers(1, 24),
    st.integers(0, 10_000),
)
def test_best_path_is_optimal(rows: tuple[str, ...], frames: int, seed: int) -> None:
    """On any emissions the score is that of the best of all paths, and the path found has it."""
    chain = chain_of(*rows)
    scores = (
        np.random.default_rng(seed).normal(-3, 3, (frames, chain.model_count)).astype(np.float32)
    )
    expected = best_score(chain, scores)
    found = viterbi.best_path(
        chain,
        frames,
        lambda first, last: scores[first:last],
        viterbi.StateWindow(chain.state_count),
    )
    if expected > -1e8:  # in so few frames the end can be reached
        assert found.score == pytest.approx(expected, abs=1e-2)
        assert score_of(chain, scores, found.states) == pytest.approx(expected, abs=1e-2)


@pytest.mark.parametrize("follow", [True, False])
def test_best_path_in_a_narrow_window_equals_the_full_search(*, follow: bool) -> None:
    """Over a thousand states; the window follows the path, or is given."""
    chance = np.random.default_rng(3)
    letters = "abcdefghijklmnop"
    rows = [" ".join("".join(chance.choice(list(letters), 3)) for _ in range(4)) for _ in range(30)]
    chain = chain_of(*rows)
    truth = np.repeat(
        [state for state in range(chain.state_count) if chain.state_units[state] >= 0], 4
    )
    scores = chance.normal(-6, 1, (len(truth), chain.model_count)).astype(np.float32)
    scores[np.arange(len(truth)), chain.state_models[truth]] = -1
    whole = viterbi.best_path(
        chain,
        len(truth),
        lambda first, last: scores[first:last],
        viterbi.StateWindow(chain.state_count),
    )
    starts = None if follow else np.maximum(0, truth[:: viterbi.FRAMES_PER_BLOCK] - 40)
    narrow = viterbi.best_path(
        chain,
        len(truth),
        lambda first, last: scores[first:last],
        viterbi.StateWindow(chain.state_count // 8, starts),
    )
    assert np.array_equal(whole.states, narrow.states)
    assert np.array_equal(whole.states, truth)
    assert whole.score == pytest.approx(-len(truth), abs=0.5)


def test_best_path_with_an_open_end_stops_with_the_audio() -> None:
    """Speech that breaks off: without an open end the path would run to the last row."""
    chain = chain_of("abc", "def")
    said = [state for state in range(chain.state_count) if chain.state_rows[state] == 0]
    truth = np.repeat(said, 3)
    scores = np.full((len(truth), chain.model_count), -8, np.float32)
    scores[np.arange(len(truth)), chain.state_models[truth]] = 0
    window = viterbi.StateWindow(chain.state_count)
    broken = viterbi.best_path(
        chain, len(truth), lambda first, last: scores[first:last], window, open_end=True
    )
    assert np.array_equal(broken.states, truth)
    dragged = viterbi.best_path(chain, len(truth), lambda first, last: scores[first:last], window)
    assert dragged.states[-1] >= chain.state_count - chain.entry_count


def test_best_path_skips_a_row_at_its_cost() -> None:
    """Audio of rows one and three: the path pays for leaving the text and for one row."""
    chain = chain_of("abc", "def", "ghi")
    truth = np.repeat(
        [state for state in range(chain.state_count) if chain.state_rows[state] in {0, 2}], 3
    )
    scores = np.full((len(truth), chain.model_count), -8, np.float32)
    scores[np.arange(len(truth)), chain.state_models[truth]] = 0
    found = viterbi.best_path(
        chain,
        len(truth),
        lambda first, last: scores[first:last],
        viterbi.StateWindow(chain.state_count),
    )
    assert set(chain.state_rows[found.states].tolist()) == {0, -1, 2}
    assert found.score == pytest.approx(-COSTS.filler - COSTS.skip - 2 * 8, abs=1e-3)


def test_best_path_puts_a_long_silence_between_rows() -> None:
    """A sound could end row one or start row two; a pause follows it, so it ends row one."""
    chain = chain_of("xa", "b y")
    letters = {
        letter: chains.FIRST_PHONE_MODEL + number * chains.STATES_PER_PHONE
        for number, letter in enumerate("abxy")
    }
    scores = np.full((12 + 12 + 100 + 12, chain.model_count), -8, np.float32)
    for first, last, models in ((0, 12, "x"), (12, 24, "ab"), (124, 136, "y")):
        for letter in models:
            scores[first:last, letters[letter] : letters[letter] + chains.STATES_PER_PHONE] = (
                -1 if letter != "a" else -1.5
            )
    scores[24:124, chains.SILENCE_MODEL] = -1
    dear, cheap = (
        viterbi.best_path(
            each,
            len(scores),
            lambda first, last: scores[first:last],
            viterbi.StateWindow(chain.state_count),
        ).states
        for each in (chain, chains.with_transition_costs(chain, COSTS._replace(breathing=0.0)))
    )
    assert {chain.state_rows[state] for state in dear[14:22]} == {0}
    assert {chain.state_rows[state] for state in cheap[14:22]} == {1}
