"""The confidence of a row's time, 0 to 1: fit of its phones, pace, agreement of other methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.path_decoding import DecodedRow

UNSURE_BELOW = 0.5
"""Confidence below which a person should check the row."""

# shares of the recording's median fit
_NO_FIT = 0.2  # rows placed on other speech stay below this
_GOOD_FIT = 0.6

_MAX_PACE_RATIO = 1.9
"""Ratio to the recording's median pace beyond which words are missing or were added."""

_AGREEMENT_SECONDS = 0.15  # s between the edges of two methods that agree
_UNCONFIRMED_FACTOR = 0.9  # for a row that no other method confirms
_UNCONFIRMED_FACTOR_SHORT = 0.45  # the same in a recording with little speech
_DISPUTED_SECONDS = 0.25  # s: 0.5 % of right rows begin so far from where other voices' models say
_DISPUTED_SPREADS, _SPREAD_PERCENT = 3.0, 80.0  # times that percentile of all differences
_DISPUTED_CONFIDENCE = 0.4
_CONFIRMED_CONFIDENCE = 0.6  # minimum for a row that another method confirms, whatever its fit


def row_confidences(
    rows: Sequence[DecodedRow | None],
    expected_lengths: Sequence[float],
    other_times: Sequence[Sequence[tuple[float, float]]],
    *,
    enough_speech: bool = True,
    independent_starts: Sequence[float | None] | None = None,
) -> list[float]:
    """Return a confidence for every row, 0 if it was not found.

    `expected_lengths` are in any unit; `other_times` have each row's (start, end) in seconds by
    other methods; `independent_starts` is where models that were not trained on this recording
    begin each row (None: nowhere): a row that begins elsewhere is doubtful. Without `enough_speech`
    to train on, the fit is ignored and agreement counts more.
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
    starts = independent_starts or [None] * len(rows)
    differences = [
        abs(start - row.start)
        for start, row in zip(starts, rows, strict=True)
        if start is not None and row is not None
    ]
    # models that often differ, as in noise, are a weaker witness
    disputed_seconds = max(
        _DISPUTED_SECONDS,
        _DISPUTED_SPREADS * float(np.percentile(differences, _SPREAD_PERCENT))
        if differences
        else 0.0,
    )
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
        value = max(value, _CONFIRMED_CONFIDENCE) if agrees else value * unconfirmed_factor
        if independent_starts is not None:
            start = independent_starts[index]
            if start is None or abs(start - row.start) > disputed_seconds:
                value = min(value, _DISPUTED_CONFIDENCE)
        values.append(round(value, 3))
    return values
