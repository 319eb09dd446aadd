"""Assessing rows: missing rows are placed, retakes move rows, doubts are flagged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.align.confidence import UNSURE_BELOW, row_confidences
from pipeline.align.flagging import AlignmentDoubt, assess_rows, cap_confidences
from pipeline.align.path_decoding import DecodedRow, StraySpeech
from pipeline.align.retakes import Retake

if TYPE_CHECKING:
    from collections.abc import Sequence


def heard(start: float, end: float, fit: float = 8.0) -> DecodedRow:
    """Return a row heard from start to end seconds."""
    return DecodedRow(start, end, ((start, end),), fit)


def no_retake(stray: StraySpeech, lengths: Sequence[float], fit: float) -> Retake | None:
    """Find nothing said again."""
    del stray, lengths, fit
    return None


ROWS = [heard(1, 3), heard(3, 5), None, heard(5, 7), heard(7, 9)]
FIVE = [2.0] * 5
ALL = [True] * 5


def test_assess_rows_places_a_skipped_row_where_it_would_have_been() -> None:
    """Empty, after the row before, trusted not at all; the others are what they were."""
    verdict = assess_rows(ROWS, [], FIVE, ALL, no_retake)
    assert verdict.placements == {2: (5, 5)}
    assert verdict.doubts == (AlignmentDoubt(2, "skipped"),)
    assert verdict.confidence_caps == {2: 0.0}
    assert verdict.decoded == tuple(ROWS)


def test_assess_rows_places_a_missing_row_on_unknown_speech() -> None:
    """About as long as expected, it is the row, flagged. Much longer, the row is skipped."""
    verdict = assess_rows(ROWS, [StraySpeech(2, 5.1, 6.9)], FIVE, ALL, no_retake)
    assert verdict.placements == {2: (5.1, 6.9)}
    assert verdict.doubts == (AlignmentDoubt(2, "unsure"),)
    assert 0 < verdict.confidence_caps[2] < UNSURE_BELOW
    longer = assess_rows(ROWS, [StraySpeech(2, 5.1, 25.0)], FIVE, ALL, no_retake)
    assert longer.placements == {2: (5, 5)}
    assert set(longer.doubts) == {
        AlignmentDoubt(2, "skipped"),
        AlignmentDoubt(1, "ad-lib", (5.1, 25.0)),
    }


def test_assess_rows_shares_unknown_speech_by_length() -> None:
    """Two rows missing, one three times as long; a silent row between them takes nothing."""
    rows = [heard(0, 2), None, None, None, heard(10, 12)]
    verdict = assess_rows(
        rows,
        [StraySpeech(1, 2.0, 10.0)],
        [2.0, 2.0, 0.1, 6.0, 2.0],
        [True, True, False, True, True],
        no_retake,
    )
    assert verdict.placements == {
        1: pytest.approx((2.0, 4.0)),
        2: pytest.approx((4.0, 4.0)),
        3: pytest.approx((4.0, 10.0)),
    }
    assert {doubt.reason for doubt in verdict.doubts if doubt.row == 2} == {"silent"}


def test_assess_rows_uses_the_last_complete_take() -> None:
    """The earlier take becomes extra speech; a take that broke off leaves the row in place."""
    rows: list[DecodedRow | None] = [heard(1, 3), heard(6, 8)]
    whole = Retake(0, 1, (heard(3.5, 5.5),))
    verdict = assess_rows(
        rows, [StraySpeech(1, 3.5, 5.5)], [2.0, 2.0], [True, True], lambda *_: whole
    )
    assert verdict.decoded[0] == heard(3.5, 5.5)
    assert verdict.doubts == (AlignmentDoubt(0, "repeated", (1, 3)),)
    broken = assess_rows(
        rows, [StraySpeech(1, 3.5, 4.2)], [2.0, 2.0], [True, True], lambda *_: Retake(0, 1, (None,))
    )
    assert broken.decoded[0] == heard(1, 3)
    assert broken.doubts == (AlignmentDoubt(0, "repeated", (3.5, 4.2)),)


def test_assess_rows_moves_only_the_row_before_a_retake() -> None:
    """Spoken: one, one, two, two. The path took the first and the last two: only row one moves."""
    rows: list[DecodedRow | None] = [heard(1, 3), heard(7, 9)]
    across = Retake(0, 2, (heard(3, 5), heard(5, 7)))
    verdict = assess_rows(rows, [StraySpeech(1, 3, 7)], [2.0, 2.0], [True, True], lambda *_: across)
    assert verdict.decoded == (heard(3, 5), heard(7, 9))
    assert [(doubt.row, doubt.reason) for doubt in verdict.doubts] == [
        (0, "repeated"),
        (1, "repeated"),
    ]


def test_assess_rows_flags_an_ad_lib_at_the_row_before_it() -> None:
    """An ad-lib after row two; one before everything is told at the first row."""
    rows = [heard(5, 7), heard(7, 9), heard(12, 14)]
    verdict = assess_rows(
        rows, [StraySpeech(0, 1, 4), StraySpeech(2, 9, 12)], [2.0] * 3, [True] * 3, no_retake
    )
    assert verdict.doubts == (
        AlignmentDoubt(0, "ad-lib", (1, 4)),
        AlignmentDoubt(1, "ad-lib", (9, 12)),
    )
    held, _ = cap_confidences([1.0, 1.0, 1.0], verdict)
    assert held[0] < UNSURE_BELOW
    assert held[1] < UNSURE_BELOW
    assert held[2] == 1.0


def test_row_confidences_depend_on_fit_pace_and_agreement() -> None:
    """A bad fit, a pace four times too fast, a row that another method places elsewhere."""
    rows = [heard(2 * at, 2 * at + 2) for at in range(8)]
    rows[2] = heard(4, 6, fit=1.0)
    rows[4] = heard(8, 8.5)
    others = [[(row.start, row.end) for row in rows]]
    others[0][2], others[0][4], others[0][6] = (0.0, 0.0), (0.0, 0.0), (11.0, 13.5)
    found = row_confidences(rows, [2.0] * 8, others)
    assert [found[at] for at in (0, 1, 3, 5, 7)] == [1.0] * 5
    assert found[2] < UNSURE_BELOW
    assert found[4] < UNSURE_BELOW
    assert UNSURE_BELOW < found[6] < 1.0
    assert row_confidences([None, *rows[1:]], [2.0] * 8, others)[0] == 0.0
    _, doubts = cap_confidences(found, assess_rows(rows, [], [2.0] * 8, [True] * 8, no_retake))
    assert doubts == (AlignmentDoubt(2, "unsure"), AlignmentDoubt(4, "unsure"))


def test_row_confidences_trust_two_methods_that_agree() -> None:
    """A row of foreign words fits badly, but another method confirms its place."""
    rows = [heard(0, 2), heard(2, 4), heard(4, 6, fit=1.0)]
    assert (
        row_confidences(rows, [2.0] * 3, [[(row.start, row.end) for row in rows]])[2]
        >= UNSURE_BELOW
    )
