"""The best path through a chain of states (Viterbi), inside a window that moves with time.

Scores are float32 of shape (window,), and every step is a few array operations over the window: 10
µs per frame for 500 states. The moves are stored as packed bits, so that an hour with a window of
1,000 states takes 180 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.hmm_topology import LOG_ZERO, MAX_JUMP

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pipeline.align.hmm_topology import StateChain

    EmissionScorer = Callable[[int, int], NDArray[np.float32]]
    """Log likelihoods of frames [first, last) under every model, shape (frames, models)."""

FRAMES_PER_BLOCK = 64
"""Frames between two shifts of the window."""


@dataclass(frozen=True, slots=True)
class StateWindow:
    """A window of `width` states.

    It starts at state `starts[b]` for frames [64·b, 64·b + 64). Without `starts` it follows the
    best state.
    """

    width: int
    starts: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class StatePath:
    """The state of each frame, shape (frames,), and the sum of all scores along the path."""

    states: NDArray[np.int32]
    score: float


@dataclass(frozen=True, slots=True)
class _BlockTrace:
    """The moves of one block: start of its window, packed moves, and moves that skip a row.

    `skip_columns` has, for each filler state after a row, its column in `row_skips` and the filler
    state before the row.
    """

    window_start: int
    packed_moves: NDArray[np.uint8]
    row_skips: NDArray[np.bool_]
    skip_columns: dict[int, tuple[int, int]]


def best_path(
    chain: StateChain,
    frame_count: int,
    emit: EmissionScorer,
    window: StateWindow,
    *,
    open_end: bool = False,
) -> StatePath:
    """Return the best path from the chain's first states to its last ones.

    With `open_end`, or if no path reaches the end inside the window, it ends in the best state of
    the last window.
    """
    width = min(window.width, chain.state_count)
    size = chain.state_count + width + MAX_JUMP
    model = np.zeros(size, np.int32)
    model[: chain.state_count] = chain.state_models
    transition_scores = np.full((MAX_JUMP, size), LOG_ZERO, np.float32)
    transition_scores[:, : chain.state_count] = chain.transition_scores
    self_loop_scores = np.zeros(size, np.float32)
    if chain.self_loop_scores is not None:
        self_loop_scores[: chain.state_count] = chain.self_loop_scores
    scores = np.full(width + MAX_JUMP, LOG_ZERO, np.float32)
    start, score_offset = 0, 0.0
    traces = []
    for first in range(0, frame_count, FRAMES_PER_BLOCK):
        last = min(first + FRAMES_PER_BLOCK, frame_count)
        if window.starts is not None:
            wanted = int(window.starts[first // FRAMES_PER_BLOCK])
        else:
            wanted = start + int(scores[MAX_JUMP:].argmax()) - width // 3 if first else 0
        new_start = max(start, min(wanted, chain.state_count - width))
        _shift_scores(scores, new_start - start)
        start = new_start
        likelihood = emit(first, last)[:, model[start : start + width]]
        if first == 0:
            _enter_first_states(
                scores,
                transition_scores[:, start : start + width],
                likelihood[0],
                chain.entry_count,
            )
            likelihood = likelihood[1:]
        traces.append(
            _advance_block(
                chain,
                scores,
                transition_scores[:, start : start + width],
                self_loop_scores[start : start + width],
                likelihood,
                start,
            )
        )
        top = float(scores.max())
        scores -= np.float32(top)
        score_offset += top
    end = _final_state(chain, scores, start, open_end=open_end)
    return StatePath(
        _trace_back(traces, end, frame_count), score_offset + float(scores[end - start + MAX_JUMP])
    )


def _shift_scores(scores: NDArray[np.float32], offset: int) -> None:
    scores[:MAX_JUMP] = LOG_ZERO
    if offset:
        kept = max(0, len(scores) - MAX_JUMP - offset)
        scores[MAX_JUMP : MAX_JUMP + kept] = scores[
            MAX_JUMP + offset : MAX_JUMP + offset + kept
        ].copy()
        scores[MAX_JUMP + kept :] = LOG_ZERO


def _enter_first_states(
    scores: NDArray[np.float32],
    transition_scores: NDArray[np.float32],
    likelihood: NDArray[np.float32],
    entry_count: int,
) -> None:
    """Score the first frame in each state in which a path may start: silence, filler, first row."""
    for state in range(min(entry_count, len(likelihood))):
        scores[MAX_JUMP + state] = likelihood[state] + (
            transition_scores[0, state] if state == 1 else 0
        )


def _advance_block(
    chain: StateChain,
    scores: NDArray[np.float32],
    transition_scores: NDArray[np.float32],
    self_loop_scores: NDArray[np.float32],
    likelihood: NDArray[np.float32],
    start: int,
) -> _BlockTrace:
    width = transition_scores.shape[1]
    moves = np.zeros((len(likelihood), MAX_JUMP, width), np.bool_)
    filler_states = np.unique(
        chain.filler_states[(chain.filler_states >= start) & (chain.filler_states < start + width)]
    )
    may_skip_rows = chain.row_skip_score > LOG_ZERO and len(filler_states) > 1
    skips = np.zeros((len(likelihood), len(filler_states) - 1 if may_skip_rows else 0), np.bool_)
    sources_of_jumps, ends_of_jumps = filler_states[:-1] - start, filler_states[1:] - start
    best, other = np.empty(width, np.float32), np.empty(width, np.float32)
    current = scores[MAX_JUMP:]
    sources = [
        scores[MAX_JUMP - reach : MAX_JUMP - reach + width] for reach in range(1, MAX_JUMP + 1)
    ]
    for frame in range(len(likelihood)):
        np.add(current, self_loop_scores, out=best)
        for reach in range(MAX_JUMP):
            np.add(sources[reach], transition_scores[reach], out=other)
            np.greater(other, best, out=moves[frame, reach])
            np.maximum(best, other, out=best)
        if may_skip_rows:
            skip_scores = current[sources_of_jumps] + np.float32(chain.row_skip_score)
            arrival_scores = best[ends_of_jumps]
            np.greater(skip_scores, arrival_scores, out=skips[frame])
            best[ends_of_jumps] = np.maximum(skip_scores, arrival_scores)
        np.add(best, likelihood[frame], out=current)
    before = [int(state) for state in filler_states] if may_skip_rows else []
    gaps = {after: (column, state) for column, (state, after) in enumerate(pairwise(before))}
    return _BlockTrace(start, np.packbits(moves, axis=-1), skips, gaps)


def _final_state(
    chain: StateChain, scores: NDArray[np.float32], start: int, *, open_end: bool
) -> int:
    """Return the state in which the path ends."""
    if open_end:
        return start + int(scores[MAX_JUMP:].argmax())
    window_end = start + len(scores) - MAX_JUMP
    final_states = [
        state
        for state in range(chain.state_count - chain.entry_count, chain.state_count)
        if start <= state < window_end
    ]
    return (
        max(final_states, key=lambda state: float(scores[state - start + MAX_JUMP]))
        if final_states
        else start + int(scores[MAX_JUMP:].argmax())
    )


def _trace_back(traces: list[_BlockTrace], end: int, frames: int) -> NDArray[np.int32]:
    states = np.empty(frames, np.int32)
    frame_number, state = frames - 1, end
    for trail in reversed(traces):
        ways = np.unpackbits(trail.packed_moves, axis=-1)
        for frame in range(len(ways) - 1, -1, -1):
            states[frame_number] = state
            frame_number -= 1
            state = _previous_state(trail, ways[frame], frame, state)
    states[0] = state
    return states


def _previous_state(trace: _BlockTrace, moves: NDArray[np.uint8], frame: int, state: int) -> int:
    """Return the state of the path one frame earlier."""
    gap = trace.skip_columns.get(state)
    if gap is not None and trace.row_skips[frame, gap[0]]:
        return gap[1]
    state_moves = moves[:, state - trace.window_start]
    for reach in range(MAX_JUMP, 0, -1):
        if state_moves[reach - 1]:
            return state - reach
    return state
