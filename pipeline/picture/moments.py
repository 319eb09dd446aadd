"""What a chapter says that is worth a card of its own for some seconds: a list, somebody's words, a year or figure, a telling line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.text.keywords import enumeration, key_figure, key_line, key_year, quotations
from pipeline.text.widths import width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.text.words import Segmenter

_SETTLE = 55
"""Characters (some twelve seconds of speech) a chapter's card stands before another takes its place, and before the chapter ends."""

_SHOWN = 36
"""Characters (some eight seconds) a moment's card is shown."""

_APART = 160
"""Characters (some 35 seconds) between two moments: more cards would be restless."""

_QUOTE_WIDTH = (8, 44)
_NUMBER_LINE_WIDTH, _DATE_WIDTH = (6, 40), 9
_RANK = {"list": 0, "quotation": 1, "year": 2, "figure": 3, "key_line": 4}


@dataclass(frozen=True, slots=True)
class Moment:
    """Rows [first, after) of a chapter, counted from 0, and what their card says (`year`, `figure`: the number and its line)."""

    kind: Literal["list", "quotation", "year", "figure", "key_line"]
    first: int
    after: int
    texts: tuple[str, ...]


def moments_in(said: Sequence[str], segmenter: Segmenter) -> tuple[Moment, ...]:
    """Return the moments of a chapter's rows in order, the more telling kinds first in line where two are too close."""
    starts = [0]
    for text in said:
        starts.append(starts[-1] + len(text))
    chosen: list[Moment] = []
    for moment in sorted(_found(said, starts, segmenter), key=lambda one: (_RANK[one.kind], one.first)):
        early, late = starts[moment.first], starts[-1] - starts[moment.after]
        apart = min((abs(early - starts[other.first]) for other in chosen), default=_APART)
        if early >= _SETTLE and (late >= _SHOWN or late == 0) and apart >= _APART:
            chosen.append(moment)
    return tuple(sorted(chosen, key=lambda one: one.first))


def _found(said: Sequence[str], starts: Sequence[int], segmenter: Segmenter) -> Iterator[Moment]:
    items = enumeration(said)
    if items:
        first = _row_with(said, items[0])
        yield Moment("list", first, max(_until(starts, first), _row_with(said, items[-1], first) + 1), items)
    for words in quotations(said):
        if _QUOTE_WIDTH[0] <= width(words, "visual") <= _QUOTE_WIDTH[1]:
            first = _row_with(said, words)
            yield Moment("quotation", first, _until(starts, first), (words,))
    numbers: tuple[tuple[Literal["year", "figure"], str | None], ...] = (("year", key_year(said)), ("figure", key_figure(said)))
    for kind, number in numbers:
        if number:
            first = _row_with(said, number)
            line = said[first]
            if width(line, "visual") < _DATE_WIDTH and first + 1 < len(said):  # a date alone says nothing: what happened is the next row
                line = f"{line.rstrip('，,')}，{said[first + 1]}"
            if _NUMBER_LINE_WIDTH[0] <= width(line, "visual") <= _NUMBER_LINE_WIDTH[1]:
                yield Moment(kind, first, _until(starts, first), (number, line))
    telling = key_line(said, segmenter)
    if telling:
        first = _row_with(said, telling)
        yield Moment("key_line", first, _until(starts, first), (telling,))


def _row_with(said: Sequence[str], words: str, least: int = 0) -> int:
    """Return the first row that holds a text, or its beginning where it runs over rows."""
    for length in (len(words), 6, 3, 1):
        for place in range(least, len(said)):
            if words[:length] in said[place]:
                return place
    return least


def _until(starts: Sequence[int], first: int) -> int:
    """Return the row before which some eight seconds have been spoken since row `first`."""
    return next((place for place in range(first + 1, len(starts)) if starts[place] - starts[first] >= _SHOWN), len(starts) - 1)
