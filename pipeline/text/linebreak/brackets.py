"""Text in brackets or quotation marks, straight quotation marks included."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BRACKET_PAIRS = {
    "《": "》",
    "“": "”",
    "「": "」",
    "『": "』",
    "（": "）",
    "【": "】",
    "〈": "〉",
    "(": ")",
    "[": "]",
    "‘": "’",
}
"""Opening marks and their partners."""

_MULTI_ROW_OPENERS = frozenset("《“「『（【")
_MULTI_ROW_CLOSERS = frozenset(BRACKET_PAIRS[char] for char in _MULTI_ROW_OPENERS)
_FITTING_PENALTY, _LONG_PENALTY = 70, 12


def bracket_penalties(text: str, fits_line: Callable[[int, int], bool]) -> list[int]:
    """Return for each character the points of a break before it inside brackets.

    The points are many if the bracketed text would fit one line.
    """
    steps = [0] * (len(text) + 1)
    for start, end in _bracketed_spans(text):
        penalty = _FITTING_PENALTY if fits_line(start, end) else _LONG_PENALTY
        steps[start + 1] += penalty
        steps[end] -= penalty
    return list(accumulate(steps))


def opening_quotes(text: str) -> frozenset[int]:
    """Return the indexes of straight quotation marks that open: every second, from the first."""
    return frozenset(_straight_quotes(text)[::2])


def _straight_quotes(text: str) -> list[int]:
    return [index for index, char in enumerate(text) if char == '"']


def _bracketed_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bracketed ranges; a title or a quotation may begin or end in another row."""
    open_positions: list[int] = []
    expected_closers: Counter[str] = Counter()
    for index, char in enumerate(text):
        if char in BRACKET_PAIRS:
            open_positions.append(index)
            expected_closers[BRACKET_PAIRS[char]] += 1
        elif expected_closers[char]:
            while True:
                opener = open_positions.pop()
                expected_closers[BRACKET_PAIRS[text[opener]]] -= 1
                if BRACKET_PAIRS[text[opener]] == char:
                    break
            yield opener, index + 1
        elif char in _MULTI_ROW_CLOSERS:
            yield 0, index + 1
    yield from ((index, len(text)) for index in open_positions if text[index] in _MULTI_ROW_OPENERS)
    quotes = _straight_quotes(text)
    yield from ((first, last + 1) for first, last in zip(quotes[::2], quotes[1::2], strict=False))
