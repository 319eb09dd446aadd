"""A speaker's pace and pauses, measured from an episode that is already timed."""

from __future__ import annotations

from dataclasses import astuple, fields
from itertools import pairwise
from statistics import median, median_low
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.timebase import ms_from_samples, seconds_from_samples
from pipeline.timing.duration_estimate import Pace, row_seconds
from pipeline.timing.pauses import boundary_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import Span, SpokenRow
    from pipeline.settings.sections import PauseSettings

MIN_CALIBRATION_ROWS = 5
_MIN_GAPS = 3
_PRIOR_WEIGHT = 0.3
"""How strongly a measure is held to its usual share.

A measure that many rows show is free to change; one that no row shows keeps its share.
"""

_MIN_FACTOR, _MAX_FACTOR = 0.0, 4.0
_ITERATIONS = 8
_HUBER_THRESHOLD = 1.345
"""Rows beyond 1.345 standard errors count less (Huber's estimator, 95 % efficient).

That way an ad-lib or a long hold does not change the measures.
"""

_LONGEST_PAUSE_MS = 10_000


def calibrate_pace(rows: Sequence[SpokenRow], times: Sequence[Span]) -> Pace:
    """Return the pace of the speaker who said these rows in these times.

    The method is a robust regression towards the usual speaker's shares. Row i is heard in times[i]
    (samples); silent and empty rows do not count. Raises InputError where fewer than five are left.
    """
    import numpy as np

    spoken_rows = [
        (row.spoken, seconds_from_samples(time.length))
        for row, time in zip(rows, times, strict=True)
    ]
    spoken_rows = [
        (text, seconds)
        for text, seconds in spoken_rows
        if seconds > 0 and row_seconds(text, Pace()) > 0
    ]
    if len(spoken_rows) < MIN_CALIBRATION_ROWS:
        raise InputError(message("timing.too_few_rows", count=len(spoken_rows)))
    seconds = np.array([duration for _, duration in spoken_rows])
    shares = np.array([_measure_shares(text) for text, _ in spoken_rows])
    usual = np.array(astuple(Pace()))
    usual *= median((seconds / (shares @ usual)).tolist())
    measures = np.clip(
        _fit_measures(shares / seconds[:, None], usual), usual * _MIN_FACTOR, usual * _MAX_FACTOR
    )
    return Pace(*measures.tolist())


def calibrate_pauses(
    rows: Sequence[SpokenRow], times: Sequence[Span], pauses: PauseSettings
) -> PauseSettings:
    """Return the pauses with the medians of a timed episode between rows, clauses and sentences.

    A kind of pause with fewer than three examples keeps its setting.
    """
    gaps: dict[str, list[int]] = {}
    for (row, time), (next_row, next_time) in pairwise(zip(rows, times, strict=True)):
        gaps.setdefault(boundary_kind(row.shown, next_row.shown), []).append(
            max(0, next_time.start - time.end)
        )
    median_pauses = {
        kind: min(_LONGEST_PAUSE_MS, ms_from_samples(median_low(gap_samples)))
        for kind, gap_samples in gaps.items()
        if len(gap_samples) >= _MIN_GAPS
    }
    return pauses.model_copy(update=median_pauses)


def _measure_shares(spoken: str) -> list[float]:
    """Return the amount of each measure in a row; its time is the sum of amount × measure."""
    names = [field.name for field in fields(Pace)]
    return [
        row_seconds(spoken, Pace(**{name: float(name == wanted) for name in names}))
        for wanted in names
    ]


def _fit_measures(shares: NDArray[np.float64], usual: NDArray[Any]) -> NDArray[np.float64]:
    """Return the measures for which every row's time, divided by its seconds, is nearest to 1."""
    import numpy as np

    prior_rows = np.diag(_PRIOR_WEIGHT / usual)
    weights = np.ones(len(shares))
    measures = usual
    for _ in range(_ITERATIONS):
        rows = np.vstack([shares * weights[:, None], prior_rows])
        targets = np.concatenate([weights, np.full(len(usual), _PRIOR_WEIGHT)])
        measures = np.linalg.lstsq(rows, targets, rcond=None)[0]
        errors = np.abs(shares @ measures - 1)
        # 1.4826 × the median deviation is the standard deviation of a normal error
        scale = max(1.4826 * float(np.median(errors)), 1e-6)
        weights = np.sqrt(np.minimum(1.0, _HUBER_THRESHOLD * scale / np.maximum(errors, 1e-9)))
    return measures
