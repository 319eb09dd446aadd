"""A row of text becomes cues of lines: broken where a professional would break it, and only where it must be.

One pass of dynamic programming over all places (breaks.py) weighs the points of each break, how evenly the lines are filled, and how
many lines and cues there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.text.display_width import character_widths, display_width
from pipeline.text.linebreak.display_punctuation import display_characters
from pipeline.text.linebreak.opportunities import BreakOpportunity, break_opportunities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.subtitle_profiles import CueLimits
    from pipeline.text.word_segmenter import Segmenter

__all__ = ["CueText", "break_row", "display_width"]
_CUE_PENALTY = 70.0
_LINE_PENALTY = 18.0
_FILL_PENALTY = 55.0
_TOP_LINE_FACTOR = 1.06  # a line that is not its cue's last weighs as if it were this much wider
_CUE_BREAK_FACTOR = 1.3  # a break between cues hurts more than one between lines
_ORPHAN_PENALTY, _ORPHAN_SHARE = 25.0, 0.16


@dataclass(frozen=True, slots=True)
class CueText:
    """One cue of a row: its slice of the row's text, and the lines shown for it."""

    source: str
    lines: tuple[str, ...]


def break_row(text: str, limits: CueLimits, segmenter: Segmenter) -> tuple[CueText, ...]:
    """Return the cues of a row; their sources, joined, are the text.

    A row that fits one line stays one; a longer one becomes two lines, then several cues. No line is wider than the limit. A word (or a
    number with its unit, an address, a name with dots) is broken only where it is wider than a line, its brackets included. Time and
    memory grow with the length of the text alone.
    """
    measure = _LineMeasure(text, limits)
    if measure.width(0, len(text)) <= limits.characters:
        return (CueText(text, (measure.line_text(0, len(text)),)),)
    opportunities = break_opportunities(
        text,
        measure.characters,
        lambda first, last: measure.width(first, last) <= limits.characters,
        segmenter,
    )
    cues = []
    for breaks in _cheapest_breaks(
        [BreakOpportunity(0, 0.0), *opportunities, BreakOpportunity(len(text), 0.0)],
        measure,
        limits,
    ):
        lines = tuple(measure.line_text(first, last) for first, last in pairwise(breaks))
        cues.append(CueText(text[breaks[0] : breaks[-1]], lines))
    return tuple(cues)


class _LineMeasure:
    """What is shown for a slice of a row, and how wide that is: white space at both ends falls away."""

    def __init__(self, text: str, limits: CueLimits) -> None:
        self.characters = display_characters(text, limits)
        source_widths = character_widths(text, limits.width_kind)
        displayed_widths = [
            0.0 if not char else size if char == own else display_width(char, limits.width_kind)
            for char, own, size in zip(self.characters, text, source_widths, strict=True)
        ]
        self._cumulative_widths = [0.0, *accumulate(displayed_widths)]
        self._first_visible = list(range(len(text) + 1))
        self._last_visible = list(range(len(text) + 1))
        for index in range(len(text) - 1, -1, -1):
            if not self.characters[index].strip():
                self._first_visible[index] = self._first_visible[index + 1]
        for index, char in enumerate(self.characters, 1):
            if not char.strip():
                self._last_visible[index] = self._last_visible[index - 1]

    def width_before(self, index: int) -> float:
        """Return how much is shown before a line that begins at `at`."""
        return self._cumulative_widths[self._first_visible[index]]

    def width_until(self, index: int) -> float:
        """Return how much is shown up to the end of a line that ends at `at`."""
        return self._cumulative_widths[self._last_visible[index]]

    def width(self, start: int, end: int) -> float:
        """Return the width of the slice [first, last) as a line; 0 where nothing of it is shown."""
        return max(0.0, self.width_until(end) - self.width_before(start))

    def line_text(self, start: int, end: int) -> str:
        """Return the slice [first, last) as a line."""
        return "".join(self.characters[self._first_visible[start] : self._last_visible[end]])


def _cheapest_breaks(
    opportunities: Sequence[BreakOpportunity], measure: _LineMeasure, limits: CueLimits
) -> list[list[int]]:
    """Return for each cue the places where its lines begin, and where its last line ends, at the least cost over the whole row.

    The state is a place and how many lines of the current cue are full there (none: a cue begins).
    """
    starts, ends = (
        [measure.width_before(place.position) for place in opportunities],
        [measure.width_until(place.position) for place in opportunities],
    )
    last_index = len(opportunities) - 1
    best: list[dict[int, tuple[float, int, int]]] = [{} for _ in opportunities]
    best[0][0] = (0.0, -1, 0)

    def offer(end: int, lines: int, cost: float, begin: int, full: int) -> None:
        if lines not in best[end] or cost < best[end][lines][0]:
            best[end][lines] = (cost, begin, full)

    for begin, states in enumerate(best[:-1]):
        for end in range(begin + 1, last_index + 1):
            line_width = ends[end] - starts[begin]
            if end > begin + 1 and line_width > limits.characters:
                break
            if end > begin + 1 and line_width <= 0:
                continue
            last_line_penalty, upper_line_penalty = (
                _fill_penalty(line_width / limits.characters),
                _fill_penalty(line_width / limits.characters * _TOP_LINE_FACTOR),
            )
            cue_penalty = (
                0.0
                if end == last_index
                else _CUE_PENALTY + _CUE_BREAK_FACTOR * opportunities[end].penalty
            )
            for full_lines, (cost, _, _) in states.items():
                offer(end, 0, cost + last_line_penalty + cue_penalty, begin, full_lines)
                if end < last_index and full_lines + 1 < limits.lines:
                    offer(
                        end,
                        full_lines + 1,
                        cost + upper_line_penalty + opportunities[end].penalty,
                        begin,
                        full_lines,
                    )
    return _trace_back(best, [place.position for place in opportunities])


def _fill_penalty(share: float) -> float:
    return (
        _LINE_PENALTY
        + _FILL_PENALTY * share * share
        + (_ORPHAN_PENALTY if share < _ORPHAN_SHARE else 0.0)
    )


def _trace_back(
    best: Sequence[dict[int, tuple[float, int, int]]], positions: Sequence[int]
) -> list[list[int]]:
    node, full_lines = len(best) - 1, 0
    cues: list[list[int]] = []
    current = [positions[node]]
    while node:
        _, begin, full_before = best[node][full_lines]
        current.append(positions[begin])
        if full_before == 0:
            cues.append(current[::-1])
            current = [positions[begin]]
        node, full_lines = begin, full_before
    return cues[::-1]
