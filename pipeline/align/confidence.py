"""How sure a row's time is, from 0 to 1: how well its phones fit, how usual its pace is, whether another way agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.path_decoding import DecodedRow

UNSURE_BELOW = 0.5
"""Below this a person should listen."""

_NO_FIT, _GOOD_FIT = (
    0.2,
    0.6,
)  # of the recording's median advantage: rows set on wrong speech stay under the first
_MAX_PACE_RATIO = 1.9  # times faster or slower than the recording's median: beyond, words are missing or were added
_AGREEMENT_SECONDS = 0.15  # s between two ways
_UNCONFIRMED_FACTOR, _UNCONFIRMED_FACTOR_SHORT = 0.9, 0.45
_CONFIRMED_CONFIDENCE = (
    0.6  # the least for a row that another way puts in the same place, however strange its sounds
)


def row_confidences(
    rows: Sequence[DecodedRow | None],
    expected_lengths: Sequence[float],
    other_times: Sequence[Sequence[tuple[float, float]]],
    *,
    enough_speech: bool = True,
) -> list[float]:
    """Return a confidence for every row, 0 where it is not heard.

    `expected` lengths are in any unit; `others` have each row's (start, end) in seconds as other ways found it. Where there was not
    `enough` speech to learn from, fit says little and their agreement much.
    """
    decoded = [
        (row, length) for row, length in zip(rows, expected_lengths, strict=True) if row is not None
    ]
    if not decoded:
        return [0.0] * len(rows)
    usual_fit = max(float(np.median([row.fit for row, _ in decoded])), 1e-6)
    usual_pace = float(
        np.median([(row.end - row.start) / max(length, 1e-6) for row, length in decoded])
    )
    unconfirmed_factor = _UNCONFIRMED_FACTOR if enough_speech else _UNCONFIRMED_FACTOR_SHORT
    values = []
    for index, (row, length) in enumerate(zip(rows, expected_lengths, strict=True)):
        if row is None:
            values.append(0.0)
            continue
        fit = (
            1.0
            if not enough_speech
            else min(1.0, max(0.0, (row.fit / usual_fit - _NO_FIT) / (_GOOD_FIT - _NO_FIT)))
        )
        pace = (row.end - row.start) / max(length, 1e-6) / usual_pace
        strain = max(pace, 1 / max(pace, 1e-6)) / _MAX_PACE_RATIO
        agrees = any(
            abs(other[index][0] - row.start) <= _AGREEMENT_SECONDS
            and abs(other[index][1] - row.end) <= _AGREEMENT_SECONDS
            for other in other_times
        )
        value = fit * min(1.0, 1 / strain)
        values.append(
            round(max(value, _CONFIRMED_CONFIDENCE) if agrees else value * unconfirmed_factor, 3)
        )
    return values
