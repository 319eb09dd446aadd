"""Lines of a heading: as even as they can be, sentences on lines of their own, never a scrap on the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.shaping import is_han

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.text.breaks import Place

Lines = tuple[str, ...]

_CLOSING = "，。、；：？！）】》」』〉〕”’,.;:?!)]}…—"
_PAUSES = "，。；：？！,;:?!—…"
_ENDS = "。？！；?!;"
# all costs are in one unit: a line off the average by two fifths of the width costs one
_POINTS = 30.0  # points of `text.breaks` that make one
_RAGGED = 2.6
_LINE, _SENTENCE, _PAUSE = 0.3, 1.0, 0.2
_BEST_BREAK = -0.35
_ORPHAN, _WIDOW, _ONE_WORD = 8.0, 1.5, 0.6
_LAST_RESORT = 500.0


def balanced(
    text: str, places: Sequence[Place], width: float, measure: Callable[[int, int], float], most: int
) -> tuple[Lines, float] | None:
    """Return a text in the fewest lines that fit a width (or one more), and what its breaks cost (the lower the better).

    `places` are where a line may end, with their points (see `text.breaks`); `measure` gives the width of characters [first, last) in
    the unit of `width`. None where the text does not fit in `most` lines.
    """
    if measure(0, len(text)) <= width:
        return (text,), 0.0
    table = _Table(text, places, width, measure)
    found: list[tuple[Lines, float]] = []
    for count in range(2, most + 1):
        if found and count > len(found[0][0]) + 1:
            break
        best = table.best(count)
        if best is not None:
            found.append((best[0], best[1] + _LINE * (count - len(found[0][0]) if found else 0)))
    return min(found, key=lambda lines: lines[1], default=None)


class _Table:
    """Every line a text can have, measured once: from the beginning or a break to a break or the end."""

    def __init__(self, text: str, places: Sequence[Place], width: float, measure: Callable[[int, int], float]) -> None:
        self._text, self._width = text, width
        self._costs = {place.at: _break_cost(text, place) for place in places} | {len(text): 0.0}
        stops = [0, *self._costs]
        trimmed = {(a, b): _trimmed(text, a, b) for number, a in enumerate(stops) for b in stops[number + 1 :]}
        wide = {ends: measure(*inner) for ends, inner in trimmed.items()}
        self._widths = {ends: length for ends, length in wide.items() if length <= width}
        self._whole = wide[0, len(text)]
        self._read_on = [_read_on(text, place) for place in range(len(text) + 1)]

    def best(self, count: int) -> tuple[Lines, float] | None:
        """Return the cheapest way to set the text in exactly `count` lines: a dynamic programme over lines and breaks."""
        aim = min(self._width, self._whole / count)
        reached: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
        for _ in range(count):
            further: dict[int, tuple[float, tuple[int, ...]]] = {}
            for (start, end), wide in self._widths.items():
                if start in reached:
                    spent, taken = reached[start]
                    cost = spent + ((wide - aim) / self._width * _RAGGED) ** 2 + self._inside(start, end)
                    if end not in further or cost < further[end][0]:
                        further[end] = cost, (*taken, end)
            reached = further
        if len(self._text) not in reached:
            return None
        spent, ends = reached[len(self._text)]
        return tuple(self._text[a:b].strip() for a, b in zip((0, *ends), ends, strict=False)), spent

    def _inside(self, start: int, end: int) -> float:
        """Return what a line costs by what it holds: marks read over, its break, a scrap at the very end."""
        last = _scrap(self._text[start:end].strip()) if end == len(self._text) else 0.0
        return sum(self._read_on[start + 1 : end]) + self._costs[end] + last


def _break_cost(text: str, place: Place) -> float:
    if text[: place.at].rstrip()[-1:] in tuple(_PAUSES):
        return _BEST_BREAK
    return place.cost / _POINTS


def _read_on(text: str, place: int) -> float:
    """Return what it costs to read on over a mark: sentences begin on lines of their own."""
    mark = text[place - 1 : place] if place else ""
    if not mark or mark not in _PAUSES or text[place : place + 1] in tuple(_CLOSING):
        return 0.0
    return _SENTENCE if mark in _ENDS else _PAUSE


def _scrap(last: str) -> float:
    """Return what a last line costs by itself: one or two characters alone are an orphan."""
    letters = [character for character in last if character not in _CLOSING]
    han = sum(map(is_han, letters))
    if han == len(letters):
        return _ORPHAN if han <= 1 else _WIDOW if han == len("两字") else 0.0
    return _ONE_WORD if " " not in last and not han else 0.0


def _trimmed(text: str, first: int, last: int) -> tuple[int, int]:
    """Return a line's range without the spaces at its ends."""
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    return first, last
