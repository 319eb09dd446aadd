"""What an engine says it spoke, matched with what it was asked to speak: a time for each character.

Engines leave out marks, cut words their own way, write a number as they read it, lose or join a word. Only characters are compared,
and a difference costs the characters it touches, never what comes after.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.speech.engine import Heard

_SUBSTITUTE, _SKIP = 1.0, 0.75
"""Costs of taking one character for another and of leaving one out: two characters in the same place are rather taken for each other."""


@dataclass(frozen=True, slots=True)
class CharTime:
    """When a character is heard; `word` counts the engine's words, and `exact` tells whether the engine wrote the same character."""

    span: Span
    word: int
    exact: bool


def char_times(text: str, heard: Sequence[Heard]) -> list[CharTime | None]:
    """Return a time for each character of `text`, in order; None for marks, spaces and what has no counterpart."""
    wanted = [(index, plain) for index, char in enumerate(text) if (plain := _plain(char))]
    spoken = _spread(heard)
    times: list[CharTime | None] = [None] * len(text)
    for ours, theirs in _pairs([plain for _, plain in wanted], [plain for plain, _, _ in spoken]):
        index, plain = wanted[ours]
        other, span, word = spoken[theirs]
        times[index] = CharTime(span, word, exact=plain == other)
    return times


def says_something(char: str) -> bool:
    """Tell whether a character is spoken, as letters, digits and Han characters are and marks are not."""
    return bool(_plain(char))


def _plain(char: str) -> str:
    """Return the form in which characters are compared, empty for what is not spoken."""
    return unicodedata.normalize("NFKC", char).casefold()[:1] if char.isalnum() else ""


def _spread(heard: Sequence[Heard]) -> list[tuple[str, Span, int]]:
    """Return the characters of the words, each with its share of the word's time."""
    spread = []
    for word, item in enumerate(heard):
        chars = [plain for char in item.text if (plain := _plain(char))]
        for place, plain in enumerate(chars):
            start = item.span.start + item.span.length * place // len(chars)
            end = item.span.start + item.span.length * (place + 1) // len(chars)
            spread.append((plain, Span(start, end), word))
    return spread


def _pairs(ours: list[str], theirs: list[str]) -> list[tuple[int, int]]:
    """Return which of our characters is which of theirs, both rising: the cheapest edit (what is alike at the ends is quickly done)."""
    head = 0
    while head < min(len(ours), len(theirs)) and ours[head] == theirs[head]:
        head += 1
    tail = 0
    while tail < min(len(ours), len(theirs)) - head and ours[-1 - tail] == theirs[-1 - tail]:
        tail += 1
    inner = _cheapest(ours[head : len(ours) - tail], theirs[head : len(theirs) - tail])
    return [
        *((index, index) for index in range(head)),
        *((head + left, head + right) for left, right in inner),
        *((len(ours) - tail + index, len(theirs) - tail + index) for index in range(tail)),
    ]


def _cheapest(ours: list[str], theirs: list[str]) -> list[tuple[int, int]]:
    if not ours or not theirs:
        return []
    costs = [[_SKIP * column for column in range(len(theirs) + 1)]]
    for row, left in enumerate(ours, 1):
        above, line = costs[-1], [_SKIP * row]
        for column, right in enumerate(theirs, 1):
            diagonal = above[column - 1] + (0.0 if left == right else _SUBSTITUTE)
            line.append(min(diagonal, above[column] + _SKIP, line[-1] + _SKIP))
        costs.append(line)
    pairs = []
    row, column = len(ours), len(theirs)
    while row and column:
        here = costs[row][column]
        if here == costs[row - 1][column - 1] + (0.0 if ours[row - 1] == theirs[column - 1] else _SUBSTITUTE):
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif here == costs[row - 1][column] + _SKIP:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]
