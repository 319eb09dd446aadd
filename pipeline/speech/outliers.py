"""Rows that took far less time than their syllables need, against all the others of the same voice: something was left out."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, TypeVar

from pipeline.text.syllables import syllables
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import SpokenRow
    from pipeline.speech.records import Cut

_SYLLABLE, _ROW = samples_from_ms(205), samples_from_ms(109)
"""The duration model of FACTS: 0.205 s a syllable and 0.109 s a row (5.7 % error on a narrator)."""

_FEWEST = 8
"""Rows a voice must have for its pace to be known."""

_TOO_SHORT = 0.55
"""Of the usual pace: the model's errors reach ±30 % on short rows, a lost clause is half of a row or more."""

Key = TypeVar("Key")


def suspects(pieces: Mapping[Key, tuple[Sequence[SpokenRow], str, Cut]]) -> list[Key]:
    """Return the pieces (rows, voice, what they became) in which a row is too short for its text."""
    paces: dict[str, list[tuple[Key, float]]] = {}
    for key, (rows, voice, cut) in pieces.items():
        for row, time in zip(rows, cut.rows, strict=True):
            expected = _SYLLABLE * syllables(row.spoken) + _ROW
            paces.setdefault(voice, []).append((key, time.span.length / expected))
    found: dict[Key, None] = {}
    for rates in paces.values():
        if len(rates) >= _FEWEST:
            usual = statistics.median(rate for _, rate in rates)
            found |= {key: None for key, rate in rates if rate < _TOO_SHORT * usual}
    return list(found)
