"""Numbers as a Chinese presenter reads them where they stand."""

from __future__ import annotations

from pipeline.text.normalization.arithmetic import ARITHMETIC_EXPRESSIONS
from pipeline.text.normalization.compound_quantities import COMPOUND_QUANTITY_EXPRESSIONS
from pipeline.text.normalization.dates import DATE_EXPRESSIONS
from pipeline.text.normalization.festivals import FESTIVAL_EXPRESSIONS
from pipeline.text.normalization.measures import MEASURE_EXPRESSIONS
from pipeline.text.normalization.named_numbers import NAMED_NUMBER_EXPRESSIONS
from pipeline.text.normalization.numerals import NUMERAL_EXPRESSIONS
from pipeline.text.normalization.telephones import TELEPHONE_EXPRESSIONS
from pipeline.text.normalization.units import CURRENCY_SIGNS

SpokenMatch = tuple[int, str]
"""Where a part of a text ends, and what is said for it."""

_NUMBER_EXPRESSIONS = (
    *ARITHMETIC_EXPRESSIONS[:4],
    *FESTIVAL_EXPRESSIONS,
    *DATE_EXPRESSIONS,
    *NAMED_NUMBER_EXPRESSIONS,
    *COMPOUND_QUANTITY_EXPRESSIONS,
    *MEASURE_EXPRESSIONS,
    *TELEPHONE_EXPRESSIONS,
    *ARITHMETIC_EXPRESSIONS[4:],
    *NUMERAL_EXPRESSIONS,
)
_FIRST_CHARACTERS = frozenset("0123456789-−+") | {mark[0] for mark in CURRENCY_SIGNS}


def read_number(text: str, start: int) -> SpokenMatch | None:
    """Return the end and the reading of the expression that begins at `start`, or None.

    The first one that fits wins; they are tried from the most to the least specific.
    """
    if text[start] not in _FIRST_CHARACTERS:
        return None
    for pattern, reader in _NUMBER_EXPRESSIONS:
        match = pattern.match(text, start)
        if match is not None:
            spoken = reader(match)
            if spoken is not None:
                return match.end(), spoken
    return None
