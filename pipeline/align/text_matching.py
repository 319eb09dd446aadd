"""Matches two texts of the same talk character by character; a difference stays local.

Runs of characters that both texts have exactly once are anchors, as in patience diff, so that hours
of text are matched in a second. The text between two anchors is short and is compared in full.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ANCHOR_LENGTH = 6  # characters: two Chinese words and a particle, rarely repeated within minutes
_MAX_COMPARED_PAIRS = 4_000_000  # pairs of characters between two anchors: about a second


def comparison_form(character: str) -> str:
    """Return the form in which a character is compared, "" if it is not spoken."""
    return unicodedata.normalize("NFKC", character).casefold()[:1] if character.isalnum() else ""


def match_characters(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs (our index, their index) of matching characters, rising on both sides.

    Both texts are sequences of comparison forms.
    """
    matched: list[tuple[int, int]] = []
    start_ours = start_theirs = 0
    for anchor_ours, anchor_theirs in [*_find_anchors(ours, theirs), (len(ours), len(theirs))]:
        if anchor_ours < start_ours or anchor_theirs < start_theirs:
            continue  # inside the previous anchor's run
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
    """Return the positions of runs that both texts have once, in the same order."""
    mine, other = _unique_runs(ours), _unique_runs(theirs)
    common = [(position, other[run]) for run, position in mine.items() if run in other]
    return _longest_rising(common)


def _unique_runs(text: Sequence[str]) -> dict[tuple[str, ...], int]:
    last = len(text) - _ANCHOR_LENGTH
    runs = [tuple(text[first : first + _ANCHOR_LENGTH]) for first in range(last + 1)]
    counts = Counter(runs)
    return {run: first for first, run in enumerate(runs) if counts[run] == 1}


def _longest_rising(pairs_by_left: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence of pairs (rising on the left) that rises on the right too."""
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(pairs_by_left)
    for index, (_, right) in enumerate(pairs_by_left):
        length = bisect_left(tails, right)
        before[index] = ends[length - 1] if length else -1
        if length == len(tails):
            tails.append(right)
            ends.append(index)
        else:
            tails[length], ends[length] = right, index
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
    """Yield pairs between two anchors: equal characters, and replacements of the same length."""
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
