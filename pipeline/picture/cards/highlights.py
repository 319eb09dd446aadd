"""Passages of a chapter that get a card of their own for some seconds.

They are lists, quotations, years, figures and telling lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.text.display_width import display_width
from pipeline.text.topics.keywords import (
    enumerated_items,
    key_figure,
    key_year,
    quotable_line,
    quotations,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.text.word_segmenter import Segmenter

_MIN_CHARACTERS_AROUND = 55
"""Characters that a chapter's card is shown before another card and before the chapter ends.

They are about twelve seconds of speech.
"""

_SHOWN_CHARACTERS = 36
"""Characters (about eight seconds of speech) that a highlight's card is shown."""

_MIN_CHARACTERS_BETWEEN = 160
"""Characters (about 35 seconds of speech) between two highlights: more cards would be restless."""

_QUOTE_WIDTH = (8, 44)
_NUMBER_LINE_WIDTH, _DATE_WIDTH = (6, 40), 9
_KIND_RANK = {"list": 0, "quotation": 1, "year": 2, "figure": 3, "key_line": 4}


@dataclass(frozen=True, slots=True)
class Highlight:
    """Rows [first_row, end_row) of a chapter, counted from 0, and the texts of their card.

    For `year` and `figure` the texts are the number and its line.
    """

    kind: Literal["list", "quotation", "year", "figure", "key_line"]
    first_row: int
    end_row: int
    texts: tuple[str, ...]


def find_highlights(row_texts: Sequence[str], segmenter: Segmenter) -> tuple[Highlight, ...]:
    """Return the highlights of a chapter's rows in order.

    Of two that are too close, the more telling kind is kept.
    """
    starts = [0]
    for text in row_texts:
        starts.append(starts[-1] + len(text))
    chosen: list[Highlight] = []
    for candidate in sorted(
        _candidates(row_texts, starts, segmenter),
        key=lambda one: (_KIND_RANK[one.kind], one.first_row),
    ):
        early, late = starts[candidate.first_row], starts[-1] - starts[candidate.end_row]
        apart = min(
            (abs(early - starts[other.first_row]) for other in chosen),
            default=_MIN_CHARACTERS_BETWEEN,
        )
        if (
            early >= _MIN_CHARACTERS_AROUND
            and (late >= _SHOWN_CHARACTERS or late == 0)
            and apart >= _MIN_CHARACTERS_BETWEEN
        ):
            chosen.append(candidate)
    return tuple(sorted(chosen, key=lambda one: one.first_row))


def _candidates(
    row_texts: Sequence[str], starts: Sequence[int], segmenter: Segmenter
) -> Iterator[Highlight]:
    items = enumerated_items(row_texts)
    if items:
        first_row = _find_row(row_texts, items[0])
        yield Highlight(
            "list",
            first_row,
            max(
                _row_after_showing(starts, first_row),
                _find_row(row_texts, items[-1], first_row) + 1,
            ),
            items,
        )
    for words in quotations(row_texts):
        if _QUOTE_WIDTH[0] <= display_width(words, "visual") <= _QUOTE_WIDTH[1]:
            first_row = _find_row(row_texts, words)
            yield Highlight("quotation", first_row, _row_after_showing(starts, first_row), (words,))
    numbers: tuple[tuple[Literal["year", "figure"], str | None], ...] = (
        ("year", key_year(row_texts)),
        ("figure", key_figure(row_texts)),
    )
    for kind, number in numbers:
        if number:
            first_row = _find_row(row_texts, number)
            line = row_texts[first_row]
            if display_width(line, "visual") < _DATE_WIDTH and first_row + 1 < len(
                row_texts
            ):  # a date alone says nothing: what happened is the next row
                line = f"{line.rstrip('，,')}，{row_texts[first_row + 1]}"
            if _NUMBER_LINE_WIDTH[0] <= display_width(line, "visual") <= _NUMBER_LINE_WIDTH[1]:
                yield Highlight(
                    kind, first_row, _row_after_showing(starts, first_row), (number, line)
                )
    sentence = quotable_line(row_texts, segmenter)
    if sentence:
        first_row = _find_row(row_texts, sentence)
        yield Highlight("key_line", first_row, _row_after_showing(starts, first_row), (sentence,))


def _find_row(row_texts: Sequence[str], words: str, from_row: int = 0) -> int:
    """Return the first row that holds a text, or its beginning where it runs over rows."""
    for length in (len(words), 6, 3, 1):
        for row in range(from_row, len(row_texts)):
            if words[:length] in row_texts[row]:
                return row
    return from_row


def _row_after_showing(starts: Sequence[int], first_row: int) -> int:
    """Return the row before which about eight seconds have been spoken since `first_row`."""
    return next(
        (
            place
            for place in range(first_row + 1, len(starts))
            if starts[place] - starts[first_row] >= _SHOWN_CHARACTERS
        ),
        len(starts) - 1,
    )
