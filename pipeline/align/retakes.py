"""Whether speech beside the text is the text itself, said once more: the models learnt from the recording are asked."""

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

_MIN_FIT = 0.2  # of the usual advantage, over the whole stretch: rows said again came to 0.3 to 1, ad-libs and other rows to -0.1 at most
_NEAR_ROWS = 4  # rows before and after: a speaker goes back a sentence at most
_MAX_LENGTH_RATIO = 1.6  # times the expected length a stretch may have and still be these rows
_MIN_LENGTH_RATIO = 0.3  # a false start has at least so much of them


@dataclass(frozen=True, slots=True)
class Retake:
    """Rows [first, last) counted from 0 are heard in a stretch too; `rows` has each as heard there, None where it broke off before."""

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
    """Return which rows near a stray are said in it, or None where it is something else.

    `expected` has each row's length in seconds at this speaker's pace, `usual_fit` the advantage (nats a frame) of a row well heard.
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
        chain = chains.build_state_chain(rows[first:last], phone_numbers)
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
            decoded = decode_rows(chain, states, gain, [len(units) for units in rows[first:last]])
            best = (
                fit,
                Retake(first, last, tuple(row and row.shifted_by(stray.start) for row in decoded)),
            )
    return best[1] if best else None


def _candidate_runs(row_after: int, row_count: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of rows that a speaker may have said again: they end or begin at the gap, lie across it, or near it alone."""
    for first in range(max(0, row_after - _NEAR_ROWS), min(row_count, row_after + 1)):
        for last in range(max(first + 1, row_after), min(row_count, first + _NEAR_ROWS) + 1):
            yield first, last
    for row in (
        *range(max(0, row_after - _NEAR_ROWS), row_after - 1),
        *range(row_after + 1, min(row_count, row_after + _NEAR_ROWS)),
    ):
        yield row, row + 1
