"""From what was heard to what is told: times for rows that were not heard, retakes and ad-libs found, every doubt flagged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.confidence import UNSURE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.align.reading import RowHeard, Stray
    from pipeline.align.result import Reason
    from pipeline.align.retakes import Retake

_DOUBTED = 0.45  # the most a row is trusted beside which something else was said
_READ_DIFFERENTLY = 0.2
_SHORTEST, _LONGEST = 0.4, 2.5  # times the expected length speech may have that stands where rows were not recognised


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row (counted from 0) to look at, why, and the speech (start, end) in seconds that is not its own."""

    row: int
    reason: Reason
    stretch: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Rows as heard (None: not heard), where rows not heard are put (seconds, may be empty), the most each is to be trusted, and doubts."""

    heard: tuple[RowHeard | None, ...]
    put: dict[int, tuple[float, float]]
    trust: dict[int, float]
    doubts: tuple[Doubt, ...]


def judged(
    heard: Sequence[RowHeard | None],
    strays: Sequence[Stray],
    expected: Sequence[float],
    said: Sequence[bool],
    find_retake: Callable[[Stray, Sequence[float], float], Retake | None],
) -> Verdict:
    """Return what to tell of rows; `expected` lengths are at a usual pace, `said` is False for rows with nothing to say."""
    usual_fit = float(np.median([row.fit for row in heard if row]))
    pace = float(np.median([(row.end - row.start) / length for row, length in zip(heard, expected, strict=True) if row]))
    lengths = [length * pace for length in expected]
    rows = list(heard)
    doubts: list[Doubt] = []
    left: list[Stray] = []
    for stray in strays:
        again = find_retake(stray, lengths, usual_fit)
        if again is None:
            left.append(stray)
            continue
        stretch = (stray.start, stray.end)
        again_before = again.rows[: max(0, min(again.last, stray.gap) - again.first)]
        earlier, later = rows[again.first], rows[stray.gap - 1]
        if again.last >= stray.gap and again_before and all(again_before) and earlier and later:
            # the last whole reading is the one meant: the earlier one becomes what is said too much
            stretch = (earlier.start, later.end)
            rows[again.first : stray.gap] = again_before
        doubts += [Doubt(row, "repeated", stretch) for row in range(again.first, again.last)]
    put, taken = _placed(rows, left, lengths, said)
    doubts += [Doubt(row, "unsure" if row in taken else "skipped" if said[row] else "silent") for row in put]
    for stray in left:
        if not any(start <= stray.start and stray.end <= end for start, end in taken.values()):
            doubts.append(Doubt(max(0, stray.gap - 1), "ad-lib", (stray.start, stray.end)))
    trust = {doubt.row: _DOUBTED for doubt in doubts}
    trust |= {row: _READ_DIFFERENTLY if row in taken else 0.0 for row in put}
    return Verdict(tuple(rows), put, trust, tuple(sorted(doubts, key=lambda doubt: (doubt.row, doubt.reason))))


def _placed(
    rows: Sequence[RowHeard | None], strays: Sequence[Stray], lengths: Sequence[float], said: Sequence[bool]
) -> tuple[dict[int, tuple[float, float]], dict[int, tuple[float, float]]]:
    """Return where rows that were not heard are put, and for those set on unknown speech the stretch of it."""
    put: dict[int, tuple[float, float]] = {}
    taken: dict[int, tuple[float, float]] = {}
    first = 0
    while first < len(rows):
        if rows[first] is not None:
            first += 1
            continue
        last = first
        while last < len(rows) and rows[last] is None:
            last += 1
        near = [stray for stray in strays if first <= stray.gap <= last]
        spoken = [row for row in range(first, last) if said[row]]
        before = rows[first - 1] if first else None
        at = before.end if before else 0.0
        due = sum(lengths[row] for row in spoken)
        if near and spoken and _SHORTEST <= sum(stray.end - stray.start for stray in near) / due <= _LONGEST:
            at, end = near[0].start, near[-1].end
            scale = (end - at) / due
            for row in range(first, last):
                until = at + (lengths[row] * scale if said[row] else 0.0)
                put[row] = (at, until)
                if said[row]:
                    taken[row] = (near[0].start, near[-1].end)
                at = until
        else:
            put |= dict.fromkeys(range(first, last), (at, at))
        first = last
    return put, taken


def trusted(confidences: Sequence[float], verdict: Verdict) -> tuple[list[float], tuple[Doubt, ...]]:
    """Return confidences held down where there are doubts, and the doubts with the rows that are unsure for their fit alone."""
    held = [min(value, verdict.trust.get(row, 1.0)) for row, value in enumerate(confidences)]
    named = {doubt.row for doubt in verdict.doubts}
    more = [Doubt(row, "unsure") for row, value in enumerate(held) if value < UNSURE and row not in named]
    return held, tuple(sorted([*verdict.doubts, *more], key=lambda doubt: (doubt.row, doubt.reason)))
