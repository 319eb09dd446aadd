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
TAUGHT = 480.0  # s of speech a speaker is learnt from; of a longer recording four stretches are taken
_STRETCHES = 4
_ENOUGH = 40.0  # s of speech: with less the models know every word by heart, and take a new reading of one for something else
_FOLLOWED = 45.0  # s of text a pass looks over that follows the best state wherever it goes
_LOOSE = (15.0, 8.0, 8.0)  # s either side in the last passes, where rows may be left out
_LIKENESS_FRAMES = 60_000
_NEAR_ROWS = 6
COSTS = chains.Costs(anything=80.0, skip=30.0)
"""Nats: a second of speech fits the text or does not by 200–500."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The chain as last used, the models, and for each 10 ms frame its state and two comparisons in nats.

    `advantage` is how much better the text fits than *anything*, `voice` how much better *anything* that is spoken fits than silence and
    what sounds behind it. `enough` is False where there was too little speech for that advantage, or a row left out, to mean much.
    """

    chain: Chain
    mixtures: hmm.Mixtures
    states: NDArray[np.int32]
    advantage: NDArray[np.float32]
    voice: NDArray[np.float32]
    enough: bool = True


def learn(
    cepstra: NDArray[np.float32],
    spoken: NDArray[np.bool_],
    rows: Sequence[Sequence[Unit]],
    guesses: Sequence[Sequence[tuple[float, float]]],
    observe: Callable[[int, int], None],
) -> Learnt:
    """Return the speaker's models and the path through the text.

    `spoken` says for either half of each frame whether somebody speaks; a guess has a rough (start, end) in seconds for every row, and
    the one whose phones sound most alike is gone on with.
    """
    numbers = inventory(rows)
    chain = chains.chained(rows, numbers)
    speech = spoken[::2] | spoken[1::2]
    seconds = float(speech.sum()) / FRAMES_PER_SECOND
    starts = [_interpolated(chain, guess, len(cepstra)) for guess in guesses]
    likeness = [_likeness(cepstra, _labelled(chain, start, speech), chain.models) for start in starts]
    best = int(np.argmax(likeness))
    states = starts[best]
    stretches = [
        Stretch(chains.chained(rows[first:last], numbers), int(chain.anything[first]) - 1, from_frame, to_frame)
        for first, last, from_frame, to_frame in _stretches(guesses[best], seconds, len(cepstra))
    ]
    total = len(_PARTS) + len(_LOOSE)
    mixtures, states = _taught(cepstra, speech, stretches, states, lambda done: observe(done, total))
    labels = chain.model[states] if len(stretches) == 1 else _labelled(chain, states, speech)
    enough = seconds >= _ENOUGH
    if enough:
        chain = chains.with_costs(chain, COSTS)
    following = viterbi.Window(max(64, round(_FOLLOWED * chain.states / max(1.0, seconds))))
    for number, reach in enumerate(_LOOSE):
        observe(len(_PARTS) + number, total)
        if number or len(stretches) == 1:
            mixtures = hmm.learnt(cepstra, labels, mixtures, _PARTS[-1], anything=True)
        emit = hmm.emitter(cepstra, mixtures)
        # the way found so far is right but for gaps; following the text alone is right but for losing the thread: the better one counts
        ways = [viterbi.best_path(chain, len(cepstra), emit, _window(states, reach))]
        if number == 0:
            ways.append(viterbi.best_path(chain, len(cepstra), emit, following))
        states = max(ways, key=lambda way: way.score).states
        labels = chain.model[states]
    observe(total, total)
    own, anything, silence = along(cepstra, mixtures, labels)
    return Learnt(chain, mixtures, states, own - anything, anything - silence, enough)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the recording that teaches: its own chain, which begins at state `offset` of the whole one, and frames [first, last)."""

    chain: Chain
    offset: int
    first: int
    last: int


def _stretches(guess: Sequence[tuple[float, float]], seconds: float, frames: int) -> list[tuple[int, int, int, int]]:
    """Return rows [first, last) and frames [first, last) to learn from: all, or parts of a long recording that lie between pauses."""
    if seconds <= TAUGHT:
        return [(0, len(guess), 0, frames)]
    share = TAUGHT / seconds
    edges = []
    for number in range(_STRETCHES):
        middle = (number + 0.5) / _STRETCHES
        first, last = (_pause_near(guess, round(len(guess) * (middle + side * share / _STRETCHES / 2))) for side in (-1, 1))
        if last > first:
            edges.append((first, last, _cut(guess, first, frames), _cut(guess, last, frames)))
    return [(first, last, start, end) for first, last, start, end in edges if end > start] or [(0, len(guess), 0, frames)]


def _pause_near(guess: Sequence[tuple[float, float]], row: int) -> int:
    """Return the row near `row` that begins after the longest pause."""
    near = range(max(1, row - _NEAR_ROWS), min(len(guess), row + _NEAR_ROWS + 1))
    return max(near, key=lambda each: guess[each][0] - guess[each - 1][1], default=min(max(row, 0), len(guess)))


def _cut(guess: Sequence[tuple[float, float]], row: int, frames: int) -> int:
    """Return the frame in the middle of the pause before a row."""
    if not 0 < row < len(guess):
        return 0 if row <= 0 else frames
    return round((guess[row - 1][1] + guess[row][0]) / 2 * FRAMES_PER_SECOND)


def _taught(
    cepstra: NDArray[np.float32],
    speech: NDArray[np.bool_],
    stretches: Sequence[Stretch],
    states: NDArray[np.int32],
    observe: Callable[[int], None],
) -> tuple[hmm.Mixtures, NDArray[np.int32]]:
    """Return models taught by the stretches, and the states with the paths through the stretches in place of the rough ones."""
    frames = np.concatenate([cepstra[each.first : each.last] for each in stretches]) if len(stretches) > 1 else cepstra
    paths = [np.clip(states[each.first : each.last] - each.offset, 0, each.chain.states - 1) for each in stretches]
    labels = np.concatenate(
        [_labelled(each.chain, path, speech[each.first : each.last]) for each, path in zip(stretches, paths, strict=True)]
    )
    windows = [_window(path, _WIDE) for path in paths]
    mixtures = hmm.flat(stretches[0].chain.models, cepstra.shape[1])
    for number, parts in enumerate(_PARTS):
        observe(number)
        mixtures = hmm.learnt(frames, labels, mixtures, parts, anything=len(stretches) > 1 and number == len(_PARTS) - 1)
        for index, each in enumerate(stretches):
            own = cepstra[each.first : each.last]
            paths[index] = viterbi.best_path(each.chain, len(own), hmm.emitter(own, mixtures), windows[index]).states
        labels = np.concatenate([each.chain.model[path] for each, path in zip(stretches, paths, strict=True)])
        if number == _RECENTRE:
            windows = [_window(path, _NARROW) for path in paths]
    found = states.copy()
    for each, path in zip(stretches, paths, strict=True):
        found[each.first : each.last] = path + each.offset
    return mixtures, found


def _labelled(chain: Chain, states: NDArray[np.int32], speech: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return the models of a rough path, silence where nobody speaks."""
    return np.where(speech, chain.model[states], np.int32(chains.SILENCE))


def _likeness(cepstra: NDArray[np.float32], labels: NDArray[np.int32], models: int) -> float:
    """Return how well one Gaussian for each label describes the frames that have it (log likelihood)."""
    step = 1 + len(labels) // _LIKENESS_FRAMES
    frames, labels = cepstra[::step], labels[::step]
    mixtures = hmm.learnt(frames, labels, hmm.flat(models, cepstra.shape[1]), 1)
    return float(along(frames, mixtures, labels)[0].sum())


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


def along(frames: NDArray[np.float32], mixtures: hmm.Mixtures, labels: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return the log likelihood of every frame under its label, under *anything* and under silence, shape (3, frames)."""
    emit = hmm.emitter(frames, mixtures)
    found = np.empty((3, len(labels)), np.float32)
    for first in range(0, len(labels), viterbi.BLOCK):
        last = min(first + viterbi.BLOCK, len(labels))
        likelihood = emit(first, last)
        found[0, first:last] = likelihood[np.arange(last - first), labels[first:last]]
        found[1, first:last] = likelihood[:, chains.ANYTHING]
        found[2, first:last] = likelihood[:, chains.SILENCE]
    return found
