"""Learning a speaker from one recording: passes of the best path and of re-estimation, from a rough guess to the last times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align import chain as chains
from pipeline.align import hmm, viterbi
from pipeline.align.features import FRAMES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from pipeline.align.chain import Chain
    from pipeline.align.phones import Unit

_PARTS = (1, 1, 1, 1, 1, 2, 2, 2, 4, 4, 4)
"""Gaussians a state in each pass while every row must be heard (FACTS: 14 passes growing to 4)."""

_RECENTRE = 5
_WIDE, _NARROW = 6.0, 3.0  # s either side of the guess, then of the path found
_LAST_PASSES = 3
_FOLLOWED = 45.0  # s of text a pass looks over that follows the best state wherever it goes
_LOOSE = 15.0  # s either side where rows may be left out
COSTS = chains.Costs(anything=80.0, skip=30.0)
"""Nats: a second of speech fits the text or does not by 200–500."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The chain as last used, the models, each 10 ms frame's state, and how much better the text fits it than *anything* (nats)."""

    chain: Chain
    mixtures: hmm.Mixtures
    states: NDArray[np.int32]
    advantage: NDArray[np.float32]


def learn(
    cepstra: NDArray[np.float32],
    spoken: NDArray[np.bool_],
    rows: Sequence[Sequence[Unit]],
    guess: Sequence[tuple[float, float]],
    observe: Callable[[int, int], None],
) -> Learnt:
    """Return the speaker's models and the path through the text.

    `spoken` says for either half of each frame whether somebody speaks; `guess` has a rough (start, end) in seconds for every row.
    """
    chain = chains.chained(rows, inventory(rows))
    states = _interpolated(chain, guess, len(cepstra))
    labels = chain.model[states].copy()
    labels[~(spoken[::2] | spoken[1::2])] = chains.SILENCE
    window = _window(states, _WIDE)
    mixtures = hmm.flat(chain.models, cepstra.shape[1])
    total = len(_PARTS) + _LAST_PASSES
    for number, parts in enumerate(_PARTS):
        observe(number, total)
        mixtures = hmm.learnt(cepstra, labels, mixtures, parts)
        states = viterbi.best_path(chain, len(cepstra), hmm.emitter(cepstra, mixtures), window).states
        labels = chain.model[states]
        if number == _RECENTRE:
            window = _window(states, _NARROW)
    chain = chains.with_costs(chain, COSTS)
    per_second = chain.states / max(1.0, float(spoken.sum()) / (2 * FRAMES_PER_SECOND))
    following = viterbi.Window(max(64, round(_FOLLOWED * per_second)))
    for number in range(_LAST_PASSES):
        observe(len(_PARTS) + number, total)
        mixtures = hmm.learnt(cepstra, labels, mixtures, _PARTS[-1])
        emit = hmm.emitter(cepstra, mixtures)
        # the way found so far is right but for gaps; following the text alone is right but for losing the thread: the better one counts
        ways = [viterbi.best_path(chain, len(cepstra), emit, _window(states, _LOOSE))]
        if number == 0:
            ways.append(viterbi.best_path(chain, len(cepstra), emit, following))
        states = max(ways, key=lambda way: way.score).states
        labels = chain.model[states]
    observe(total, total)
    return Learnt(chain, mixtures, states, advantage(cepstra, mixtures, labels))


def inventory(rows: Sequence[Sequence[Unit]]) -> dict[str, int]:
    """Return a number for every phone there is, in the order they are first said."""
    return {phone: number for number, phone in enumerate(dict.fromkeys(phone for row in rows for unit in row for phone in unit.phones))}


def _interpolated(chain: Chain, guess: Sequence[tuple[float, float]], frames: int) -> NDArray[np.int32]:
    """Return a state for every frame, evenly along the guessed rows."""
    times, places = [0.0], [0.0]
    for row, (start, end) in enumerate(guess):
        first, last = chain.span_of_row(row)
        if last > first:
            times += [max(start, times[-1] + 1e-4), max(end, start + 1e-3, times[-1] + 2e-4)]
            places += [first, last - 1]
    times.append(max(frames / FRAMES_PER_SECOND, times[-1] + 1e-4))
    places.append(chain.states - 1)
    middle = (np.arange(frames) + 0.5) / FRAMES_PER_SECOND
    return np.asarray(np.interp(middle, times, places).round(), np.int32)


def _window(states: NDArray[np.int32], seconds: float) -> viterbi.Window:
    """Return a window that reaches `seconds` either side of the states of a path."""
    reach = round(seconds * FRAMES_PER_SECOND)
    first = np.arange(0, len(states), viterbi.BLOCK)
    low = states[np.maximum(first - reach, 0)].astype(np.int64)
    high = states[np.minimum(first + viterbi.BLOCK + reach, len(states) - 1)]
    return viterbi.Window(int((high - low).max()) + 2 * chains.REACH, np.maximum(low - chains.REACH, 0))


def advantage(cepstra: NDArray[np.float32], mixtures: hmm.Mixtures, labels: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return per frame the log likelihood of its own model less that of *anything*."""
    emit = hmm.emitter(cepstra, mixtures)
    found = np.empty(len(cepstra), np.float32)
    for first in range(0, len(cepstra), viterbi.BLOCK):
        last = min(first + viterbi.BLOCK, len(cepstra))
        likelihood = emit(first, last)
        found[first:last] = likelihood[np.arange(last - first), labels[first:last]] - likelihood[:, chains.ANYTHING]
    return found
