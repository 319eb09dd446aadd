"""Line breaks and scale of captions that are too wide for the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.text.line_joining import joining_space
from pipeline.text.unicode_scripts import is_cjk_letter, is_spaceless

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NumberedLine = tuple[str, tuple[int, ...]]
"""A line and the place of each of its characters in the joined lines (−1: an added space)."""

MIN_CAPTION_SCALE = 0.82
"""How far a caption shrinks before its lines are broken again."""

_NEVER_LINE_START = set("，。、；：？！）】》」』〉〕”’…—·,.;:?!)]}%‰℃°的了着过吗呢吧啊呀")
_PAUSE_MARKS = set("，。；：？！、…—,.;:?!")
_NEVER_LINE_END = set("（【《「『〈〔“‘([{$€£#@")


def fit_caption_lines(
    lines: Sequence[str], width: float, measure: Callable[[str], float], max_lines: int
) -> tuple[tuple[NumberedLine, ...], float]:
    """Return the lines as they fit a width, and the scale they are set at (at most 1).

    `measure` gives a line's width at full size. Lines that are slightly too wide shrink. Others are
    broken again into the fewest lines that fit, evenly. What does not fit in `max_lines` shrinks
    until it does.
    """
    numbered_lines = _number_characters(lines)
    widest = max((measure(text) for text, _ in numbered_lines), default=0.0)
    if widest <= width:
        return numbered_lines, 1.0
    if widest * MIN_CAPTION_SCALE <= width:
        return numbered_lines, width / widest
    joined = _join_lines(numbered_lines)
    for count in range(len(numbered_lines), max_lines + 1):
        broken = _balance_at_pauses(joined, count, width, measure)
        widest = max(measure(text) for text, _ in broken)
        if widest <= width or (count == max_lines):
            return broken, min(1.0, width / widest)
    return numbered_lines, width / widest


def join_caption_lines(lines: Sequence[str]) -> str:
    """Return the lines as one text, with a space between words of scripts that have spaces."""
    return _join_lines(_number_characters(lines))[0]


def _number_characters(lines: Sequence[str]) -> tuple[NumberedLine, ...]:
    parts: list[NumberedLine] = []
    place = 0
    for text in lines:
        parts.append((text, tuple(range(place, place + len(text)))))
        place += len(text)
    return tuple(parts)


def _join_lines(parts: Sequence[NumberedLine]) -> NumberedLine:
    text = ""
    places: tuple[int, ...] = ()
    for line, numbers in parts:
        if joining_space(text, line):
            text, places = text + " ", (*places, -1)
        text, places = text + line, (*places, *numbers)
    return text, places


def _balance_at_pauses(
    joined: NumberedLine, count: int, width: float, measure: Callable[[str], float]
) -> tuple[NumberedLine, ...]:
    """Return a text in `count` lines that are as even as possible.

    Lines end only at pauses where such lines fit the width.
    """
    text, _ = joined
    stops = [place for place in range(1, len(text)) if _may_break(text, place)]
    pauses = [place for place in stops if text[:place].rstrip()[-1:] in tuple(_PAUSE_MARKS)]
    lines = _even_lines(joined, pauses, count, measure)
    return (
        lines
        if len(lines) <= count and max(measure(line) for line, _ in lines) <= width
        else _even_lines(joined, stops, count, measure)
    )


def _even_lines(
    joined: NumberedLine, stops: Sequence[int], count: int, measure: Callable[[str], float]
) -> tuple[NumberedLine, ...]:
    """Return a text in at most `count` lines where its stops allow it.

    The width of the widest line is minimized by bisection.
    """
    total = measure(joined[0])
    low, high = total / count, total
    best = _fill_lines(joined, stops, high, measure)
    for _ in range(12):
        middle = (low + high) / 2
        lines = _fill_lines(joined, stops, middle, measure)
        if len(lines) <= count:
            high, best = middle, lines
        else:
            low = middle
    return best


def _fill_lines(
    joined: NumberedLine, stops: Sequence[int], width: float, measure: Callable[[str], float]
) -> tuple[NumberedLine, ...]:
    text, places = joined
    lines: list[NumberedLine] = []
    start, last = 0, 0
    for stop in (*stops, len(text)):
        if measure(text[start:stop].strip()) > width and last > start:
            lines.append(_trim_line(text, places, start, last))
            start = last
        last = stop
    lines.append(_trim_line(text, places, start, len(text)))
    return tuple(line for line in lines if line[0])


def _trim_line(text: str, places: tuple[int, ...], start: int, end: int) -> NumberedLine:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return text[start:end], places[start:end]


def _may_break(text: str, index: int) -> bool:
    """Return whether a line may end before a character.

    It may at spaces and beside Han and kana, never inside a number or a Latin or Korean word.
    """
    left, right = text[index - 1], text[index]
    if right in _NEVER_LINE_START or left in _NEVER_LINE_END or right.isspace():
        return False
    return (
        left.isspace()
        or _is_spaceless_letter(left)
        or _is_spaceless_letter(right)
        or left in "，。、；：？！）】》」』”"
    )


def _is_spaceless_letter(character: str) -> bool:
    """Return whether a character is Han or kana: a line may break on either side of it."""
    return is_cjk_letter(character) and is_spaceless(character)
