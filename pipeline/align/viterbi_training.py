"""Viterbi training on one recording: best path and re-estimation in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

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
"""Gaussians per state in each pass that starts from a guess by lengths: no row may be skipped."""

_GAUSSIANS_PER_SHORT_PASS = (1, 2, 4, 4)
"""The same from a path that other voices' models have found: speech outside the text is known."""

_RECENTRE_PASS = 5  # after which the windows are moved to the path found
_WIDE_REACH_SECONDS = 6.0  # s on each side of the guess
_NARROW_REACH_SECONDS = 3.0  # s on each side of the path found
_FINAL_REACH_SECONDS = (15.0, 8.0, 8.0)  # s on each side in the last passes: rows may be skipped

MAX_TRAINING_SECONDS = 480.0
"""Seconds of speech that are trained on; of a longer recording four stretches are taken."""

_STRETCH_COUNT = 4
_ENOUGH_SECONDS = 40.0
"""Seconds of speech; with less the models fit every word, and reject another reading of it."""

_FOLLOWED_SECONDS = 45.0  # s of text in the window of the pass that follows the best state
_MAX_LIKELIHOOD_FRAMES = 60_000  # frames by which guesses are compared
_NEAR_ROWS = 6  # rows around a cut among which the longest pause is taken

ROW_SKIPPING_COSTS = chains.TransitionCosts(filler=80.0, skip=30.0)
"""Nats; a second of speech scores 200–500 more if it fits the text."""


class LocatedText(NamedTuple):
    """The text as models of other voices find it: those models, the path, and each row's times.

    `row_times` has (start, end) in seconds; a row that was not found has an empty range. `found` is
    the share of rows that were found.
    """

    mixtures: gaussian_mixtures.GaussianMixtures
    states: NDArray[np.int32]
    row_times: list[tuple[float, float]]
    found: float


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The chain as last used, the models, and the state and two scores (nats) of each frame.

    `text_advantage` is how much better the text fits than the filler, `speech_advantage` how much
    better the filler fits than silence. With too little speech `enough_speech` is False: then
    neither the advantage nor a skipped row means much.
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
    located: LocatedText | None = None,
) -> TrainingResult:
    """Return the speaker's models and the path through the text.

    `half_frame_speech` has two values per frame. Training starts from the `located` text; without
    it, from the guess whose labels describe the frames best. Each guess has a rough (start, end) in
    seconds for every row.
    """
    phone_numbers = number_phones(rows)
    chain = chains.build_state_chain(rows, phone_numbers)
    speech = half_frame_speech[::2] | half_frame_speech[1::2]
    seconds = float(speech.sum()) / FRAMES_PER_SECOND
    passes, prior = _pass_gaussians(located), located and located.mixtures
    if located is None:
        initial_paths = [interpolate_states(chain, guess, len(cepstra)) for guess in guesses]
        likelihoods = [
            _path_likelihood(cepstra, _label_frames(chain, start, speech), chain.model_count)
            for start in initial_paths
        ]
        best_guess = int(np.argmax(likelihoods))
        states, guess = initial_paths[best_guess], guesses[best_guess]
    else:
        states, guess = located.states, located.row_times
    costs = chains.TransitionCosts() if located is None else ROW_SKIPPING_COSTS
    stretches = [
        TrainingStretch(
            chains.with_transition_costs(
                chains.build_state_chain(rows[first:last], phone_numbers), costs
            ),
            int(chain.filler_states[first]) - 1,
            from_frame,
            to_frame,
        )
        for first, last, from_frame, to_frame in _training_ranges(guess, seconds, len(cepstra))
    ]
    total = len(passes) + len(_FINAL_REACH_SECONDS)
    mixtures, states = _train_on_stretches(
        cepstra, speech, stretches, states, located, lambda done: observe(done, total)
    )
    labels = (
        chain.state_models[states] if len(stretches) == 1 else _label_frames(chain, states, speech)
    )
    enough_speech = seconds >= _ENOUGH_SECONDS or located is not None
    if enough_speech:
        chain = chains.with_transition_costs(chain, ROW_SKIPPING_COSTS)
    following_window = viterbi.StateWindow(
        max(64, round(_FOLLOWED_SECONDS * chain.state_count / max(1.0, seconds)))
    )
    for number, reach in enumerate(_FINAL_REACH_SECONDS):
        observe(len(passes) + number, total)
        if number or len(stretches) == 1:
            mixtures = gaussian_mixtures.estimate_mixtures(
                cepstra, labels, mixtures, passes[-1], train_filler=True, prior=prior
            )
        emit = gaussian_mixtures.emission_scorer(cepstra, mixtures)
        # the window around the known path may miss gaps, the one that follows the best state may
        # lose the text: take the better path
        candidates = [viterbi.best_path(chain, len(cepstra), emit, window_around(states, reach))]
        if number == 0:
            candidates.append(viterbi.best_path(chain, len(cepstra), emit, following_window))
        states = max(candidates, key=lambda path: path.score).states
        labels = chain.state_models[states]
    observe(total, total)
    text, filler, silence = label_likelihoods(cepstra, mixtures, labels)
    return TrainingResult(chain, mixtures, states, text - filler, filler - silence, enough_speech)


@dataclass(frozen=True, slots=True)
class TrainingStretch:
    """A part of the recording that is trained on: its chain and its frames.

    The chain starts at state `first_state` of the whole chain.
    """

    chain: StateChain
    first_state: int
    first_frame: int
    end_frame: int


def _training_ranges(
    guess: Sequence[tuple[float, float]], seconds: float, frame_count: int
) -> list[tuple[int, int, int, int]]:
    """Return rows and frames, both [first, last), to train on: all, or parts."""
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
    """Return the row near `row` that follows the longest pause."""
    nearby_rows = range(max(1, row - _NEAR_ROWS), min(len(guess), row + _NEAR_ROWS + 1))
    return max(
        nearby_rows,
        key=lambda number: guess[number][0] - guess[number - 1][1],
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
    located: LocatedText | None,
    observe: Callable[[int], None],
) -> tuple[gaussian_mixtures.GaussianMixtures, NDArray[np.int32]]:
    """Return models trained on the stretches, and the states updated along them."""
    passes = _pass_gaussians(located)
    prior = located and located.mixtures
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
    windows = [window_around(path, _WIDE_REACH_SECONDS) for path in paths]
    mixtures = gaussian_mixtures.untrained_mixtures(
        stretches[0].chain.model_count, cepstra.shape[1]
    )
    for number, parts in enumerate(passes):
        observe(number)
        mixtures = gaussian_mixtures.estimate_mixtures(
            frames,
            labels,
            mixtures,
            parts,
            train_filler=prior is not None or (len(stretches) > 1 and number == len(passes) - 1),
            prior=prior,
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
            windows = [window_around(path, _NARROW_REACH_SECONDS) for path in paths]
    merged_states = states.copy()
    for each, path in zip(stretches, paths, strict=True):
        merged_states[each.first_frame : each.end_frame] = path + each.first_state
    return mixtures, merged_states


def _pass_gaussians(located: LocatedText | None) -> tuple[int, ...]:
    """Return the Gaussians per state in each pass of training."""
    return _GAUSSIANS_PER_PASS if located is None else _GAUSSIANS_PER_SHORT_PASS


def _label_frames(
    chain: StateChain, states: NDArray[np.int32], speech: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Return the model of each frame of a rough path, silence where there is no speech."""
    return np.where(speech, chain.state_models[states], np.int32(chains.SILENCE_MODEL))


def _path_likelihood(
    cepstra: NDArray[np.float32], labels: NDArray[np.int32], model_count: int
) -> float:
    """Return the log likelihood of frames under one Gaussian per label."""
    step = 1 + len(labels) // _MAX_LIKELIHOOD_FRAMES
    frames, labels = cepstra[::step], labels[::step]
    mixtures = gaussian_mixtures.estimate_mixtures(
        frames, labels, gaussian_mixtures.untrained_mixtures(model_count, cepstra.shape[1]), 1
    )
    return float(label_likelihoods(frames, mixtures, labels)[0].sum())


def number_phones(rows: Sequence[Sequence[PhoneUnit]]) -> dict[str, int]:
    """Return a number for every phone, in the order of first use."""
    return {
        phone: number
        for number, phone in enumerate(
            dict.fromkeys(phone for row in rows for unit in row for phone in unit.phones)
        )
    }


def interpolate_states(
    chain: StateChain, guess: Sequence[tuple[float, float]], frame_count: int
) -> NDArray[np.int32]:
    """Return a state for every frame, evenly spaced along the guessed rows."""
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


def window_around(states: NDArray[np.int32], seconds: float) -> viterbi.StateWindow:
    """Return a window that reaches `seconds` to each side of a path."""
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
    """Return log likelihoods under label, filler and silence, shape (3, frames)."""
    emit = gaussian_mixtures.emission_scorer(frames, mixtures)
    likelihoods = np.empty((3, len(labels)), np.float32)
    for first in range(0, len(labels), viterbi.FRAMES_PER_BLOCK):
        last = min(first + viterbi.FRAMES_PER_BLOCK, len(labels))
        likelihood = emit(first, last)
        likelihoods[0, first:last] = likelihood[np.arange(last - first), labels[first:last]]
        likelihoods[1, first:last] = likelihood[:, chains.FILLER_MODEL]
        likelihoods[2, first:last] = likelihood[:, chains.SILENCE_MODEL]
    return likelihoods
