"""The places where a line may end, and the points of each: 0 is best, about 12 is usual."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.text.graphemes import grapheme_spans
from pipeline.text.linebreak.brackets import BRACKET_PAIRS, bracket_penalties, opening_quotes
from pipeline.text.linebreak.japanese import (
    NEVER_BEGINS_LINE,
    begins_with_particle,
    is_japanese,
    phrase_break_penalty,
    phrase_spans,
)
from pipeline.text.linebreak.penalties_en import latin_break_penalty
from pipeline.text.linebreak.penalties_zh import (
    CLOSING_PUNCTUATION,
    FORBIDDEN_PENALTY,
    OPENING_PUNCTUATION,
    Neighbours,
    han_break_penalty,
    is_particle,
    is_postposition,
)
from pipeline.text.unicode_scripts import has_han

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.text.word_segmenter import Segmenter

INSIDE_WORD_PENALTY = 1_000
"""Points of a break inside a word; only a word wider than a line has such places."""

# All figures are points; they were tuned on the golden rows of the tests.
_SLASH_GAIN, _JOINT_GAIN = 600, 500  # how much better a break after / or - in a long word is
_CONTEXT_CHARACTERS = 16  # on each side of a place: the words that rules look at
_CLOSING_BRACKETS = frozenset(BRACKET_PAIRS.values())
_AFTER_SENTENCE, _AT_HAN_SPACE, _AFTER_COMMA, _AFTER_LIST_COMMA, _AFTER_OTHER_MARK = (
    -10,
    1,
    1,
    22,
    20,
)
_INSIDE_NAME, _INSIDE_TITLE, _BEFORE_LABEL = 110, 60, 90  # a label: the A of 任务 A
_INSIDE_PHRASE = 40  # added between the words of an English phrase in a Chinese row
_SPACE_GAIN = 5  # how much better a break is at a space between Chinese and Latin words
_BRACKET_GAIN = 7  # how much better a break is beside a bracket or a quotation mark
_BEFORE_PARENTHESIS = 40  # a parenthesis belongs to what stands before it
_STRADDLE_PENALTY, _LIKELY_STRADDLE_PENALTY = 9, 60
_COMMON_FREQUENCY = 60  # times in jieba's 60 million words
_JOINTS = frozenset("-/·._&?=#~")
_LATIN = re.compile(r"[^\W\d_]")


CLAUSE_END_POINTS = _AFTER_COMMA
"""A place of so many points, or fewer, is the end of a clause."""


class BreakOpportunity(NamedTuple):
    """A line may end before the character at `position`, for so many points."""

    position: int
    penalty: float


def break_opportunities(
    text: str, displayed: Sequence[str], fits_line: Callable[[int, int], bool], segmenter: Segmenter
) -> list[BreakOpportunity]:
    """Return the places where a line may end, in order.

    `displayed` has what is shown for each character; no line begins with one that is not shown.
    `fits_line(i, j)` says whether text[i:j] fits one line, in whatever unit the caller measures:
    a word that does not fit may be broken between its characters, and a break inside brackets
    that do fit costs more.
    """
    words, japanese = segmenter.words(text), is_japanese(text)
    row = _SegmentedRow(
        text,
        phrase_spans(text, words) if japanese else words,
        opening_quotes(text),
        segmenter,
        has_han(text) or japanese,
        japanese,
    )
    bracket_cost = bracket_penalties(text, fits_line)
    opportunities: list[BreakOpportunity] = []
    for index, (start, end) in enumerate(row.spans):
        if start and displayed[start].strip():
            penalty = _break_penalty(row, index)
            if (
                bracket_cost[start] and penalty == _INSIDE_NAME
            ):  # in a title every word may have a capital
                penalty = _INSIDE_TITLE
            opportunities.append(BreakOpportunity(start, penalty + bracket_cost[start]))
        if end - start > 1 and not fits_line(*_with_touching_marks(text, start, end)):
            opportunities.extend(_opportunities_inside_word(text, start, end))
    return opportunities


def permitted_opportunities(
    text: str, fits_line: Callable[[int, int], bool], segmenter: Segmenter
) -> tuple[BreakOpportunity, ...]:
    """Return the places of `break_opportunities` for text shown as it is, without forbidden ones.

    Places inside a word that is wider than a line stay.
    """
    return tuple(
        opportunity
        for opportunity in break_opportunities(text, text, fits_line, segmenter)
        if opportunity.penalty < FORBIDDEN_PENALTY or opportunity.penalty >= INSIDE_WORD_PENALTY / 2
    )


class _SegmentedRow(NamedTuple):
    """A row, its words as ranges of characters, and what is known about them."""

    text: str
    spans: Sequence[tuple[int, int]]
    opening_quotes_at: frozenset[int]
    segmenter: Segmenter
    has_cjk: bool
    is_japanese: bool

    def word(self, index: int) -> str:
        """Return the word at an index among the words; "" outside of the row."""
        return self.text[slice(*self.spans[index])] if 0 <= index < len(self.spans) else ""

    def content_around(self, before: int, index: int) -> tuple[int, int]:
        """Return the nearest words outward of two that are no brackets; the two where all are."""
        left, right = before, index
        while left > 0 and self.is_closing(left) and not self.word(left).isalnum():
            left -= 1
        while right + 1 < len(self.spans) and self.is_opening(right):
            right += 1
        return left, right

    def is_opening(self, index: int) -> bool:
        """Return whether a word is a bracket or quotation mark that opens."""
        return (
            self.word(index) in OPENING_PUNCTUATION
            or self.spans[index][0] in self.opening_quotes_at
        )

    def is_closing(self, index: int) -> bool:
        """Return whether a word is punctuation that no line begins with."""
        return self.word(index) in CLOSING_PUNCTUATION or (
            self.word(index) == '"' and self.spans[index][0] not in self.opening_quotes_at
        )


def _with_touching_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a word's range with the punctuation that must stay on the same line."""
    while start and text[start - 1] in OPENING_PUNCTUATION:
        start -= 1
    while end < len(text) and text[end] in CLOSING_PUNCTUATION:
        end += 1
    return start, end


def _opportunities_inside_word(text: str, start: int, end: int) -> Iterator[BreakOpportunity]:
    for offset, _ in grapheme_spans(text[start:end]):
        if offset:
            position = start + offset
            gain = (
                _JOINT_GAIN
                if text[position - 1] in _JOINTS and text[position] not in _JOINTS
                else 0
            )
            yield BreakOpportunity(
                position,
                INSIDE_WORD_PENALTY
                + (FORBIDDEN_PENALTY if text[position] in NEVER_BEGINS_LINE else 0)
                - (
                    _SLASH_GAIN
                    if gain and text[position - 1] == "/" != text[position - 2]
                    else gain
                ),
            )


def _break_penalty(row: _SegmentedRow, index: int) -> float:
    before = index - 1
    spaced = before > 0 and row.word(before).isspace()
    if spaced:
        before -= 1
    left, right = row.word(before), row.word(index)
    if row.is_closing(index) or row.is_opening(before) or is_particle(right):
        return FORBIDDEN_PENALTY
    if row.is_japanese and begins_with_particle(row.text, row.spans[index][0]):
        return FORBIDDEN_PENALTY
    penalty = _penalty_after_punctuation(left, spaced=spaced)
    if penalty is not None:
        return penalty + (_INSIDE_NAME if is_postposition(right) and left == "、" else 0)
    if row.is_japanese and not (left.isascii() and right.isascii()):
        return phrase_break_penalty(left) - (_SPACE_GAIN if spaced else 0)
    if spaced:
        return _penalty_at_space(row, before, index)
    return _BEFORE_PARENTHESIS if right in "（(" else _penalty_between_words(row, index)


def _penalty_after_punctuation(left: str, *, spaced: bool) -> float | None:
    """Return the points of a break after punctuation; None where `left` is no punctuation."""
    if len(left) > 1 or left.isalnum():
        return None
    if left in "。！？!?；;…":
        return _AFTER_SENTENCE
    if left in "，,：:—–":
        return _AFTER_COMMA
    if left == "、":
        return _AFTER_LIST_COMMA
    if spaced:
        return None if left in ".)]" else _AFTER_OTHER_MARK
    return None if left in '》”）」』】〉’."' else _AFTER_OTHER_MARK


def _penalty_at_space(row: _SegmentedRow, before: int, index: int) -> float:
    content = row.content_around(before, index)
    left, right = map(row.word, content)
    han = has_han(left), has_han(right)
    if all(han):
        return _AT_HAN_SPACE
    if any(han):
        if any(len(word) == 1 and word.isascii() and word.isalnum() for word in (left, right)):
            return _BEFORE_LABEL
        return _han_penalty(row, *content) - _SPACE_GAIN
    first_word = before
    while first_word and _is_punctuation(row.word(first_word)):
        first_word -= 1
    next_word = index
    while _is_punctuation(row.word(next_word)) and next_word + 1 < len(row.spans):
        next_word += 1
    earlier = row.text[row.spans[max(0, first_word - 4)][0] : row.spans[first_word][0]]
    penalty = latin_break_penalty(
        row.text[row.spans[first_word][0] : row.spans[before][1]], row.word(next_word), earlier
    )
    return penalty + (_INSIDE_PHRASE if row.has_cjk else 0)


def _han_penalty(row: _SegmentedRow, before: int, index: int) -> float:
    """Return the points of a break between the words `before` and `index`.

    What lies between them, a space or brackets, does not count.
    """
    end, start = row.spans[before][1], row.spans[index][0]
    text_before = row.text[max(0, end - _CONTEXT_CHARACTERS) : end]
    words = Neighbours(
        text_before + row.text[start : start + _CONTEXT_CHARACTERS],
        len(text_before),
        row.word(before),
        row.word(index),
        row.word(before - 1),
        row.word(index + 1),
    )
    return han_break_penalty(words, row.segmenter.tag)


def _is_punctuation(word: str) -> bool:
    return len(word) == 1 and not word.isalnum() and not word.isspace()


def _penalty_between_words(row: _SegmentedRow, index: int) -> float:
    """Return the points of a break between two words without a space between them."""
    content = row.content_around(index - 1, index)
    left, right = map(row.word, content)
    han = has_han(left), has_han(right)
    if any(len(word) == 1 and word.isascii() and word.isalnum() for word in (left, right)):
        return _BEFORE_LABEL
    if not any(han) and row.word(index - 1) not in _CLOSING_BRACKETS:
        return _INSIDE_NAME
    penalty = _han_penalty(row, *content)
    if content != (index - 1, index):
        return penalty - _BRACKET_GAIN
    if all(han):
        penalty += _straddling_word_penalty(
            row.text, row.spans[index - 1], row.spans[index], row.segmenter
        )
    return penalty


def _straddling_word_penalty(
    text: str, left: tuple[int, int], right: tuple[int, int], segmenter: Segmenter
) -> int:
    """Return the points for a common word that lies across a break: jieba may have cut wrongly."""
    position = right[0]
    known = all(segmenter.frequency(text[slice(*word)]) for word in (left, right))
    straddling_frequency = segmenter.frequency(text[position - 1 : position + 1])
    if straddling_frequency > _COMMON_FREQUENCY:
        rivals = [
            segmenter.frequency(text[slice(*word)])
            for word in (left, right)
            if word[1] - word[0] > 1
        ]
        return (
            _LIKELY_STRADDLE_PENALTY
            if rivals and straddling_frequency > max(rivals)
            else _STRADDLE_PENALTY
        )
    guessed = right[1] - right[0] > 1 and not segmenter.frequency(text[slice(*right)])
    alone = left[1] - left[0] == 1 and segmenter.tag(text[left[0]])[:1] in {"f", "n", "a", "b"}
    if (straddling_frequency and not known) or (guessed and alone):  # 后 | 端系统
        return _LIKELY_STRADDLE_PENALTY
    longer = (
        text[position - 2 : position + 1] if position > 1 else "",
        text[position - 1 : position + 2],
    )
    if not any(segmenter.frequency(word) > _COMMON_FREQUENCY for word in longer):
        return 0
    return _STRADDLE_PENALTY if known else _LIKELY_STRADDLE_PENALTY
