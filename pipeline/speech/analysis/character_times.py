"""Match the words an engine reports with the text it was given: a time for each character.

Engines leave out punctuation, split words in their own way, write a number as they read it, and
lose or join words. Only characters are compared, so a difference affects the characters it touches
and nothing after them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Span, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import SpokenRow

_SUBSTITUTION_COST, _SKIP_COST = 1.0, 0.75
"""Edit costs of replacing a character and of skipping one.

One substitution is cheaper than two skips: two characters in the same place are matched.
"""


@dataclass(frozen=True, slots=True)
class WordBoundary:
    """A stretch of the text and when it is heard, in samples at 48 kHz from the result's start."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class CharacterTime:
    """When a character is heard, in samples at 48 kHz.

    `word_index` counts the engine's words; `is_exact` says whether the engine wrote the same
    character.
    """

    span: Span
    word_index: int
    is_exact: bool


def match_spoken_characters(
    text: str, word_boundaries: Sequence[WordBoundary]
) -> list[CharacterTime | None]:
    """Return a time for each character of `text`, in order.

    Punctuation, spaces and characters without a counterpart have None.
    """
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
    """Return True for characters that are spoken: letters, digits and Han, not punctuation."""
    return bool(_comparable_form(char))


def _comparable_form(char: str) -> str:
    """Return the form in which characters are compared; "" if the character is not spoken."""
    return unicodedata.normalize("NFKC", char).casefold()[:1] if char.isalnum() else ""


def _character_spans(word_boundaries: Sequence[WordBoundary]) -> list[tuple[str, Span, int]]:
    """Return (character, span, word index) for all words, the word's time split evenly."""
    characters = []
    for word, item in enumerate(word_boundaries):
        chars = [plain for char in item.text if (plain := _comparable_form(char))]
        for position, plain in enumerate(chars):
            start = item.span.start + item.span.length * position // len(chars)
            end = item.span.start + item.span.length * (position + 1) // len(chars)
            characters.append((plain, Span(start, end), word))
    return characters


def _match_pairs(text_characters: list[str], engine_characters: list[str]) -> list[tuple[int, int]]:
    """Return pairs of indexes (text, engine) of the cheapest edit, both rising.

    The equal characters at both ends are paired first, which keeps the quadratic part small.
    """
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
    """Return the words of a row's shown text in time order, each inside `within` (samples).

    `times` belong to the characters of the spoken text without the spaces around it. A token that
    is spoken as written is split at the engine's words; one that is spoken in another form (20% as
    百分之二十) is one word.
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
