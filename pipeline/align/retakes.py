"""Whether speech beside the text is the text itself, said once more: the models learnt from the recording are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.align import chain as chains
from pipeline.align import hmm, viterbi
from pipeline.align.features import FRAMES_PER_SECOND
from pipeline.align.passes import along, inventory
from pipeline.align.reading import rows_heard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.align.passes import Learnt
    from pipeline.align.phones import Unit
    from pipeline.align.reading import RowHeard, Stray

_FITS = 0.2  # of the usual advantage, over the whole stretch: rows said again came to 0.3 to 1, ad-libs and other rows to -0.1 at most
_NEAR = 4  # rows before and after: a speaker goes back a sentence at most
_LONGEST = 1.6  # times the expected length a stretch may have and still be these rows
_SHORTEST = 0.3  # a false start has at least so much of them


@dataclass(frozen=True, slots=True)
class Retake:
    """Rows [first, last) counted from 0 are heard in a stretch too; `rows` has each as heard there, None where it broke off before."""

    first: int
    last: int
    rows: tuple[RowHeard | None, ...]


def retake(
    stray: Stray,
    learnt: Learnt,
    cepstra: NDArray[np.float32],
    rows: Sequence[Sequence[Unit]],
    expected: Sequence[float],
    usual_fit: float,
) -> Retake | None:
    """Return which rows near a stray are said in it, or None where it is something else.

    `expected` has each row's length in seconds at this speaker's pace, `usual_fit` the advantage (nats a frame) of a row well heard.
    """
    best: tuple[float, Retake] | None = None
    length = stray.end - stray.start
    own = cepstra[round(stray.start * FRAMES_PER_SECOND) : round(stray.end * FRAMES_PER_SECOND)]
    numbers = inventory(rows)
    for first, last in _candidates(stray.gap, len(rows)):
        if not all(rows[first:last]) or not _SHORTEST <= length / sum(expected[first:last]) <= _LONGEST:
            continue
        chain = chains.chained(rows[first:last], numbers)
        states = viterbi.best_path(chain, len(own), hmm.emitter(own, learnt.mixtures), viterbi.Window(chain.states), open_end=True).states
        label, anything, _ = along(own, learnt.mixtures, chain.model[states])
        gain = label - anything
        fit = float(gain[chain.row[states] >= 0].sum()) / len(own)
        if fit >= _FITS * usual_fit and (best is None or fit > best[0]):
            heard = rows_heard(chain, states, gain, [len(units) for units in rows[first:last]])
            best = fit, Retake(first, last, tuple(row and row.moved(stray.start) for row in heard))
    return best[1] if best else None


def _candidates(gap: int, rows: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of rows that a speaker may have said again: they end or begin at the gap, lie across it, or near it alone."""
    for first in range(max(0, gap - _NEAR), min(rows, gap + 1)):
        for last in range(max(first + 1, gap), min(rows, first + _NEAR) + 1):
            yield first, last
    for row in (*range(max(0, gap - _NEAR), gap - 1), *range(gap + 1, min(rows, gap + _NEAR))):
        yield row, row + 1
