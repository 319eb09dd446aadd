"""A row of text becomes cues of lines: broken where a professional would break it, and only where it must be.

One pass of dynamic programming over all places (breaks.py) weighs the points of each break, how evenly the lines are filled, and how
many lines and cues there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.text.breaks import Place, places
from pipeline.text.shown import shown_characters
from pipeline.text.widths import width, widths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.text.profiles import Limits
    from pipeline.text.words import Segmenter

__all__ = ["Part", "break_row", "width"]

_CUE = 70.0
_LINE = 18.0
_FILL = 55.0
_TOP_HEAVY = 1.06  # a line that is not its cue's last weighs as if it were this much wider
_CUE_BREAK = 1.3  # a break between cues hurts more than one between lines
_ORPHAN, _ORPHAN_SHARE = 25.0, 0.16


@dataclass(frozen=True, slots=True)
class Part:
    """One cue of a row: its slice of the row's text, and the lines shown for it."""

    source: str
    lines: tuple[str, ...]


def break_row(text: str, limits: Limits, segmenter: Segmenter) -> tuple[Part, ...]:
    """Return the cues of a row; their sources, joined, are the text.

    A row that fits one line stays one; a longer one becomes two lines, then several cues. No line is wider than the limit. A word (or a
    number with its unit, an address, a name with dots) is broken only where it is wider than a line, its brackets included. Time and
    memory grow with the length of the text alone.
    """
    line = _Measure(text, limits)
    if line.width(0, len(text)) <= limits.characters:
        return (Part(text, (line.shown(0, len(text)),)),)
    found = places(text, line.characters, lambda first, last: line.width(first, last) <= limits.characters, segmenter)
    parts = []
    for ends in _cheapest([Place(0, 0.0), *found, Place(len(text), 0.0)], line, limits):
        lines = tuple(line.shown(first, last) for first, last in pairwise(ends))
        parts.append(Part(text[ends[0] : ends[-1]], lines))
    return tuple(parts)


class _Measure:
    """What is shown for a slice of a row, and how wide that is: white space at both ends falls away."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.characters = shown_characters(text, limits)
        counted = widths(text, limits.width)
        each = [
            0.0 if not char else size if char == own else width(char, limits.width)
            for char, own, size in zip(self.characters, text, counted, strict=True)
        ]
        self._until = [0.0, *accumulate(each)]
        self._first = list(range(len(text) + 1))
        self._last = list(range(len(text) + 1))
        for index in range(len(text) - 1, -1, -1):
            if not self.characters[index].strip():
                self._first[index] = self._first[index + 1]
        for index, char in enumerate(self.characters, 1):
            if not char.strip():
                self._last[index] = self._last[index - 1]

    def starts(self, at: int) -> float:
        """Return how much is shown before a line that begins at `at`."""
        return self._until[self._first[at]]

    def ends(self, at: int) -> float:
        """Return how much is shown up to the end of a line that ends at `at`."""
        return self._until[self._last[at]]

    def width(self, first: int, last: int) -> float:
        """Return the width of the slice [first, last) as a line; 0 where nothing of it is shown."""
        return max(0.0, self.ends(last) - self.starts(first))

    def shown(self, first: int, last: int) -> str:
        """Return the slice [first, last) as a line."""
        return "".join(self.characters[self._first[first] : self._last[last]])


def _cheapest(found: Sequence[Place], line: _Measure, limits: Limits) -> list[list[int]]:
    """Return for each cue the places where its lines begin, and where its last line ends, at the least cost over the whole row.

    The state is a place and how many lines of the current cue are full there (none: a cue begins).
    """
    starts, ends = [line.starts(place.at) for place in found], [line.ends(place.at) for place in found]
    last = len(found) - 1
    best: list[dict[int, tuple[float, int, int]]] = [{} for _ in found]
    best[0][0] = (0.0, -1, 0)

    def offer(end: int, lines: int, cost: float, begin: int, full: int) -> None:
        if lines not in best[end] or cost < best[end][lines][0]:
            best[end][lines] = (cost, begin, full)

    for begin, reached in enumerate(best[:-1]):
        for end in range(begin + 1, last + 1):
            wide = ends[end] - starts[begin]
            if end > begin + 1 and wide > limits.characters:
                break
            if end > begin + 1 and wide <= 0:
                continue
            bottom, top = _filled(wide / limits.characters), _filled(wide / limits.characters * _TOP_HEAVY)
            cue = 0.0 if end == last else _CUE + _CUE_BREAK * found[end].cost
            for full, (cost, _, _) in reached.items():
                offer(end, 0, cost + bottom + cue, begin, full)
                if end < last and full + 1 < limits.lines:
                    offer(end, full + 1, cost + top + found[end].cost, begin, full)
    return _traced(best, [place.at for place in found])


def _filled(share: float) -> float:
    return _LINE + _FILL * share * share + (_ORPHAN if share < _ORPHAN_SHARE else 0.0)


def _traced(best: Sequence[dict[int, tuple[float, int, int]]], ends: Sequence[int]) -> list[list[int]]:
    node, full = len(best) - 1, 0
    cues: list[list[int]] = []
    current = [ends[node]]
    while node:
        _, begin, was = best[node][full]
        current.append(ends[begin])
        if was == 0:
            cues.append(current[::-1])
            current = [ends[begin]]
        node, full = begin, was
    return cues[::-1]
