"""The row at which a translation and its transcript diverge, when one of them has too many rows.

Sentences that translate each other have lengths in a steady proportion (Gale & Church 1993, "A
Program for Aligning Sentences in Bilingual Corpora"), and in talks they share names and figures. As
many rows as the counts differ by are left without a partner; dynamic programming finds the rows for
which that costs least.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_UNPAIRED = 60
_MAX_ROWS = 5_000
_LATIN_WORD_OR_NUMBER = re.compile(r"[A-Za-z]{2,}|\d+")
_NON_LATIN = re.compile("[\u0370-\u1dff\u2e80-\ufaff\U00020000-\U000323af]")
_VARIANCE = 6.8  # Gale & Church's s², of the difference in characters for each character
# a name or figure that only one side has costs as much as two standard deviations of length
_UNSHARED_NAME_COST = 4.0
_SHARED_NAME_COST = -3.0


@dataclass(frozen=True, slots=True)
class RowMismatch:
    """The first row without a partner.

    `longer_index` is its index (from 0) in the longer text, `shorter_index` that of the row in the
    shorter text that it comes before.
    """

    longer_index: int
    shorter_index: int


def find_row_mismatch(longer: Sequence[str], shorter: Sequence[str]) -> RowMismatch | None:
    """Return the first unpaired row of the longer text; None if the texts differ too much."""
    surplus = len(longer) - len(shorter)
    if not 0 < surplus <= MAX_UNPAIRED or len(longer) > _MAX_ROWS or not shorter:
        return None
    ratio = (
        max(1, sum(map(len, longer))) / max(1, sum(map(len, shorter))) * len(shorter) / len(longer)
    )
    # best[k]: the least cost of the rows of `longer` read so far when k of them are unpaired
    best = [0.0] + [float("inf")] * surplus
    skips: list[list[bool]] = []
    for index, text in enumerate(longer):
        after = [float("inf")] * (surplus + 1)
        skipped = [False] * (surplus + 1)
        for k in range(max(0, index + 1 - len(shorter)), min(surplus, index + 1) + 1):
            pair = index - k
            paired = (
                best[k] + _pairing_cost(text, shorter[pair], ratio)
                if 0 <= pair < len(shorter)
                else float("inf")
            )
            unpaired = (
                best[k - 1] + _unpaired_cost(text, longer[index - 1] if index else "")
                if k
                else float("inf")
            )
            after[k], skipped[k] = min((paired, False), (unpaired, True))
        best = after
        skips.append(skipped)
    return _first_unpaired_row(skips, surplus)


def _first_unpaired_row(skips: list[list[bool]], surplus: int) -> RowMismatch:
    mismatch = RowMismatch(0, 0)
    k = surplus
    for index in range(len(skips) - 1, -1, -1):
        if skips[index][k]:
            k -= 1
            mismatch = RowMismatch(index, index - k)
    return mismatch


def _unpaired_cost(text: str, previous_text: str) -> float:
    """Return the cost of leaving a row unpaired: more for a long row, 0 for a repeated one."""
    return 0.0 if text == previous_text else 1.0 + min(len(text), 40) / 20


def _pairing_cost(text: str, other_text: str, ratio: float) -> float:
    """Return the cost of pairing two rows: high if they are unlikely to translate each other."""
    if not text or not other_text:
        return 0.0
    expected = len(other_text) * ratio
    mean = (len(text) + expected) / 2
    cost = min(9.0, (len(text) - expected) ** 2 / (mean * _VARIANCE))
    names, other_names = _shared_names(text), _shared_names(other_text)
    if names & _lowercase_words(other_text) or other_names & _lowercase_words(text):
        return cost + _SHARED_NAME_COST
    # in Latin script a name may be spelled differently; a Latin name in Chinese text is kept
    return (
        cost + _UNSHARED_NAME_COST
        if (names and not _is_latin(text)) or (other_names and not _is_latin(other_text))
        else cost
    )


def _lowercase_words(text: str) -> frozenset[str]:
    return frozenset(map(str.lower, _LATIN_WORD_OR_NUMBER.findall(text)))


def _shared_names(text: str) -> frozenset[str]:
    """Return the tokens that a translation keeps, in lower case.

    These are figures and, in Latin text, words with a capital; in other scripts every Latin word.
    """
    tokens = _LATIN_WORD_OR_NUMBER.findall(text)
    return frozenset(word.lower() for word in tokens if not word.islower() or not _is_latin(text))


def _is_latin(text: str) -> bool:
    return not _NON_LATIN.search(text)
