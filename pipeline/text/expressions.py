"""Numbers as a Chinese presenter reads them where they stand."""

from __future__ import annotations

from pipeline.text.dates import DATES
from pipeline.text.figures import FIGURES
from pipeline.text.quantities import QUANTITIES
from pipeline.text.units import MARKS

Reading = tuple[int, str]
"""Where a stretch of text ends, and what is said for it."""

_EXPRESSIONS = (*DATES, *QUANTITIES, *FIGURES)
_STARTS = frozenset("0123456789-−") | {mark[0] for mark in MARKS}


def read_number(text: str, at: int) -> Reading | None:
    """Return the reading of the expression that begins at `at` (the first that fits, from particular to plain); None where none does."""
    if text[at] not in _STARTS:
        return None
    for pattern, read in _EXPRESSIONS:
        match = pattern.match(text, at)
        if match is not None:
            said = read(match)
            if said is not None:
                return match.end(), said
    return None
