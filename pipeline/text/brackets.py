"""What stands in brackets or quotation marks in a row, straight quotation marks included."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAIRS = {"《": "》", "“": "”", "「": "」", "『": "』", "（": "）", "【": "】", "〈": "〉", "(": ")", "[": "]", "‘": "’"}
"""Opening marks and their partners."""

_LONG = frozenset("《“「『（【")
_LONG_CLOSERS = frozenset(PAIRS[char] for char in _LONG)
_SHORT_POINTS, _LONG_POINTS = 30, 6


def bracket_points(text: str, fits: Callable[[int, int], bool]) -> list[int]:
    """Return for each character the points of a break before it for lying in brackets: many where they would fit one line whole."""
    steps = [0] * (len(text) + 1)
    for first, last in _bracketed(text):
        points = _SHORT_POINTS if fits(first, last) else _LONG_POINTS
        steps[first + 1] += points
        steps[last] -= points
    return list(accumulate(steps))


def opening_quotes(text: str) -> frozenset[int]:
    """Return where straight quotation marks open: every other one does."""
    return frozenset(_straight(text)[::2])


def _straight(text: str) -> list[int]:
    return [index for index, char in enumerate(text) if char == '"']


def _bracketed(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges in brackets; a title or a quotation may begin or end in another row."""
    open_at: list[int] = []
    waiting: Counter[str] = Counter()
    for index, char in enumerate(text):
        if char in PAIRS:
            open_at.append(index)
            waiting[PAIRS[char]] += 1
        elif waiting[char]:
            while True:
                first = open_at.pop()
                waiting[PAIRS[text[first]]] -= 1
                if PAIRS[text[first]] == char:
                    break
            yield first, index + 1
        elif char in _LONG_CLOSERS:
            yield 0, index + 1
    yield from ((index, len(text)) for index in open_at if text[index] in _LONG)
    straight = _straight(text)
    yield from ((first, last + 1) for first, last in zip(straight[::2], straight[1::2], strict=False))
