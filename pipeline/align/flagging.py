"""Places rows that were not found, finds retakes and ad-libs, and flags every doubtful row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from pipeline.align.confidence import UNSURE_BELOW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.align.path_decoding import DecodedRow, StraySpeech
    from pipeline.align.retakes import Retake

FlagReason = Literal["skipped", "repeated", "moved", "ad-lib", "unsure", "silent"]
"""Why a row is flagged.

It was not found; was said more than once; is said in another place; has other speech beside it;
was found with a low confidence; contains nothing that can be said.
"""

_DOUBTED_CONFIDENCE = 0.45  # highest confidence of a row with other speech beside it
_REWORDED_CONFIDENCE = 0.2  # of a row that is placed on speech that was not recognised

_MIN_GAP_SECONDS = 0.1  # s between other speech and the row after it
_MAX_LOST_SECONDS = 1.2  # s that a row may have lost at its beginning
_MIN_LENGTH_RATIO, _MAX_LENGTH_RATIO = 0.4, 2.5
"""Ratio to the expected length of unrecognised speech on which missing rows may be placed."""


@dataclass(frozen=True, slots=True)
class AlignmentDoubt:
    """A row (from 0) to check, why, and the (start, end) in seconds of extra speech."""

    row: int
    reason: FlagReason
    extra_speech: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class RowAssessment:
    """Rows as found, and doubts about them.

    `decoded` has None for a row that was not found; `placements` has the (start, end) in seconds at
    which such rows are placed, which may be empty; `confidence_caps` has the highest confidence of
    doubtful rows.
    """

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
    """Return the rows with times for those not found, and all doubts.

    `expected_lengths` are in seconds at a usual pace; `sayable` is False for rows with nothing to
    say.
    """
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
    moved: dict[int, tuple[float, float]] = {}
    for stray in strays:
        repetition = find_retake(stray, lengths, usual_fit)
        if repetition is None:
            unexplained.append(stray)
            continue
        stretch = (stray.start, stray.end)
        if not any(rows[repetition.first_row : repetition.end_row]):
            moved |= dict.fromkeys(range(repetition.first_row, repetition.end_row), stretch)
            continue
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
            # the last complete take counts; the earlier one is flagged as extra speech
            stretch = (earlier.start, later.end)
            rows[repetition.first_row : stray.row_after] = repeated_rows
        doubts += [
            AlignmentDoubt(row, "repeated", stretch)
            for row in range(repetition.first_row, repetition.end_row)
        ]
    placements, occupied = _place_missing_rows(rows, unexplained, lengths, sayable)
    doubts += [
        AlignmentDoubt(row, "moved", moved[row])
        if row in moved
        else AlignmentDoubt(
            row, "unsure" if row in occupied else "skipped" if sayable[row] else "silent"
        )
        for row in placements
    ]
    for stray in unexplained:
        if not any(start <= stray.start and stray.end <= end for start, end in occupied.values()):
            doubts.append(
                AlignmentDoubt(max(0, stray.row_after - 1), "ad-lib", (stray.start, stray.end))
            )
            after = rows[stray.row_after] if stray.row_after < len(rows) else None
            is_short = stray.end - stray.start <= _MAX_LOST_SECONDS
            if is_short and stray.row_after and after and _touches(stray, after):
                # no pause: it may be the beginning of that row, said in another way
                doubts.append(AlignmentDoubt(stray.row_after, "unsure"))
    trust = {doubt.row: _DOUBTED_CONFIDENCE for doubt in doubts}
    trust |= {row: _REWORDED_CONFIDENCE if row in occupied else 0.0 for row in placements}
    return RowAssessment(
        tuple(rows),
        placements,
        trust,
        tuple(sorted(doubts, key=lambda doubt: (doubt.row, doubt.reason))),
    )


def _touches(stray: StraySpeech, after: DecodedRow) -> bool:
    """Return whether there is no pause between other speech and the row after it."""
    return after.start - stray.end < _MIN_GAP_SECONDS


def _place_missing_rows(
    rows: Sequence[DecodedRow | None],
    strays: Sequence[StraySpeech],
    lengths: Sequence[float],
    sayable: Sequence[bool],
) -> tuple[dict[int, tuple[float, float]], dict[int, tuple[float, float]]]:
    """Return the places of rows not found, and the unknown speech that some are placed on."""
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
    """Return capped confidences, and all doubts, including rows with a low confidence."""
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
