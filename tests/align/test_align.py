"""Rows are found in recordings composed from the embedded voice, whose true times are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from align.recordings import Plan, Voice, compose
from align.talks import sentences

from pipeline.align import align

if TYPE_CHECKING:
    from align.recordings import Recording

    from pipeline.align import Alignment

MS = 48


def onset_errors(recording: Recording, alignment: Alignment) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return how far (ms) each row that is truly said begins from where it does."""
    return np.array(
        [abs(row.span.start - true.start) / MS for row, true in zip(alignment.rows, recording.truth, strict=True) if true is not None]
    )


def test_rows_that_end_in_pauses_are_found_within_100_ms() -> None:
    """Chinese, English and numbers with pauses of 60 ms to 1 s: 30 ms on average, every row within 100 ms."""
    recording = compose(sentences("medicine", "code"), Plan(voice=Voice("cmn+m3", 240, 40), gaps=(0.06, 1.0)))
    errors = onset_errors(recording, align(recording.samples, recording.rows, rate=recording.rate))
    assert errors.mean() <= 30
    assert errors.max() <= 100


def test_rows_cut_inside_sentences_are_found_and_none_is_off_by_a_row() -> None:
    """Rows of one breath, without any pause between them: 40 ms on average, 95 of 100 within 100 ms."""
    recording = compose(sentences("history", "mixed"), Plan(voice=Voice("cmn+f4", 220, 60)))
    alignment = align(recording.samples, recording.rows, rate=recording.rate)
    errors = onset_errors(recording, alignment)
    assert errors.mean() <= 40
    assert np.percentile(errors, 95) <= 100
    assert errors.max() <= 500


@pytest.mark.parametrize("gaps", [None, (0.02, 0.12)])
def test_what_is_skipped_repeated_or_added_is_flagged_and_disturbs_nobody(gaps: tuple[float, float] | None) -> None:
    """A skipped row, a repeated one and a remark that is not in the text are named; all other rows stay within 150 ms."""
    remark = "对了，这个地方我想再多说一句，记得给我点赞。"
    plan = Plan(gaps=gaps, skipped=frozenset({8}), repeated=frozenset({20}), adlibs=((30, remark),), seed=5)
    recording = compose(sentences("cooking", "history", "code"), plan)
    alignment = align(recording.samples, recording.rows, rate=recording.rate)
    assert {(flag.row, flag.reason) for flag in alignment.flags} == {(8, "skipped"), (20, "repeated"), (30, "ad-lib")}
    assert onset_errors(recording, alignment).max() <= 150
    assert {row.row for row in alignment.rows if row.confidence < 0.5} == {8, 20, 30}
