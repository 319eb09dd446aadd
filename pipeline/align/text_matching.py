"""Two texts of the same talk, character by character: what one lacks, adds or writes otherwise touches its own place and no other.

Rare runs of characters that both texts have once are anchors (as in patience diff), so that a talk of hours is matched in a second; what
lies between two anchors is short and is compared in full.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ANCHOR_LENGTH = (
    6  # characters: two words of Chinese and a particle, rarely said twice in a row of minutes
)

_MAX_COMPARED_PAIRS = (
    4_000_000  # pairs of characters at most compared in full between two anchors (a second)
)


def comparison_form(character: str) -> str:
    """Return the form in which a character is compared, empty for what is not spoken."""
    return unicodedata.normalize("NFKC", character).casefold()[:1] if character.isalnum() else ""


def match_characters(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Return which of our characters is which of theirs, both rising. Both are sequences of plain characters."""
    matched: list[tuple[int, int]] = []
    start_ours = start_theirs = 0
    for anchor_ours, anchor_theirs in [*_find_anchors(ours, theirs), (len(ours), len(theirs))]:
        if anchor_ours < start_ours or anchor_theirs < start_theirs:
            continue  # inside the run the anchor before began
        matched += _match_between_anchors(
            ours, theirs, (start_ours, anchor_ours), (start_theirs, anchor_theirs)
        )
        start_ours, start_theirs = anchor_ours, anchor_theirs
        while (
            start_ours < len(ours)
            and start_theirs < len(theirs)
            and ours[start_ours] == theirs[start_theirs]
        ):
            matched.append((start_ours, start_theirs))
            start_ours, start_theirs = start_ours + 1, start_theirs + 1
    return matched


def _find_anchors(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Return places of runs that either text has exactly once, as many as lie in the same order in both."""
    mine, other = _unique_runs(ours), _unique_runs(theirs)
    common = [(place, other[run]) for run, place in mine.items() if run in other]
    return _longest_rising(common)


def _unique_runs(text: Sequence[str]) -> dict[tuple[str, ...], int]:
    runs = [tuple(text[at : at + _ANCHOR_LENGTH]) for at in range(len(text) - _ANCHOR_LENGTH + 1)]
    counts = Counter(runs)
    return {run: at for at, run in enumerate(runs) if counts[run] == 1}


def _longest_rising(pairs_by_left: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of pairs (rising on the left) that rises on the right too."""
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(pairs_by_left)
    for index, (_, right) in enumerate(pairs_by_left):
        at = bisect_left(tails, right)
        before[index] = ends[at - 1] if at else -1
        if at == len(tails):
            tails.append(right)
            ends.append(index)
        else:
            tails[at], ends[at] = right, index
    rising_pairs = []
    index = ends[-1] if ends else -1
    while index >= 0:
        rising_pairs.append(pairs_by_left[index])
        index = before[index]
    return rising_pairs[::-1]


def _match_between_anchors(
    ours: Sequence[str],
    theirs: Sequence[str],
    our_range: tuple[int, int],
    their_range: tuple[int, int],
) -> Iterator[tuple[int, int]]:
    """Yield pairs between two anchors: what is alike, and what stands in the same place in an equal number."""
    left, right = ours[our_range[0] : our_range[1]], theirs[their_range[0] : their_range[1]]
    if not left or not right or len(left) * len(right) > _MAX_COMPARED_PAIRS:
        return
    for kind, first, last, from_theirs, to_theirs in SequenceMatcher(
        None, left, right, autojunk=False
    ).get_opcodes():
        if kind == "equal" or (kind == "replace" and last - first == to_theirs - from_theirs):
            yield from (
                (our_range[0] + first + step, their_range[0] + from_theirs + step)
                for step in range(last - first)
            )
