"""Learning a speaker from one recording: passes of the best path and of re-estimation, from a rough guess to the last times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align import gaussian_mixtures, viterbi
from pipeline.align import hmm_topology as chains
from pipeline.align.features import FRAMES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from pipeline.align.hmm_topology import StateChain
    from pipeline.align.phones import PhoneUnit

_GAUSSIANS_PER_PASS = (1, 1, 1, 1, 1, 2, 2, 2, 4, 4, 4)
"""Gaussians a state in each pass while every row must be heard (FACTS: 14 passes growing to 4)."""

_RECENTRE_PASS = 5

_WIDE_REACH_SECONDS, _NARROW_REACH_SECONDS = (
    6.0,
    3.0,
)  # s either side of the guess, then of the path found

MAX_TRAINING_SECONDS = (
    480.0  # s of speech a speaker is learnt from; of a longer recording four stretches are taken
)

_STRETCH_COUNT = 4
_ENOUGH_SECONDS = 40.0  # s of speech: with less the models know every word by heart, and take a new reading of one for something else
_FOLLOWED_SECONDS = 45.0  # s of text a pass looks over that follows the best state wherever it goes

_FINAL_REACH_SECONDS = (
    15.0,
    8.0,
    8.0,
)  # s either side in the last passes, where rows may be left out

_MAX_LIKELIHOOD_FRAMES = 60_000
_NEAR_ROWS = 6
ROW_SKIPPING_COSTS = chains.TransitionCosts(filler=80.0, skip=30.0)
"""Nats: a second of speech fits the text or does not by 200–500."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The chain as last used, the models, and for each 10 ms frame its state and two comparisons in nats.

    `advantage` is how much better the text fits than *anything*, `voice` how much better *anything* that is spoken fits than silence and
    what sounds behind it. `enough` is False where there was too little speech for that advantage, or a row left out, to mean much.
    """

    chain: StateChain
    mixtures: gaussian_mixtures.GaussianMixtures
    states: NDArray[np.int32]
    text_advantage: NDArray[np.float32]
    speech_advantage: NDArray[np.float32]
    enough_speech: bool = True


def train_on_recording(
    cepstra: NDArray[np.float32],
    half_frame_speech: NDArray[np.bool_],
    rows: Sequence[Sequence[PhoneUnit]],
    guesses: Sequence[Sequence[tuple[float, float]]],
    observe: Callable[[int, int], None],
) -> TrainingResult:
    """Return the speaker's models and the path through the text.

    `spoken` says for either half of each frame whether somebody speaks; a guess has a rough (start, end) in seconds for every row, and
    the one whose phones sound most alike is gone on with.
    """
    phone_numbers = number_phones(rows)
    chain = chains.build_state_chain(rows, phone_numbers)
    speech = half_frame_speech[::2] | half_frame_speech[1::2]
    seconds = float(speech.sum()) / FRAMES_PER_SECOND
    initial_paths = [_interpolate_states(chain, guess, len(cepstra)) for guess in guesses]
    likelihoods = [
        _path_likelihood(cepstra, _label_frames(chain, start, speech), chain.model_count)
        for start in initial_paths
    ]
    best_guess = int(np.argmax(likelihoods))
    states = initial_paths[best_guess]
    stretches = [
        TrainingStretch(
            chains.build_state_chain(rows[first:last], phone_numbers),
            int(chain.filler_states[first]) - 1,
            from_frame,
            to_frame,
        )
        for first, last, from_frame, to_frame in _training_ranges(
            guesses[best_guess], seconds, len(cepstra)
        )
    ]
    total = len(_GAUSSIANS_PER_PASS) + len(_FINAL_REACH_SECONDS)
    mixtures, states = _train_on_stretches(
        cepstra, speech, stretches, states, lambda done: observe(done, total)
    )
    labels = (
        chain.state_models[states] if len(stretches) == 1 else _label_frames(chain, states, speech)
    )
    enough_speech = seconds >= _ENOUGH_SECONDS
    if enough_speech:
        chain = chains.with_transition_costs(chain, ROW_SKIPPING_COSTS)
    following_window = viterbi.StateWindow(
        max(64, round(_FOLLOWED_SECONDS * chain.state_count / max(1.0, seconds)))
    )
    for number, reach in enumerate(_FINAL_REACH_SECONDS):
        observe(len(_GAUSSIANS_PER_PASS) + number, total)
        if number or len(stretches) == 1:
            mixtures = gaussian_mixtures.estimate_mixtures(
                cepstra, labels, mixtures, _GAUSSIANS_PER_PASS[-1], train_filler=True
            )
        emit = gaussian_mixtures.emission_scorer(cepstra, mixtures)
        # the way found so far is right but for gaps; following the text alone is right but for losing the thread: the better one counts
        candidates = [viterbi.best_path(chain, len(cepstra), emit, _window_around(states, reach))]
        if number == 0:
            candidates.append(viterbi.best_path(chain, len(cepstra), emit, following_window))
        states = max(candidates, key=lambda way: way.score).states
        labels = chain.state_models[states]
    observe(total, total)
    text, filler, silence = label_likelihoods(cepstra, mixtures, labels)
    return TrainingResult(chain, mixtures, states, text - filler, filler - silence, enough_speech)


@dataclass(frozen=True, slots=True)
class TrainingStretch:
    """A part of the recording that teaches: its own chain, which begins at state `offset` of the whole one, and frames [first, last)."""

    chain: StateChain
    first_state: int
    first_frame: int
    end_frame: int


def _training_ranges(
    guess: Sequence[tuple[float, float]], seconds: float, frame_count: int
) -> list[tuple[int, int, int, int]]:
    """Return rows [first, last) and frames [first, last) to learn from: all, or parts of a long recording that lie between pauses."""
    if seconds <= MAX_TRAINING_SECONDS:
        return [(0, len(guess), 0, frame_count)]
    share = MAX_TRAINING_SECONDS / seconds
    ranges = []
    for number in range(_STRETCH_COUNT):
        middle = (number + 0.5) / _STRETCH_COUNT
        first, last = (
            _row_after_longest_pause(
                guess, round(len(guess) * (middle + side * share / _STRETCH_COUNT / 2))
            )
            for side in (-1, 1)
        )
        if last > first:
            ranges.append(
                (
                    first,
                    last,
                    _pause_frame(guess, first, frame_count),
                    _pause_frame(guess, last, frame_count),
                )
            )
    return [(first, last, start, end) for first, last, start, end in ranges if end > start] or [
        (0, len(guess), 0, frame_count)
    ]


def _row_after_longest_pause(guess: Sequence[tuple[float, float]], row: int) -> int:
    """Return the row near `row` that begins after the longest pause."""
    nearby_rows = range(max(1, row - _NEAR_ROWS), min(len(guess), row + _NEAR_ROWS + 1))
    return max(
        nearby_rows,
        key=lambda each: guess[each][0] - guess[each - 1][1],
        default=min(max(row, 0), len(guess)),
    )


def _pause_frame(guess: Sequence[tuple[float, float]], row: int, frame_count: int) -> int:
    """Return the frame in the middle of the pause before a row."""
    if not 0 < row < len(guess):
        return 0 if row <= 0 else frame_count
    return round((guess[row - 1][1] + guess[row][0]) / 2 * FRAMES_PER_SECOND)


def _train_on_stretches(
    cepstra: NDArray[np.float32],
    speech: NDArray[np.bool_],
    stretches: Sequence[TrainingStretch],
    states: NDArray[np.int32],
    observe: Callable[[int], None],
) -> tuple[gaussian_mixtures.GaussianMixtures, NDArray[np.int32]]:
    """Return models taught by the stretches, and the states with the paths through the stretches in place of the rough ones."""
    frames = (
        np.concatenate([cepstra[each.first_frame : each.end_frame] for each in stretches])
        if len(stretches) > 1
        else cepstra
    )
    paths = [
        np.clip(
            states[each.first_frame : each.end_frame] - each.first_state,
            0,
            each.chain.state_count - 1,
        )
        for each in stretches
    ]
    labels = np.concatenate(
        [
            _label_frames(each.chain, path, speech[each.first_frame : each.end_frame])
            for each, path in zip(stretches, paths, strict=True)
        ]
    )
    windows = [_window_around(path, _WIDE_REACH_SECONDS) for path in paths]
    mixtures = gaussian_mixtures.untrained_mixtures(
        stretches[0].chain.model_count, cepstra.shape[1]
    )
    for number, parts in enumerate(_GAUSSIANS_PER_PASS):
        observe(number)
        mixtures = gaussian_mixtures.estimate_mixtures(
            frames,
            labels,
            mixtures,
            parts,
            train_filler=len(stretches) > 1 and number == len(_GAUSSIANS_PER_PASS) - 1,
        )
        for index, each in enumerate(stretches):
            stretch_frames = cepstra[each.first_frame : each.end_frame]
            paths[index] = viterbi.best_path(
                each.chain,
                len(stretch_frames),
                gaussian_mixtures.emission_scorer(stretch_frames, mixtures),
                windows[index],
            ).states
        labels = np.concatenate(
            [each.chain.state_models[path] for each, path in zip(stretches, paths, strict=True)]
        )
        if number == _RECENTRE_PASS:
            windows = [_window_around(path, _NARROW_REACH_SECONDS) for path in paths]
    merged_states = states.copy()
    for each, path in zip(stretches, paths, strict=True):
        merged_states[each.first_frame : each.end_frame] = path + each.first_state
    return mixtures, merged_states


def _label_frames(
    chain: StateChain, states: NDArray[np.int32], speech: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Return the models of a rough path, silence where nobody speaks."""
    return np.where(speech, chain.state_models[states], np.int32(chains.SILENCE_MODEL))


def _path_likelihood(
    cepstra: NDArray[np.float32], labels: NDArray[np.int32], model_count: int
) -> float:
    """Return how well one Gaussian for each label describes the frames that have it (log likelihood)."""
    step = 1 + len(labels) // _MAX_LIKELIHOOD_FRAMES
    frames, labels = cepstra[::step], labels[::step]
    mixtures = gaussian_mixtures.estimate_mixtures(
        frames, labels, gaussian_mixtures.untrained_mixtures(model_count, cepstra.shape[1]), 1
    )
    return float(label_likelihoods(frames, mixtures, labels)[0].sum())


def number_phones(rows: Sequence[Sequence[PhoneUnit]]) -> dict[str, int]:
    """Return a number for every phone there is, in the order they are first said."""
    return {
        phone: number
        for number, phone in enumerate(
            dict.fromkeys(phone for row in rows for unit in row for phone in unit.phones)
        )
    }


def _interpolate_states(
    chain: StateChain, guess: Sequence[tuple[float, float]], frame_count: int
) -> NDArray[np.int32]:
    """Return a state for every frame, evenly along the guessed rows."""
    times, state_positions = [0.0], [0.0]
    for row, (start, end) in enumerate(guess):
        first, last = chain.states_of_row(row)
        if last > first:
            times += [max(start, times[-1] + 1e-4), max(end, start + 1e-3, times[-1] + 2e-4)]
            state_positions += [first, last - 1]
    times.append(max(frame_count / FRAMES_PER_SECOND, times[-1] + 1e-4))
    state_positions.append(chain.state_count - 1)
    middle = (np.arange(frame_count) + 0.5) / FRAMES_PER_SECOND
    return np.asarray(np.interp(middle, times, state_positions).round(), np.int32)


def _window_around(states: NDArray[np.int32], seconds: float) -> viterbi.StateWindow:
    """Return a window that reaches `seconds` either side of the states of a path."""
    reach = round(seconds * FRAMES_PER_SECOND)
    first = np.arange(0, len(states), viterbi.FRAMES_PER_BLOCK)
    low = states[np.maximum(first - reach, 0)].astype(np.int64)
    high = states[np.minimum(first + viterbi.FRAMES_PER_BLOCK + reach, len(states) - 1)]
    return viterbi.StateWindow(
        int((high - low).max()) + 2 * chains.MAX_JUMP, np.maximum(low - chains.MAX_JUMP, 0)
    )


def label_likelihoods(
    frames: NDArray[np.float32],
    mixtures: gaussian_mixtures.GaussianMixtures,
    labels: NDArray[np.int32],
) -> NDArray[np.float32]:
    """Return the log likelihood of every frame under its label, under *anything* and under silence, shape (3, frames)."""
    emit = gaussian_mixtures.emission_scorer(frames, mixtures)
    likelihoods = np.empty((3, len(labels)), np.float32)
    for first in range(0, len(labels), viterbi.FRAMES_PER_BLOCK):
        last = min(first + viterbi.FRAMES_PER_BLOCK, len(labels))
        likelihood = emit(first, last)
        likelihoods[0, first:last] = likelihood[np.arange(last - first), labels[first:last]]
        likelihoods[1, first:last] = likelihood[:, chains.FILLER_MODEL]
        likelihoods[2, first:last] = likelihood[:, chains.SILENCE_MODEL]
    return likelihoods
