"""The best path through a chain of states, inside a window that moves with time.

Scores are float32 of shape (window,), and every step is a handful of array operations over the window: 10 µs a frame for 500 states.
Which way each state was come to is kept as packed bits, so that an hour with a window of 1,000 states takes 180 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.chain import NEVER, REACH

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pipeline.align.chain import Chain

    Emit = Callable[[int, int], NDArray[np.float32]]
    """Returns the log likelihoods of frames [first, last) under every model, shape (frames, models)."""

BLOCK = 64
"""Frames between two moves of the window."""


@dataclass(frozen=True, slots=True)
class Window:
    """`width` states wide; it begins at `starts[b]` for frames [64·b, 64·b + 64), or where there are none it follows the best state."""

    width: int
    starts: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """The state of each frame, shape (frames,), and the sum of log likelihoods and tolls along it."""

    states: NDArray[np.int32]
    score: float


@dataclass(frozen=True, slots=True)
class _Trail:
    """One block's memory: where its window began, the packed ways, and which *anything* states were come to over a skipped row.

    `gaps` has for such a state its column in `skips` and the state before the row.
    """

    start: int
    ways: NDArray[np.uint8]
    skips: NDArray[np.bool_]
    gaps: dict[int, tuple[int, int]]


def best_path(chain: Chain, frames: int, emit: Emit, window: Window, *, open_end: bool = False) -> Path:
    """Return the best path from the chain's first states to its last ones, or with `open_end` to whichever is best at the last frame.

    Where no path reaches the end inside the window, it ends in the window's best state.
    """
    width = min(window.width, chain.states)
    size = chain.states + width + REACH
    model = np.zeros(size, np.int32)
    model[: chain.states] = chain.model
    toll = np.full((REACH, size), NEVER, np.float32)
    toll[:, : chain.states] = chain.toll
    stay = np.zeros(size, np.float32)
    if chain.stay is not None:
        stay[: chain.states] = chain.stay
    scores = np.full(width + REACH, NEVER, np.float32)
    start, base = 0, 0.0
    trails = []
    for first in range(0, frames, BLOCK):
        last = min(first + BLOCK, frames)
        if window.starts is not None:
            wanted = int(window.starts[first // BLOCK])
        else:
            wanted = start + int(scores[REACH:].argmax()) - width // 3 if first else 0
        moved = max(start, min(wanted, chain.states - width))
        _shift(scores, moved - start)
        start = moved
        likelihood = emit(first, last)[:, model[start : start + width]]
        if first == 0:
            _begin(scores, toll[:, start : start + width], likelihood[0], chain.doors)
            likelihood = likelihood[1:]
        trails.append(_advance(chain, scores, toll[:, start : start + width], stay[start : start + width], likelihood, start))
        top = float(scores.max())
        scores -= np.float32(top)
        base += top
    end = _end(chain, scores, start, open_end=open_end)
    return Path(_traced(trails, end, frames), base + float(scores[end - start + REACH]))


def _shift(scores: NDArray[np.float32], by: int) -> None:
    scores[:REACH] = NEVER
    if by:
        kept = max(0, len(scores) - REACH - by)
        scores[REACH : REACH + kept] = scores[REACH + by : REACH + by + kept].copy()
        scores[REACH + kept :] = NEVER


def _begin(scores: NDArray[np.float32], toll: NDArray[np.float32], likelihood: NDArray[np.float32], doors: int) -> None:
    """Put the first frame into each state a path may begin in: silence, anything at its toll, the first row."""
    for state in range(min(doors, len(likelihood))):
        scores[REACH + state] = likelihood[state] + (toll[0, state] if state == 1 else 0)


def _advance(
    chain: Chain,
    scores: NDArray[np.float32],
    toll: NDArray[np.float32],
    stay: NDArray[np.float32],
    likelihood: NDArray[np.float32],
    start: int,
) -> _Trail:
    width = toll.shape[1]
    ways = np.zeros((len(likelihood), REACH, width), np.bool_)
    inside = np.unique(chain.anything[(chain.anything >= start) & (chain.anything < start + width)])
    jumps = chain.skip > NEVER and len(inside) > 1
    skips = np.zeros((len(likelihood), len(inside) - 1 if jumps else 0), np.bool_)
    sources_of_jumps, ends_of_jumps = inside[:-1] - start, inside[1:] - start
    best, other = np.empty(width, np.float32), np.empty(width, np.float32)
    here = scores[REACH:]
    sources = [scores[REACH - reach : REACH - reach + width] for reach in range(1, REACH + 1)]
    for frame in range(len(likelihood)):
        np.add(here, stay, out=best)
        for reach in range(REACH):
            np.add(sources[reach], toll[reach], out=other)
            np.greater(other, best, out=ways[frame, reach])
            np.maximum(best, other, out=best)
        if jumps:
            over = here[sources_of_jumps] + np.float32(chain.skip)
            there = best[ends_of_jumps]
            np.greater(over, there, out=skips[frame])
            best[ends_of_jumps] = np.maximum(over, there)
        np.add(best, likelihood[frame], out=here)
    before = [int(state) for state in inside] if jumps else []
    gaps = {after: (column, state) for column, (state, after) in enumerate(pairwise(before))}
    return _Trail(start, np.packbits(ways, axis=-1), skips, gaps)


def _end(chain: Chain, scores: NDArray[np.float32], start: int, *, open_end: bool) -> int:
    """Return the state to trace back from."""
    if open_end:
        return start + int(scores[REACH:].argmax())
    beyond = start + len(scores) - REACH
    finals = [state for state in range(chain.states - chain.doors, chain.states) if start <= state < beyond]
    return max(finals, key=lambda state: float(scores[state - start + REACH])) if finals else start + int(scores[REACH:].argmax())


def _traced(trails: list[_Trail], end: int, frames: int) -> NDArray[np.int32]:
    states = np.empty(frames, np.int32)
    at, state = frames - 1, end
    for trail in reversed(trails):
        ways = np.unpackbits(trail.ways, axis=-1)
        for frame in range(len(ways) - 1, -1, -1):
            states[at] = state
            at -= 1
            state = _before(trail, ways[frame], frame, state)
    states[0] = state
    return states


def _before(trail: _Trail, ways: NDArray[np.uint8], frame: int, state: int) -> int:
    """Return the state a path was in one frame earlier."""
    gap = trail.gaps.get(state)
    if gap is not None and trail.skips[frame, gap[0]]:
        return gap[1]
    came = ways[:, state - trail.start]
    for reach in range(REACH, 0, -1):
        if came[reach - 1]:
            return state - reach
    return state
