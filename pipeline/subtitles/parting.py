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

MOST_ALONE = 60
_LONGEST = 5_000
_WORD = re.compile(r"[A-Za-z]{2,}|\d+")
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2e80-\ufaff\U00020000-\U000323af]")
_VARIANCE = 6.8  # Gale & Church's s², of the difference in characters for each character
_STRANGERS = 4.0  # a name or figure that only one side has weighs as much as two standard deviations of length
_FRIENDS = -3.0


@dataclass(frozen=True, slots=True)
class Parting:
    """The first row without a partner: its index (from 0) in the longer text, and the index it comes before in the shorter one."""

    longer: int
    shorter: int


def parting(longer: Sequence[str], shorter: Sequence[str]) -> Parting | None:
    """Return the first row of the longer text that has no partner; None where the texts differ too much to tell."""
    alone = len(longer) - len(shorter)
    if not 0 < alone <= MOST_ALONE or len(longer) > _LONGEST or not shorter:
        return None
    ratio = max(1, sum(map(len, longer))) / max(1, sum(map(len, shorter))) * len(shorter) / len(longer)
    # best[k]: the cost of pairing what has been read of `longer` when k of its rows stand alone
    best = [0.0] + [float("inf")] * alone
    came: list[list[bool]] = []
    for index, text in enumerate(longer):
        after = [float("inf")] * (alone + 1)
        skipped = [False] * (alone + 1)
        for k in range(max(0, index + 1 - len(shorter)), min(alone, index + 1) + 1):
            pair = index - k
            paired = best[k] + _distance(text, shorter[pair], ratio) if 0 <= pair < len(shorter) else float("inf")
            left = best[k - 1] + _alone(text, longer[index - 1] if index else "") if k else float("inf")
            after[k], skipped[k] = min((paired, False), (left, True))
        best = after
        came.append(skipped)
    return _first_skipped(came, alone)


def _first_skipped(came: list[list[bool]], alone: int) -> Parting:
    first = Parting(0, 0)
    k = alone
    for index in range(len(came) - 1, -1, -1):
        if came[index][k]:
            k -= 1
            first = Parting(index, index - k)
    return first


def _alone(text: str, before: str) -> float:
    """Return what it costs to leave a row alone: more the more it says, and little where it says again what the row before does."""
    return 0.0 if text == before else 1.0 + min(len(text), 40) / 20


def _distance(one: str, other: str, ratio: float) -> float:
    """Return how unlikely it is that two rows translate each other."""
    if not one or not other:
        return 0.0
    expected = len(other) * ratio
    mean = (len(one) + expected) / 2
    cost = min(9.0, (len(one) - expected) ** 2 / (mean * _VARIANCE))
    here, there = _names(one), _names(other)
    if here & _words(other) or there & _words(one):
        return cost + _FRIENDS
    # in Latin script every name may be spelled anew; a Latin name in Chinese is there in the translation
    return cost + _STRANGERS if (here and not _is_latin(one)) or (there and not _is_latin(other)) else cost


def _words(text: str) -> frozenset[str]:
    return frozenset(map(str.lower, _WORD.findall(text)))


def _names(text: str) -> frozenset[str]:
    """Return what a translation would keep: figures, and in Latin text what has a capital, in other scripts every Latin word."""
    found = _WORD.findall(text)
    return frozenset(word.lower() for word in found if not word.islower() or not _is_latin(text))


def _is_latin(text: str) -> bool:
    return not _OTHER_SCRIPT.search(text)
