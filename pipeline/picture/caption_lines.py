"""Where a caption's lines break when they are too wide for the picture, and how large they are set then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.shaping import is_han

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Part = tuple[str, tuple[int, ...]]
"""A line and, for each of its characters, its place in the joined lines (−1: a space put between two of them)."""

SMALLEST = 0.82
"""How far a caption shrinks before its lines are broken anew."""

_NOT_FIRST = set("，。、；：？！）】》」』〉〕”’…—·,.;:?!)]}%‰℃°的了着过吗呢吧啊呀")
_PAUSES = set("，。；：？！、…—,.;:?!")
_NOT_LAST = set("（【《「『〈〔“‘([{$€£#@")


def fitted(lines: Sequence[str], width: float, measure: Callable[[str], float], most_lines: int) -> tuple[tuple[Part, ...], float]:
    """Return the lines as they fit a width, and the scale they are set at (at most 1).

    `measure` gives a line's width at full size. Lines a little too wide shrink; others are broken anew into the fewest lines that fit,
    evenly; what still does not fit in `most_lines` shrinks until it does.
    """
    parts = _numbered(lines)
    widest = max((measure(text) for text, _ in parts), default=0.0)
    if widest <= width:
        return parts, 1.0
    if widest * SMALLEST <= width:
        return parts, width / widest
    joined = _joined(parts)
    for count in range(len(parts), most_lines + 1):
        broken = _balanced(joined, count, width, measure)
        widest = max(measure(text) for text, _ in broken)
        if widest <= width or (count == most_lines):
            return broken, min(1.0, width / widest)
    return parts, width / widest


def joined_lines(lines: Sequence[str]) -> str:
    """Return the lines as one text, with a space where two Latin words would meet."""
    return _joined(_numbered(lines))[0]


def _numbered(lines: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    place = 0
    for text in lines:
        parts.append((text, tuple(range(place, place + len(text)))))
        place += len(text)
    return tuple(parts)


def _joined(parts: Sequence[Part]) -> Part:
    text = ""
    places: tuple[int, ...] = ()
    for line, numbers in parts:
        if text and line and not is_han(text[-1]) and not is_han(line[0]) and not text[-1].isspace() and not line[0].isspace():
            text, places = text + " ", (*places, -1)
        text, places = text + line, (*places, *numbers)
    return text, places


def _balanced(joined: Part, count: int, width: float, measure: Callable[[str], float]) -> tuple[Part, ...]:
    """Return a text in `count` lines as even as filling can make them, broken at pauses only where that fits the width."""
    text, _ = joined
    stops = [place for place in range(1, len(text)) if _may_break(text, place)]
    pauses = [place for place in stops if text[:place].rstrip()[-1:] in tuple(_PAUSES)]
    lines = _evened(joined, pauses, count, measure)
    return lines if len(lines) <= count and max(measure(line) for line, _ in lines) <= width else _evened(joined, stops, count, measure)


def _evened(joined: Part, stops: Sequence[int], count: int, measure: Callable[[str], float]) -> tuple[Part, ...]:
    """Return a text in at most `count` lines where its stops allow it, the widest as narrow as halving an interval finds."""
    total = measure(joined[0])
    low, high = total / count, total
    best = _filled(joined, stops, high, measure)
    for _ in range(12):
        middle = (low + high) / 2
        lines = _filled(joined, stops, middle, measure)
        if len(lines) <= count:
            high, best = middle, lines
        else:
            low = middle
    return best


def _filled(joined: Part, stops: Sequence[int], width: float, measure: Callable[[str], float]) -> tuple[Part, ...]:
    text, places = joined
    lines: list[Part] = []
    start, last = 0, 0
    for stop in (*stops, len(text)):
        if measure(text[start:stop].strip()) > width and last > start:
            lines.append(_trimmed(text, places, start, last))
            start = last
        last = stop
    lines.append(_trimmed(text, places, start, len(text)))
    return tuple(line for line in lines if line[0])


def _trimmed(text: str, places: tuple[int, ...], start: int, end: int) -> Part:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return text[start:end], places[start:end]


def _may_break(text: str, place: int) -> bool:
    """Return whether a line may end before a character: at spaces and between Han, never inside a Latin word or a number."""
    left, right = text[place - 1], text[place]
    if right in _NOT_FIRST or left in _NOT_LAST or right.isspace():
        return False
    return left.isspace() or is_han(left) or is_han(right) or left in "，。、；：？！）】》」』”"
