"""What an engine says it spoke, matched with what it was asked to speak: a time for each character.

Engines leave out marks, cut words their own way, write a number as they read it, lose or join a word. Only characters are compared,
and a difference costs the characters it touches, never what comes after.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Span, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import SpokenRow
    from pipeline.speech.engines.base import WordBoundary


_SUBSTITUTION_COST, _SKIP_COST = 1.0, 0.75
"""Costs of taking one character for another and of leaving one out: two characters in the same place are rather taken for each other."""


@dataclass(frozen=True, slots=True)
class CharacterTime:
    """When a character is heard; `word` counts the engine's words, and `exact` tells whether the engine wrote the same character."""

    span: Span
    word_index: int
    is_exact: bool


def match_spoken_characters(
    text: str, word_boundaries: Sequence[WordBoundary]
) -> list[CharacterTime | None]:
    """Return a time for each character of `text`, in order; None for marks, spaces and what has no counterpart."""
    text_characters = [
        (index, plain) for index, char in enumerate(text) if (plain := _comparable_form(char))
    ]
    engine_characters = _character_spans(word_boundaries)
    times: list[CharacterTime | None] = [None] * len(text)
    for ours, theirs in _match_pairs(
        [plain for _, plain in text_characters], [plain for plain, _, _ in engine_characters]
    ):
        index, plain = text_characters[ours]
        other, span, word = engine_characters[theirs]
        times[index] = CharacterTime(span, word, is_exact=plain == other)
    return times


def is_spoken_character(char: str) -> bool:
    """Tell whether a character is spoken, as letters, digits and Han characters are and marks are not."""
    return bool(_comparable_form(char))


def _comparable_form(char: str) -> str:
    """Return the form in which characters are compared, empty for what is not spoken."""
    return unicodedata.normalize("NFKC", char).casefold()[:1] if char.isalnum() else ""


def _character_spans(word_boundaries: Sequence[WordBoundary]) -> list[tuple[str, Span, int]]:
    """Return the characters of the words, each with its share of the word's time."""
    characters = []
    for word, item in enumerate(word_boundaries):
        chars = [plain for char in item.text if (plain := _comparable_form(char))]
        for position, plain in enumerate(chars):
            start = item.span.start + item.span.length * position // len(chars)
            end = item.span.start + item.span.length * (position + 1) // len(chars)
            characters.append((plain, Span(start, end), word))
    return characters


def _match_pairs(text_characters: list[str], engine_characters: list[str]) -> list[tuple[int, int]]:
    """Return which of our characters is which of theirs, both rising: the cheapest edit (what is alike at the ends is quickly done)."""
    head = 0
    while (
        head < min(len(text_characters), len(engine_characters))
        and text_characters[head] == engine_characters[head]
    ):
        head += 1
    tail = 0
    while (
        tail < min(len(text_characters), len(engine_characters)) - head
        and text_characters[-1 - tail] == engine_characters[-1 - tail]
    ):
        tail += 1
    inner = _cheapest_alignment(
        text_characters[head : len(text_characters) - tail],
        engine_characters[head : len(engine_characters) - tail],
    )
    return [
        *((index, index) for index in range(head)),
        *((head + left, head + right) for left, right in inner),
        *(
            (len(text_characters) - tail + index, len(engine_characters) - tail + index)
            for index in range(tail)
        ),
    ]


def _cheapest_alignment(
    text_characters: list[str], engine_characters: list[str]
) -> list[tuple[int, int]]:
    if not text_characters or not engine_characters:
        return []
    costs = [[_SKIP_COST * column for column in range(len(engine_characters) + 1)]]
    for row, left in enumerate(text_characters, 1):
        above, line = costs[-1], [_SKIP_COST * row]
        for column, right in enumerate(engine_characters, 1):
            diagonal = above[column - 1] + (0.0 if left == right else _SUBSTITUTION_COST)
            line.append(min(diagonal, above[column] + _SKIP_COST, line[-1] + _SKIP_COST))
        costs.append(line)
    pairs = []
    row, column = len(text_characters), len(engine_characters)
    while row and column:
        here = costs[row][column]
        if here == costs[row - 1][column - 1] + (
            0.0 if text_characters[row - 1] == engine_characters[column - 1] else _SUBSTITUTION_COST
        ):
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif here == costs[row - 1][column] + _SKIP_COST:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]


def shown_words_in_row(
    row: SpokenRow, times: Sequence[CharacterTime | None], within: Span
) -> tuple[Word, ...]:
    """Return the words of a row's shown text in time order, each inside `within`.

    `chars` are the times of the characters of the spoken text without the spaces around it. Where a token is spoken as it is written
    the engine's words cut it; where it is spoken otherwise (20% as 百分之二十) the token is one word.
    """
    leading_spaces = len(row.spoken) - len(row.spoken.lstrip())
    word_ranges: list[tuple[int, int, int, int]] = []
    for token in row.tokens:
        spoken_as_written = (
            row.shown[token.shown_start : token.shown_end]
            == row.spoken[token.spoken_start : token.spoken_end]
        )
        last_word = None
        for position in range(token.spoken_start, token.spoken_end):
            index = position - leading_spaces
            time = times[index] if 0 <= index < len(times) else None
            if time is None:
                continue
            shown = token.shown_start + position - token.spoken_start
            first, last = (
                (shown, shown + 1) if spoken_as_written else (token.shown_start, token.shown_end)
            )
            if (
                word_ranges
                and last_word is not None
                and (time.word_index == last_word or not spoken_as_written)
            ):
                word_ranges[-1] = (
                    word_ranges[-1][0],
                    max(word_ranges[-1][1], last),
                    word_ranges[-1][2],
                    time.span.end,
                )
            else:
                word_ranges.append((first, last, time.span.start, time.span.end))
            last_word = time.word_index
    return _clip_in_order(word_ranges, within)


def _clip_in_order(
    word_ranges: Sequence[tuple[int, int, int, int]], within: Span
) -> tuple[Word, ...]:
    words = []
    previous_end = within.start
    for first, last, begins, ends in word_ranges:
        start = min(max(begins, previous_end), within.end)
        end = min(max(ends, start), within.end)
        if end > start and last > first:
            words.append(Word(first, last, Span(start, end)))
            previous_end = end
    return tuple(words)
