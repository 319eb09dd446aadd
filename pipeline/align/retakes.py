"""Finds out whether extra speech is a repetition of nearby rows, with the trained phone models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.align import gaussian_mixtures, viterbi
from pipeline.align import hmm_topology as chains
from pipeline.align.features import FRAMES_PER_SECOND
from pipeline.align.path_decoding import decode_rows
from pipeline.align.viterbi_training import label_likelihoods, number_phones

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.align.path_decoding import DecodedRow, StraySpeech
    from pipeline.align.phones import PhoneUnit
    from pipeline.align.viterbi_training import TrainingResult

_MIN_FIT = 0.2
"""Share of the usual fit, over the whole stretch.

Repeated rows reach 0.3 to 1, ad-libs and other rows -0.1 at most.
"""

_NEAR_ROWS = 4  # rows before and after: a speaker goes back a sentence at most

# ratios of the stretch's length to the expected length of the rows
_MAX_LENGTH_RATIO = 2.2
_MIN_LENGTH_RATIO = 0.3  # a false start is at least this long


_STRETCH_COSTS = chains.TransitionCosts(filler=20.0)
"""Nats: a stretch may begin or end with a hesitation, or with a piece of the row beside it."""


@dataclass(frozen=True, slots=True)
class Retake:
    """Rows [first_row, end_row) (from 0) that are repeated.

    `decoded_rows` has their times there, None for rows after a false start broke off.
    """

    first_row: int
    end_row: int
    decoded_rows: tuple[DecodedRow | None, ...]


def find_retake(
    stray: StraySpeech,
    training: TrainingResult,
    cepstra: NDArray[np.float32],
    rows: Sequence[Sequence[PhoneUnit]],
    expected_lengths: Sequence[float],
    usual_fit: float,
) -> Retake | None:
    """Return the nearby rows that are repeated in extra speech, or None.

    `expected_lengths` has each row's length in seconds at this speaker's pace; `usual_fit` is the
    fit (nats per frame) of a row that was found.
    """
    best: tuple[float, Retake] | None = None
    length = stray.end - stray.start
    stray_cepstra = cepstra[
        round(stray.start * FRAMES_PER_SECOND) : round(stray.end * FRAMES_PER_SECOND)
    ]
    phone_numbers = number_phones(rows)
    for first, last in _candidate_runs(stray.row_after, len(rows)):
        if (
            not all(rows[first:last])
            or not _MIN_LENGTH_RATIO
            <= length / sum(expected_lengths[first:last])
            <= _MAX_LENGTH_RATIO
        ):
            continue
        chain = chains.with_transition_costs(
            chains.build_state_chain(rows[first:last], phone_numbers), _STRETCH_COSTS
        )
        states = viterbi.best_path(
            chain,
            len(stray_cepstra),
            gaussian_mixtures.emission_scorer(stray_cepstra, training.mixtures),
            viterbi.StateWindow(chain.state_count),
            open_end=True,
        ).states
        label, filler, _ = label_likelihoods(
            stray_cepstra, training.mixtures, chain.state_models[states]
        )
        gain = label - filler
        fit = float(gain[chain.state_rows[states] >= 0].sum()) / len(stray_cepstra)
        if fit >= _MIN_FIT * usual_fit and (best is None or fit > best[0]):
            heard = _rows_heard(chain, states, expected_lengths[first:last])
            decoded = decode_rows(chain, states, gain, [len(units) for units in rows[first:last]])
            times = tuple(row and row.shifted_by(stray.start) for row in decoded[:heard])
            best = fit, Retake(first, first + heard, times)
    return best[1] if best else None


def _rows_heard(
    chain: chains.StateChain, states: NDArray[np.int32], expected_lengths: Sequence[float]
) -> int:
    """Return how many rows are said before the stretch ends; of the last one at least a part."""
    heard = len(expected_lengths)
    while heard > 1:
        frames = int((chain.state_rows[states] == heard - 1).sum())
        if frames >= _MIN_LENGTH_RATIO * expected_lengths[heard - 1] * FRAMES_PER_SECOND:
            break
        heard -= 1
    return heard


def _candidate_runs(row_after: int, row_count: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of rows [first, last) that may be repeated: at, across or near the gap."""
    for first in range(max(0, row_after - _NEAR_ROWS), min(row_count, row_after + 1)):
        for last in range(max(first + 1, row_after), min(row_count, first + _NEAR_ROWS) + 1):
            yield first, last
    for row in (
        *range(max(0, row_after - _NEAR_ROWS), row_after - 1),
        *range(row_after + 1, min(row_count, row_after + _NEAR_ROWS)),
    ):
        yield row, row + 1
