"""Earlier takes and remarks are cut from a recording, and its rows move with what stays."""

from __future__ import annotations

import numpy as np

from pipeline.align.alignment import Alignment, AlignmentFlag
from pipeline.align.retake_cuts import cut_retakes, kept_samples
from pipeline.model import RowTime, Span, Word

SECOND = 48_000


def seconds(start: float, end: float) -> Span:
    """Return a span."""
    return Span(round(start * SECOND), round(end * SECOND))


def alignment(*flags: AlignmentFlag) -> Alignment:
    """Return an alignment of three rows at 1–2, 5–6 and 9–10 s."""
    spans = (seconds(1, 2), seconds(5, 6), seconds(9, 10))
    rows = tuple(
        RowTime(row, span, "measured", (Word(0, 1, span),), 0.9)
        for row, span in enumerate(spans, 1)
    )
    return Alignment(rows, flags, "test")


def test_cut_retakes_moves_rows_and_drops_the_flags_of_what_was_cut() -> None:
    """A false start and a remark go; 50 ms around them too; a moved row's flag stays and moves."""
    cut = cut_retakes(
        alignment(
            AlignmentFlag(2, "repeated", seconds(3, 4)),
            AlignmentFlag(2, "ad-lib", seconds(7, 8)),
            AlignmentFlag(3, "moved", seconds(11, 12)),
        ),
        13 * SECOND,
    )
    assert cut.removed == (seconds(2.95, 4.05), seconds(6.95, 8.05))
    assert [row.span for row in cut.alignment.rows] == [
        seconds(1, 2), seconds(3.9, 4.9), seconds(6.8, 7.8)
    ]  # fmt: skip
    assert cut.alignment.rows[2].word_times[0].span == seconds(6.8, 7.8)
    assert cut.alignment.flags == (AlignmentFlag(3, "moved", seconds(8.8, 9.8)),)


def test_cut_retakes_never_cuts_a_row() -> None:
    """Extra speech that overlaps a row stays, with its flag."""
    flag = AlignmentFlag(2, "ad-lib", seconds(4.5, 5.5))
    cut = cut_retakes(alignment(flag), 13 * SECOND)
    assert cut.removed == ()
    assert cut.alignment == alignment(flag)


def test_kept_samples_fade_at_cuts_alone() -> None:
    """The beginning and the end of the recording are untouched; at a cut the level is zero."""
    samples = np.full(30 * SECOND, 1000, np.int16)
    kept = (seconds(0, 25), seconds(26, 30))
    joined = np.concatenate(list(kept_samples(samples, kept)))
    assert len(joined) == 29 * SECOND
    assert joined[0] == joined[-1] == 1000
    assert joined[25 * SECOND - 1] == joined[25 * SECOND] == 0
    assert (joined[: 25 * SECOND - 240] == 1000).all()
    assert (joined[25 * SECOND + 240 :] == 1000).all()
