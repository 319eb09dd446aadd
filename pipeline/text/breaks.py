"""Every place where a line may end, and how bad each one is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.text.atoms import HAN, graphemes
from pipeline.text.english import latin_cost
from pipeline.text.grammar import CLOSING, FORBIDDEN, OPENING, break_cost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.text.words import Segmenter

INSIDE = 1_000
"""Points of a break inside a word: only a word wider than a line has such places."""

_PAIRS = {"《": "》", "“": "”", "「": "」", "『": "』", "（": "）", "【": "】", "〈": "〉", "(": ")", "[": "]", "‘": "’"}
_BRACKET, _LONG_BRACKET = 30, 6
_SENTENCE, _SPACE, _COMMA, _LIST, _MARK = 0, 1, 2, 7, 5
_NAME = 50
_STRADDLE = 9
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
    spans = segmenter.words(text)
    depth = _brackets(text, fits)
    found: list[Place] = []
    for index, (start, end) in enumerate(spans):
        if start and shown[start].strip():
            found.append(Place(start, max(0.0, _cost(text, spans, index, segmenter)) + depth.get(start, 0)))
        if end - start > 1 and not fits(start, end):
            found.extend(_inside(text, start, end))
    return found


def _inside(text: str, start: int, end: int) -> Iterator[Place]:
    for first, _ in graphemes(text[start:end]):
        if first:
            yield Place(start + first, INSIDE / 2 if text[start + first - 1] in _JOINTS else INSIDE)


def _brackets(text: str, fits: Callable[[int, int], bool]) -> dict[int, int]:
    """Return the points added at each character inside a pair of brackets; a bracket without its partner is none."""
    added: dict[int, int] = {}
    open_at: list[int] = []
    for index, char in enumerate(text):
        if char in _PAIRS:
            open_at.append(index)
        elif open_at and char in _PAIRS.values():
            while open_at and _PAIRS[text[open_at[-1]]] != char:
                open_at.pop()
            if open_at:
                first = open_at.pop()
                points = _BRACKET if fits(first, index + 1) else _LONG_BRACKET
                for inner in range(first + 1, index + 1):
                    added[inner] = added.get(inner, 0) + points
    return added


def _cost(text: str, spans: Sequence[tuple[int, int]], index: int, segmenter: Segmenter) -> float:
    start, end = spans[index]
    before = index - 1
    spaced = text[spans[before][0] : spans[before][1]].isspace() and before > 0
    if spaced:
        before -= 1
    left, right = text[slice(*spans[before])], text[start:end]
    if right[0] in CLOSING and not (len(right) > 1 and right[0] in "-."):
        return FORBIDDEN
    if left[-1] in OPENING and len(left) == 1:
        return FORBIDDEN
    mark = _after_mark(left, spaced=spaced)
    if mark is not None:
        return mark
    if spaced:
        return _at_space(text, spans, before, index)
    if right[0] in OPENING:
        return 8
    return _between(text, start, left, right, segmenter)


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
    if left in ".)]" and not spaced:
        return None if left == "." else _MARK
    return None if left in "》”）」』】〉’" and not spaced else _MARK


def _at_space(text: str, spans: Sequence[tuple[int, int]], before: int, index: int) -> float:
    left, right = text[slice(*spans[before])], text[slice(*spans[index])]
    han = _HAN.search(left), _HAN.search(right)
    if all(han):
        return _SPACE
    if any(han):
        single = len(left) == 1 or len(right) == 1
        return _NAME if single and right[0] not in OPENING else 10
    return latin_cost(_with_marks(text, spans, before), _with_marks(text, spans, index))


def _with_marks(text: str, spans: Sequence[tuple[int, int]], index: int) -> str:
    """Return the word at `index` with everything glued to it up to the next space on both sides."""
    first = last = index
    while first > 0 and not text[slice(*spans[first - 1])].isspace():
        first -= 1
    while last + 1 < len(spans) and not text[slice(*spans[last + 1])].isspace():
        last += 1
    return text[spans[first][0] : spans[last][1]]


def _between(text: str, at: int, left: str, right: str, segmenter: Segmenter) -> float:
    """Return the points between two words that touch."""
    han = _HAN.search(left), _HAN.search(right)
    if not any(han):
        return _NAME
    if any(len(word) == 1 and word.isascii() for word in (left, right)):
        return _NAME - 10
    points = break_cost(left.strip("》”）」』】〉’") or "》", right, segmenter.tag)
    if all(han) and _straddled(text, at, segmenter):
        points += _STRADDLE
    return points


def _straddled(text: str, at: int, segmenter: Segmenter) -> bool:
    """Return whether a common word of two or three characters lies across a place: jieba may have cut wrongly there."""
    windows = ((at - 1, at + 1), (at - 2, at + 1), (at - 1, at + 2))
    return any(first >= 0 and segmenter.frequency(text[first:last]) > _COMMON for first, last in windows)
