"""Break a heading or a burnt-in caption into even lines, without a scrap on the last one.

Sentences begin on lines of their own where they can. Rows of subtitles are broken by
`line_breaker`, which fills lines and makes several cues of a long row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.text.unicode_scripts import is_cjk_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.text.linebreak.opportunities import BreakOpportunity

Lines = tuple[str, ...]
_CLOSING_MARKS = "，。、；：？！）】》」』〉〕”’,.;:?!)]}…—"
_PAUSE_MARKS = "，。；：？！,;:?!—…"
_SENTENCE_MARKS = "。？！；?!;"


# All costs have one unit: a line whose width differs from the average by two fifths costs 1.
_POINTS_PER_UNIT = 30.0  # points of `opportunities` that make one unit
_RAGGEDNESS = 2.6
_LINE_COST, _SENTENCE_COST, _PAUSE_COST = 0.3, 1.0, 0.2
_BEST_BREAK = -0.35
_ORPHAN_COST, _WIDOW_COST, _ONE_WORD_COST = 8.0, 1.5, 0.6
_LAST_RESORT_COST = 500.0


def balance_lines(
    text: str,
    break_places: Sequence[BreakOpportunity],
    width: float,
    measure: Callable[[int, int], float],
    max_lines: int,
) -> tuple[Lines, float] | None:
    """Return a text in the fewest lines that fit a width (or one more), and the cost of its breaks.

    `break_places` are where a line may end (see `opportunities`); `measure(start, end)` gives the
    width of the characters [start, end) in the unit of `width`. Returns None where the text does
    not fit in `max_lines` lines.
    """
    if measure(0, len(text)) <= width:
        return (text,), 0.0
    table = _LineTable(text, break_places, width, measure)
    candidates: list[tuple[Lines, float]] = []
    for count in range(2, max_lines + 1):
        if candidates and count > len(candidates[0][0]) + 1:
            break
        best = table.best_lines(count)
        if best is not None:
            candidates.append(
                (
                    best[0],
                    best[1] + _LINE_COST * (count - len(candidates[0][0]) if candidates else 0),
                )
            )
    return min(candidates, key=lambda lines: lines[1], default=None)


class _LineTable:
    """Every line that a text can have, from a break to a later break, measured once."""

    def __init__(
        self,
        text: str,
        break_places: Sequence[BreakOpportunity],
        width: float,
        measure: Callable[[int, int], float],
    ) -> None:
        self._text, self._width = text, width
        self._costs = {place.position: _break_cost(text, place) for place in break_places} | {
            len(text): 0.0
        }
        stops = [0, *self._costs]
        trimmed = {
            (a, b): _trim_spaces(text, a, b)
            for number, a in enumerate(stops)
            for b in stops[number + 1 :]
        }
        wide = {ends: measure(*inner) for ends, inner in trimmed.items()}
        self._widths = {ends: length for ends, length in wide.items() if length <= width}
        self._total_width = wide[0, len(text)]
        self._run_on_costs = [_run_on_cost(text, place) for place in range(len(text) + 1)]

    def best_lines(self, count: int) -> tuple[Lines, float] | None:
        """Return the cheapest way to set the text in exactly `count` lines, with its cost."""
        aim = min(self._width, self._total_width / count)
        reached: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
        for _ in range(count):
            further: dict[int, tuple[float, tuple[int, ...]]] = {}
            for (start, end), wide in self._widths.items():
                if start in reached:
                    spent, taken = reached[start]
                    cost = (
                        spent
                        + ((wide - aim) / self._width * _RAGGEDNESS) ** 2
                        + self._line_cost(start, end)
                    )
                    if end not in further or cost < further[end][0]:
                        further[end] = cost, (*taken, end)
            reached = further
        if len(self._text) not in reached:
            return None
        spent, ends = reached[len(self._text)]
        return tuple(self._text[a:b].strip() for a, b in zip((0, *ends), ends, strict=False)), spent

    def _line_cost(self, start: int, end: int) -> float:
        """Return the cost of a line: sentences run on inside it, its break, a scrap at the end."""
        last = _last_line_cost(self._text[start:end].strip()) if end == len(self._text) else 0.0
        return sum(self._run_on_costs[start + 1 : end]) + self._costs[end] + last


def _break_cost(text: str, place: BreakOpportunity) -> float:
    if text[: place.position].rstrip()[-1:] in tuple(_PAUSE_MARKS):
        return _BEST_BREAK
    return place.penalty / _POINTS_PER_UNIT


def _run_on_cost(text: str, index: int) -> float:
    """Return the cost of a line that goes on after the punctuation before `index`."""
    mark = text[index - 1 : index] if index else ""
    if not mark or mark not in _PAUSE_MARKS or text[index : index + 1] in tuple(_CLOSING_MARKS):
        return 0.0
    return _SENTENCE_COST if mark in _SENTENCE_MARKS else _PAUSE_COST


def _last_line_cost(last_line: str) -> float:
    """Return the cost of a last line by itself: one or two characters alone look lost."""
    letters = [character for character in last_line if character not in _CLOSING_MARKS]
    han = sum(map(is_cjk_letter, letters))
    if han == len(letters):
        return _ORPHAN_COST if han <= 1 else _WIDOW_COST if han == len("两字") else 0.0
    return _ONE_WORD_COST if " " not in last_line and not han else 0.0


def _trim_spaces(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a line's range without the spaces at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
