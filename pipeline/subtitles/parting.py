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
_SHARED = re.compile(r"[A-Za-z]{2,}|\d+")
_VARIANCE = 6.8  # Gale & Church's s², of the difference in characters for each character
_STRANGERS = 6.0  # a name or figure that only one side has weighs as much as 3.5 standard deviations of length
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
            left = best[k - 1] + _alone(text) if k else float("inf")
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


def _alone(text: str) -> float:
    """Return what it costs to leave a row alone: more the more it says, so that a short row goes before a long one."""
    return min(len(text), 40) / 20


def _distance(one: str, other: str, ratio: float) -> float:
    """Return how unlikely it is that two rows translate each other."""
    if not one or not other:
        return 0.0
    expected = len(other) * ratio
    mean = (len(one) + expected) / 2
    cost = min(9.0, (len(one) - expected) ** 2 / (mean * _VARIANCE))
    names, others = (frozenset(map(str.lower, _SHARED.findall(text))) for text in (one, other))
    if names and others:
        cost += _FRIENDS if names & others else _STRANGERS
    return cost
