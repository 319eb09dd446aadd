"""Break a row of text into cues of lines: where an editor would, and only where it must be.

One pass of dynamic programming over all places where a line may end weighs the points of each
break (`opportunities`), how full the lines are, and how many lines and cues there are.
Headings and burnt-in captions are set evenly instead: see `line_balance`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.text.display_width import character_widths, display_width
from pipeline.text.linebreak.display_punctuation import display_characters
from pipeline.text.linebreak.opportunities import (
    CLAUSE_END_POINTS,
    BreakOpportunity,
    break_opportunities,
)

if TYPE_CHECKING:
    from pipeline.subtitle_profiles import CueLimits
    from pipeline.text.word_segmenter import Segmenter

__all__ = ["CueText", "Measure", "break_row", "display_width"]

Measure = Callable[[Sequence[str]], Sequence[float]]
"""Returns the width of each character that is shown, in the unit of `CueLimits.characters`."""

# Points, on the scale of `opportunities`. Tuned on the golden rows of the tests.
_CUE_PENALTY = 70.0
_LINE_PENALTY = 50.0
_FILL_PENALTY = 55.0
_ORPHAN_PENALTY, _ORPHAN_SHARE = 60.0, 0.16  # a line filled less than this share
_TOP_LINE_FACTOR = 1.06  # an upper line weighs as if it were this much wider
_CUE_BREAK_FACTOR = 1.3  # a break between cues is worse than one between lines
_SHORT_CUE_PENALTY, _SHORT_CUE_SHARE = 80.0, 0.3  # a cue of one line filled less than this share
_MID_CLAUSE_PENALTY = 60.0  # more than a line: cues change at the ends of clauses first


@dataclass(frozen=True, slots=True)
class CueText:
    """One cue of a row: its slice of the row's text, and the lines shown for it."""

    source: str
    lines: tuple[str, ...]


def break_row(
    text: str, limits: CueLimits, segmenter: Segmenter, measure: Measure | None = None
) -> tuple[CueText, ...]:
    """Return the cues of a row; their sources, joined, are the text.

    A row that fits one line stays one line; a longer one becomes two lines, then several cues.
    No line is wider than `limits.characters`, in columns of the profile, or in the unit of
    `measure` (pixels, for example). A word, a number with its unit, an address or a name with
    dots is broken only where it is wider than a line, its brackets included. Time and memory grow
    linearly with the length of the text.
    """
    line_measure = _LineMeasure(text, limits, measure)
    if line_measure.width(0, len(text)) <= limits.characters:
        return (CueText(text, (line_measure.line_text(0, len(text)),)),)
    opportunities = break_opportunities(
        text,
        line_measure.characters,
        lambda start, end: line_measure.width(start, end) <= limits.characters,
        segmenter,
    )
    cues = []
    for breaks in _cheapest_breaks(
        [BreakOpportunity(0, 0.0), *opportunities, BreakOpportunity(len(text), 0.0)],
        line_measure,
        limits,
    ):
        lines = tuple(line_measure.line_text(start, end) for start, end in pairwise(breaks))
        cues.append(CueText(text[breaks[0] : breaks[-1]], lines))
    return tuple(cues)


class _LineMeasure:
    """The text and width of any slice of a row as a line, without white space at its ends."""

    def __init__(self, text: str, limits: CueLimits, measure: Measure | None) -> None:
        self.characters = display_characters(text, limits)
        widths = (
            _column_widths(text, self.characters, limits)
            if measure is None
            else measure(self.characters)
        )
        self._cumulative_widths = [0.0, *accumulate(widths)]
        self._first_visible = list(range(len(text) + 1))
        self._last_visible = list(range(len(text) + 1))
        for index in range(len(text) - 1, -1, -1):
            if not self.characters[index].strip():
                self._first_visible[index] = self._first_visible[index + 1]
        for index, char in enumerate(self.characters, 1):
            if not char.strip():
                self._last_visible[index] = self._last_visible[index - 1]

    def width_before(self, index: int) -> float:
        """Return the width of what is shown before a line that begins at `index`."""
        return self._cumulative_widths[self._first_visible[index]]

    def width_until(self, index: int) -> float:
        """Return the width of what is shown up to the end of a line that ends at `index`."""
        return self._cumulative_widths[self._last_visible[index]]

    def width(self, start: int, end: int) -> float:
        """Return the width of the slice [start, end) as a line; 0 where nothing of it is shown."""
        return max(0.0, self.width_until(end) - self.width_before(start))

    def line_text(self, start: int, end: int) -> str:
        """Return the slice [start, end) as a line."""
        return "".join(self.characters[self._first_visible[start] : self._last_visible[end]])


def _column_widths(text: str, displayed: Sequence[str], limits: CueLimits) -> list[float]:
    """Return the width in columns of what is shown for each character of a text."""
    return [
        0.0 if not char else size if char == own else display_width(char, limits.width_kind)
        for char, own, size in zip(
            displayed, text, character_widths(text, limits.width_kind), strict=True
        )
    ]


def _cheapest_breaks(
    opportunities: Sequence[BreakOpportunity], measure: _LineMeasure, limits: CueLimits
) -> list[list[int]]:
    """Return for each cue where its lines begin, and where its last line ends, at the least cost.

    The state of the dynamic programme is a place and the number of lines of the current cue that
    are full there (0: a cue begins).
    """
    starts, ends = (
        [measure.width_before(opportunity.position) for opportunity in opportunities],
        [measure.width_until(opportunity.position) for opportunity in opportunities],
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
                0.0 if end == last_index else _cue_break_penalty(opportunities[end].penalty)
            )
            short = 0.0
            if line_width < _SHORT_CUE_SHARE * limits.characters:
                short = _SHORT_CUE_PENALTY
            for full_lines, (cost, _, _) in states.items():
                cue_cost = cue_penalty + (0.0 if full_lines else short)
                offer(end, 0, cost + last_line_penalty + cue_cost, begin, full_lines)
                if end < last_index and full_lines + 1 < limits.lines:
                    offer(
                        end,
                        full_lines + 1,
                        cost + upper_line_penalty + opportunities[end].penalty,
                        begin,
                        full_lines,
                    )
    return _trace_back(best, [opportunity.position for opportunity in opportunities])


def _cue_break_penalty(penalty: float) -> float:
    """Return the points of one more cue that begins at a place of so many points."""
    return (
        _CUE_PENALTY
        + _CUE_BREAK_FACTOR * penalty
        + (_MID_CLAUSE_PENALTY if penalty > CLAUSE_END_POINTS else 0.0)
    )


def _fill_penalty(share: float) -> float:
    """Return the points of a line that is filled to a share of the limit."""
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
