"""Every place where a line may end, and how bad each one is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.text.atoms import HAN, graphemes
from pipeline.text.english import latin_cost
from pipeline.text.grammar import CLOSING, FORBIDDEN, OPENING, belongs_before, break_cost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.text.words import Segmenter

INSIDE = 1_000
"""Points of a break inside a word: only a word wider than a line has such places."""

_AT_SLASH, _AT_JOINT = 600, 500  # so much better is a break after / or - in it
_LONG_TITLES = frozenset("《“「『（【")
_PAIRS = {"《": "》", "“": "”", "「": "」", "『": "』", "（": "）", "【": "】", "〈": "〉", "(": ")", "[": "]", "‘": "’"}
_CLOSERS = frozenset(_PAIRS.values())
_LONG_CLOSERS = frozenset(_PAIRS[char] for char in _LONG_TITLES)
_BRACKET, _LONG_BRACKET = 30, 6
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
    spans = segmenter.words(text)
    depth = _brackets(text, fits)
    found: list[Place] = []
    for index, (start, end) in enumerate(spans):
        if start and shown[start].strip():
            cost = _cost(text, spans, index, segmenter)
            if start in depth:  # in a title every word may have a capital
                cost = min(cost, _TITLE) if cost == _NAME else cost
            found.append(Place(start, cost + depth.get(start, 0)))
        if end - start > 1 and not fits(*_with_brackets(text, start, end)):
            found.extend(_inside(text, start, end))
    return found


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


def _brackets(text: str, fits: Callable[[int, int], bool]) -> dict[int, int]:
    """Return the points added at each character inside brackets."""
    added: dict[int, int] = {}
    for first, last in _bracketed(text):
        points = _BRACKET if fits(first, last) else _LONG_BRACKET
        for inner in range(first + 1, last):
            added[inner] = added.get(inner, 0) + points
    return added


def _bracketed(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges in brackets; a title or a quotation may begin or end in another row."""
    open_at: list[int] = []
    for index, char in enumerate(text):
        if char in _PAIRS:
            open_at.append(index)
        elif char in _CLOSERS:
            partner = next((place for place in range(len(open_at) - 1, -1, -1) if _PAIRS[text[open_at[place]]] == char), None)
            if partner is not None:
                yield open_at[partner], index + 1
                del open_at[partner:]
            elif char in _LONG_CLOSERS:
                yield 0, index + 1
    yield from ((index, len(text)) for index in open_at if text[index] in _LONG_TITLES)
    straight = [index for index, char in enumerate(text) if char == '"']
    yield from ((first, last + 1) for first, last in zip(straight[::2], straight[1::2], strict=False))


def _cost(text: str, spans: Sequence[tuple[int, int]], index: int, segmenter: Segmenter) -> float:
    before = index - 1
    spaced = before > 0 and text[spans[before][0]].isspace()
    if spaced:
        before -= 1
    left, right = text[slice(*spans[before])], text[slice(*spans[index])]
    if (right in CLOSING and right) or _quote(text, spans[index], opening=False):
        return FORBIDDEN
    if left in OPENING or _quote(text, spans[before], opening=True):
        return FORBIDDEN
    mark = _after_mark(left, spaced=spaced)
    if mark is not None:
        return mark + (_NAME if belongs_before(right) and left == "、" else 0)
    if spaced:
        return _at_space(text, spans, before, index)
    if right in "（(":
        return _GLOSS
    return _between(text, spans, index, segmenter)


def _quote(text: str, span: tuple[int, int], *, opening: bool) -> bool:
    """Return whether a word is a straight quotation mark that opens (or closes): every other one does."""
    return text[slice(*span)] == '"' and text.count('"', 0, span[0]) % 2 != opening


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


def _at_space(text: str, spans: Sequence[tuple[int, int]], before: int, index: int) -> float:
    left, right = text[slice(*spans[before])], text[slice(*spans[index])]
    han = _HAN.search(left), _HAN.search(right)
    if all(han):
        return _SPACE
    if any(han):
        return _LABEL if len(left) == 1 or len(right) == 1 else 10
    return latin_cost(
        _with_marks(text, spans, before), _with_marks(text, spans, index), text[spans[max(0, before - 4)][0] : spans[before][0]]
    )


def _with_marks(text: str, spans: Sequence[tuple[int, int]], index: int) -> str:
    """Return the word at `index` with the marks glued to it on both sides."""
    first = last = index
    while first > 0 and _is_mark(text[slice(*spans[first - 1])]):
        first -= 1
    while last + 1 < len(spans) and _is_mark(text[slice(*spans[last + 1])]):
        last += 1
    return text[spans[first][0] : spans[last][1]]


def _is_mark(word: str) -> bool:
    return len(word) == 1 and not word.isalnum() and not word.isspace()


def _between(text: str, spans: Sequence[tuple[int, int]], index: int, segmenter: Segmenter) -> float:
    """Return the points between two words that touch."""
    around = [text[slice(*spans[at])] if 0 <= at < len(spans) else "" for at in range(index - 2, index + 2)]
    left, right = around[1:3]
    han = _HAN.search(left), _HAN.search(right)
    if any(len(word) == 1 and word.isascii() and word.isalnum() for word in (left, right)):
        return _LABEL
    if not any(han) and left not in _CLOSERS:
        return _NAME
    points = break_cost(left, right, segmenter.tag, before=around[0], after=around[3])
    if right in OPENING or right == '"':
        return max(_LIST, points - _LIST)
    if all(han):
        points += _straddled(text, spans[index - 1], spans[index], segmenter)
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
