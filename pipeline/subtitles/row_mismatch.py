"""Where a translation and its transcript part ways, when one of them has rows too many.

Sentences that translate each other have lengths in a steady proportion (Gale & Church 1993, "A Program for Aligning Sentences in
Bilingual Corpora"), and in talks they share names and figures. As many rows as the counts differ by are left without a partner;
dynamic programming finds the places at which that fits best.
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
_UNSHARED_NAME_COST = 4.0  # a name or figure that only one side has weighs as much as two standard deviations of length
_SHARED_NAME_COST = -3.0


@dataclass(frozen=True, slots=True)
class RowMismatch:
    """The first row without a partner: its index (from 0) in the longer text, and the index it comes before in the shorter one."""

    longer_index: int
    shorter_index: int


def find_row_mismatch(longer: Sequence[str], shorter: Sequence[str]) -> RowMismatch | None:
    """Return the first row of the longer text that has no partner; None where the texts differ too much to tell."""
    surplus = len(longer) - len(shorter)
    if not 0 < surplus <= MAX_UNPAIRED or len(longer) > _MAX_ROWS or not shorter:
        return None
    ratio = (
        max(1, sum(map(len, longer))) / max(1, sum(map(len, shorter))) * len(shorter) / len(longer)
    )
    # best[k]: the cost of pairing what has been read of `longer` when k of its rows stand alone
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
    """Return what it costs to leave a row alone: more the more it says, and little where it says again what the row before does."""
    return 0.0 if text == previous_text else 1.0 + min(len(text), 40) / 20


def _pairing_cost(text: str, other_text: str, ratio: float) -> float:
    """Return how unlikely it is that two rows translate each other."""
    if not text or not other_text:
        return 0.0
    expected = len(other_text) * ratio
    mean = (len(text) + expected) / 2
    cost = min(9.0, (len(text) - expected) ** 2 / (mean * _VARIANCE))
    names, other_names = _shared_names(text), _shared_names(other_text)
    if names & _lowercase_words(other_text) or other_names & _lowercase_words(text):
        return cost + _SHARED_NAME_COST
    # in Latin script every name may be spelled anew; a Latin name in Chinese is there in the translation
    return (
        cost + _UNSHARED_NAME_COST
        if (names and not _is_latin(text)) or (other_names and not _is_latin(other_text))
        else cost
    )


def _lowercase_words(text: str) -> frozenset[str]:
    return frozenset(map(str.lower, _LATIN_WORD_OR_NUMBER.findall(text)))


def _shared_names(text: str) -> frozenset[str]:
    """Return what a translation would keep: figures, and in Latin text what has a capital, in other scripts every Latin word."""
    tokens = _LATIN_WORD_OR_NUMBER.findall(text)
    return frozenset(word.lower() for word in tokens if not word.islower() or not _is_latin(text))


def _is_latin(text: str) -> bool:
    return not _NON_LATIN.search(text)
