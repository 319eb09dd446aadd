"""Every place where a line may end, and how bad each one is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.text.atoms import HAN, graphemes
from pipeline.text.brackets import PAIRS, bracket_points, opening_quotes
from pipeline.text.english import latin_cost
from pipeline.text.grammar import CLOSING, FORBIDDEN, OPENING, belongs_before, break_cost, is_particle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.text.words import Segmenter

INSIDE = 1_000
"""Points of a break inside a word: only a word wider than a line has such places."""

_AT_SLASH, _AT_JOINT = 600, 500  # so much better is a break after / or - in it
_CLOSERS = frozenset(PAIRS.values())
_SENTENCE, _SPACE, _COMMA, _LIST, _MARK = 0, 1, 1, 7, 6
_NAME, _TITLE, _LABEL = 90, 30, 45  # 任务 A
_GLOSS = 14  # （…） says more about what stands before it
_STRADDLE, _RATHER = 9, 30
_COMMON = 60  # times in jieba's 60 million words
_JOINTS = frozenset("-/·._&?=#~")
_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile(r"[^\W\d_]")


class Place(NamedTuple):
    """A line may end before the character at `at`, for so many points."""

    at: int
    cost: float


def places(text: str, shown: Sequence[str], fits: Callable[[int, int], bool], segmenter: Segmenter) -> list[Place]:
    """Return the places where a line may end, in order.

    `shown` has what is shown for each character: a line never begins with one that is not. `fits(i, j)` says whether text[i:j] fits
    one line: a word that does not is opened between its characters, and brackets that do are kept closed.
    """
    row = _Row(text, segmenter.words(text), opening_quotes(text), segmenter)
    added = bracket_points(text, fits)
    found: list[Place] = []
    for index, (start, end) in enumerate(row.spans):
        if start and shown[start].strip():
            cost = _cost(row, index)
            if added[start] and cost == _NAME:  # in a title every word may have a capital
                cost = _TITLE
            found.append(Place(start, cost + added[start]))
        if end - start > 1 and not fits(*_with_brackets(text, start, end)):
            found.extend(_inside(text, start, end))
    return found


class _Row(NamedTuple):
    text: str
    spans: Sequence[tuple[int, int]]
    openers: frozenset[int]
    segmenter: Segmenter

    def word(self, index: int) -> str:
        """Return a word by its place among the words; nothing outside of the row."""
        return self.text[slice(*self.spans[index])] if 0 <= index < len(self.spans) else ""

    def opens(self, index: int) -> bool:
        """Return whether a word is a mark that opens something."""
        return self.word(index) in OPENING or self.spans[index][0] in self.openers

    def closes(self, index: int) -> bool:
        """Return whether a word is a mark that no line begins with."""
        return self.word(index) in CLOSING or (self.word(index) == '"' and self.spans[index][0] not in self.openers)


def _with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range with the marks that can neither end the line before nor begin the line after."""
    while start and text[start - 1] in OPENING:
        start -= 1
    while end < len(text) and text[end] in CLOSING:
        end += 1
    return start, end


def _inside(text: str, start: int, end: int) -> Iterator[Place]:
    for first, _ in graphemes(text[start:end]):
        if first:
            at = start + first
            gain = _AT_JOINT if text[at - 1] in _JOINTS and text[at] not in _JOINTS else 0
            yield Place(at, INSIDE - (_AT_SLASH if gain and text[at - 1] == "/" != text[at - 2] else gain))


def _cost(row: _Row, index: int) -> float:
    before = index - 1
    spaced = before > 0 and row.word(before).isspace()
    if spaced:
        before -= 1
    left, right = row.word(before), row.word(index)
    if row.closes(index) or row.opens(before) or is_particle(right):
        return FORBIDDEN
    mark = _after_mark(left, spaced=spaced)
    if mark is not None:
        return mark + (_NAME if belongs_before(right) and left == "、" else 0)
    if spaced:
        return _at_space(row, before, index)
    return _GLOSS if right in "（(" else _between(row, index)


def _after_mark(left: str, *, spaced: bool) -> float | None:
    """Return the points after punctuation, or None where the word before is a word."""
    if len(left) > 1 or left.isalnum():
        return None
    if left in "。！？!?；;…":
        return _SENTENCE
    if left in "，,：:—–":
        return _COMMA
    if left == "、":
        return _LIST
    if spaced:
        return None if left in ".)]" else _MARK
    return None if left in '》”）」』】〉’."' else _MARK


def _at_space(row: _Row, before: int, index: int) -> float:
    left, right = row.word(before), row.word(index)
    han = _HAN.search(left), _HAN.search(right)
    if all(han):
        return _SPACE
    if any(han):
        return _LABEL if len(left) == 1 or len(right) == 1 else 10
    first = before
    while first and _is_mark(row.word(first)):
        first -= 1
    after = index
    while _is_mark(row.word(after)) and after + 1 < len(row.spans):
        after += 1
    earlier = row.text[row.spans[max(0, first - 4)][0] : row.spans[first][0]]
    return latin_cost(row.text[row.spans[first][0] : row.spans[before][1]], row.word(after), earlier)


def _is_mark(word: str) -> bool:
    return len(word) == 1 and not word.isalnum() and not word.isspace()


def _between(row: _Row, index: int) -> float:
    """Return the points between two words that touch."""
    left, right = row.word(index - 1), row.word(index)
    han = _HAN.search(left), _HAN.search(right)
    if any(len(word) == 1 and word.isascii() and word.isalnum() for word in (left, right)):
        return _LABEL
    if not any(han) and left not in _CLOSERS:
        return _NAME
    points = break_cost(left, right, row.segmenter.tag, before=row.word(index - 2), after=row.word(index + 1))
    if row.opens(index):
        return max(_LIST, points - _LIST)
    if all(han):
        points += _straddled(row.text, row.spans[index - 1], row.spans[index], row.segmenter)
    return points


def _straddled(text: str, left: tuple[int, int], right: tuple[int, int], segmenter: Segmenter) -> int:
    """Return the points for a common word that lies across a place: jieba may have cut wrongly there."""
    at = right[0]
    across = segmenter.frequency(text[at - 1 : at + 1])
    if across > _COMMON:
        rivals = [segmenter.frequency(text[slice(*word)]) for word in (left, right) if word[1] - word[0] > 1]
        return _RATHER if rivals and across > max(rivals) else _STRADDLE
    longer = (text[at - 2 : at + 1] if at > 1 else "", text[at - 1 : at + 2])
    return _STRADDLE if any(segmenter.frequency(word) > _COMMON for word in longer) else 0
