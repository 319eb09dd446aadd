"""The points of a break between two Chinese words, learned from where people end subtitle rows.

`data/zh/break_points.txt.xz` has, for each kind of feature, its values and the points that each
adds: few or less than none where people end a row, many where they do not. It was counted over
149,656 pairs of rows of 338 talks, and is written by `scripts/build_break_weights.py`.
"""

from __future__ import annotations

import lzma
from functools import cache
from typing import TYPE_CHECKING

from pipeline.text.unicode_scripts import HAN_NUMERALS, has_han
from pipeline.text.word_lists import DATA_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

USUAL_POINTS = 22.0
"""Points of a place of which nothing is known; the median of the places that people chose is 1."""

LEAST_POINTS, MOST_POINTS = -8.0, 80.0
"""The learned points end here: a comma that fits is never far behind, and a rule weighs more."""

Feature = tuple[str, str]
"""A kind of feature, and its value: (`wb`, `因为`), the word after a place is 因为."""


def learned_break_points(
    left: str,
    right: str,
    text: str,
    position: int,
    part_of_speech: Callable[[str], str],
) -> float:
    """Return the points of a break before `text[position]`, between the words `left` and `right`.

    `part_of_speech` gives a word's tag in jieba's dictionary, or "".
    """
    learned = load_learned_points()
    points = USUAL_POINTS + sum(
        learned[kind].get(value, 0)
        for kind, value in break_features(left, right, text, position, part_of_speech)
    )
    return min(MOST_POINTS, max(LEAST_POINTS, points))


def break_features(
    left: str, right: str, text: str, position: int, part_of_speech: Callable[[str], str]
) -> Iterator[Feature]:
    """Yield what is seen at a place: words, their tags, and characters, before it and after it."""
    left_tag, right_tag = _tag(left, part_of_speech), _tag(right, part_of_speech)
    yield "wa", left
    yield "wb", right
    yield "cb", right[:1]
    yield "fa", left_tag
    yield "fb", right_tag
    yield "ff", f"{left_tag}_{right_tag}"
    yield "ca2", text[max(0, position - 2) : position]
    yield "cb2", text[position : position + 2]
    yield "wf", f"{left}_{right_tag}"
    yield "fw", f"{left_tag}_{right}"


def _tag(word: str, part_of_speech: Callable[[str], str]) -> str:
    """Return the tag of a word as the counts have it, one for words of no dictionary too."""
    known = part_of_speech(word)
    if known:
        return known
    first = word[:1]
    if first.isascii() and first.isalpha():
        return "eng"
    if first.isdigit() or first in set(f"第{HAN_NUMERALS}这那每"):
        return "m"
    return "n" if has_han(word) else "x"


@cache
def load_learned_points() -> Mapping[str, Mapping[str, int]]:
    """Return for each kind of feature the points of its values, read at the first use."""
    packed = DATA_FOLDER.joinpath("zh/break_points.txt.xz").read_bytes()
    lines = lzma.decompress(packed).decode("utf-8").split("\n")
    return {
        kind: dict(zip(values.split("\t"), map(int, points.split("\t")), strict=True))
        for kind, values, points in zip(lines[0::3], lines[1::3], lines[2::3], strict=True)
    }
