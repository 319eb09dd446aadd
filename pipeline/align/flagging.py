"""From what was heard to what is told: times for rows that were not heard, retakes and ad-libs found, every doubt flagged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from pipeline.align.confidence import UNSURE_BELOW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.align.path_decoding import DecodedRow, StraySpeech
    from pipeline.align.retakes import Retake

_DOUBTED_CONFIDENCE = 0.45  # the most a row is trusted beside which something else was said
_REWORDED_CONFIDENCE = 0.2

_MIN_LENGTH_RATIO, _MAX_LENGTH_RATIO = (
    0.4,
    2.5,
)  # times the expected length speech may have that stands where rows were not recognised


@dataclass(frozen=True, slots=True)
class AlignmentDoubt:
    """A row (counted from 0) to look at, why, and the speech (start, end) in seconds that is not its own."""

    row: int
    reason: FlagReason
    extra_speech: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class RowAssessment:
    """Rows as heard (None: not heard), where rows not heard are put (seconds, may be empty), the most each is to be trusted, and doubts."""

    decoded: tuple[DecodedRow | None, ...]
    placements: dict[int, tuple[float, float]]
    confidence_caps: dict[int, float]
    doubts: tuple[AlignmentDoubt, ...]


def assess_rows(
    decoded: Sequence[DecodedRow | None],
    strays: Sequence[StraySpeech],
    expected_lengths: Sequence[float],
    sayable: Sequence[bool],
    find_retake: Callable[[StraySpeech, Sequence[float], float], Retake | None],
) -> RowAssessment:
    """Return what to tell of rows; `expected` lengths are at a usual pace, `said` is False for rows with nothing to say."""
    usual_fit = float(np.median([row.fit for row in decoded if row]))
    pace = float(
        np.median(
            [
                (row.end - row.start) / length
                for row, length in zip(decoded, expected_lengths, strict=True)
                if row
            ]
        )
    )
    lengths = [length * pace for length in expected_lengths]
    rows = list(decoded)
    doubts: list[AlignmentDoubt] = []
    unexplained: list[StraySpeech] = []
    for stray in strays:
        repetition = find_retake(stray, lengths, usual_fit)
        if repetition is None:
            unexplained.append(stray)
            continue
        stretch = (stray.start, stray.end)
        repeated_rows = repetition.decoded_rows[
            : max(0, min(repetition.end_row, stray.row_after) - repetition.first_row)
        ]
        earlier, later = rows[repetition.first_row], rows[stray.row_after - 1]
        if (
            repetition.end_row >= stray.row_after
            and repeated_rows
            and all(repeated_rows)
            and earlier
            and later
        ):
            # the last whole reading is the one meant: the earlier one becomes what is said too much
            stretch = (earlier.start, later.end)
            rows[repetition.first_row : stray.row_after] = repeated_rows
        doubts += [
            AlignmentDoubt(row, "repeated", stretch)
            for row in range(repetition.first_row, repetition.end_row)
        ]
    placements, occupied = _place_missing_rows(rows, unexplained, lengths, sayable)
    doubts += [
        AlignmentDoubt(
            row, "unsure" if row in occupied else "skipped" if sayable[row] else "silent"
        )
        for row in placements
    ]
    for stray in unexplained:
        if not any(start <= stray.start and stray.end <= end for start, end in occupied.values()):
            doubts.append(
                AlignmentDoubt(max(0, stray.row_after - 1), "ad-lib", (stray.start, stray.end))
            )
    trust = {doubt.row: _DOUBTED_CONFIDENCE for doubt in doubts}
    trust |= {row: _REWORDED_CONFIDENCE if row in occupied else 0.0 for row in placements}
    return RowAssessment(
        tuple(rows),
        placements,
        trust,
        tuple(sorted(doubts, key=lambda doubt: (doubt.row, doubt.reason))),
    )


def _place_missing_rows(
    rows: Sequence[DecodedRow | None],
    strays: Sequence[StraySpeech],
    lengths: Sequence[float],
    sayable: Sequence[bool],
) -> tuple[dict[int, tuple[float, float]], dict[int, tuple[float, float]]]:
    """Return where rows that were not heard are put, and for those set on unknown speech the stretch of it."""
    placements: dict[int, tuple[float, float]] = {}
    occupied: dict[int, tuple[float, float]] = {}
    run_start = 0
    while run_start < len(rows):
        if rows[run_start] is not None:
            run_start += 1
            continue
        run_end = run_start
        while run_end < len(rows) and rows[run_end] is None:
            run_end += 1
        near = [stray for stray in strays if run_start <= stray.row_after <= run_end]
        spoken = [row for row in range(run_start, run_end) if sayable[row]]
        before = rows[run_start - 1] if run_start else None
        position = before.end if before else 0.0
        expected_length = sum(lengths[row] for row in spoken)
        if (
            near
            and spoken
            and _MIN_LENGTH_RATIO
            <= sum(stray.end - stray.start for stray in near) / expected_length
            <= _MAX_LENGTH_RATIO
        ):
            position, end = near[0].start, near[-1].end
            scale = (end - position) / expected_length
            for row in range(run_start, run_end):
                position_end = position + (lengths[row] * scale if sayable[row] else 0.0)
                placements[row] = (position, position_end)
                if sayable[row]:
                    occupied[row] = (near[0].start, near[-1].end)
                position = position_end
        else:
            placements |= dict.fromkeys(range(run_start, run_end), (position, position))
        run_start = run_end
    return placements, occupied


def cap_confidences(
    confidences: Sequence[float], assessment: RowAssessment
) -> tuple[list[float], tuple[AlignmentDoubt, ...]]:
    """Return confidences held down where there are doubts, and the doubts with the rows that are unsure for their fit alone."""
    capped = [
        min(value, assessment.confidence_caps.get(row, 1.0))
        for row, value in enumerate(confidences)
    ]
    flagged_rows = {doubt.row for doubt in assessment.doubts}
    low_confidence = [
        AlignmentDoubt(row, "unsure")
        for row, value in enumerate(capped)
        if value < UNSURE_BELOW and row not in flagged_rows
    ]
    return capped, tuple(
        sorted([*assessment.doubts, *low_confidence], key=lambda doubt: (doubt.row, doubt.reason))
    )


FlagReason = Literal["skipped", "repeated", "ad-lib", "unsure", "silent"]
"""Not heard; said more than once; something else is said beside it; heard, but not surely here; nothing in it can be said."""
