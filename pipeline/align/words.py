"""Times of units of the spoken form, as words of the shown row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import timebase
from pipeline.model import Span, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import SpokenRow


def shown_words(row: SpokenRow, units: Sequence[tuple[int, int]], times: Sequence[tuple[float, float]], span: Span) -> tuple[Word, ...]:
    """Return words inside `span`: the shown characters of each unit, joined where one token was said as several units.

    `units` are characters [first, last) of the spoken form, `times` their (start, end) in seconds.
    """
    found: list[Word] = []
    for (first, last), (start, end) in zip(units, times, strict=True):
        shown_first, shown_last = _shown(row, first, last)
        if shown_last <= shown_first:
            continue
        heard = Span(*(min(max(timebase.samples_from_seconds(edge), span.start), span.end) for edge in (start, end)))
        if found and shown_first < found[-1].last:
            before = found.pop()
            heard = Span(before.span.start, max(before.span.end, heard.end))
            shown_first, shown_last = before.first, max(before.last, shown_last)
        found.append(Word(shown_first, shown_last, heard))
    if found:
        found[0] = Word(found[0].first, found[0].last, Span(span.start, max(span.start, found[0].span.end)))
        found[-1] = Word(found[-1].first, found[-1].last, Span(min(found[-1].span.start, span.end), span.end))
    return tuple(found)


def _shown(row: SpokenRow, first: int, last: int) -> tuple[int, int]:
    """Return the shown characters of spoken characters [first, last): exactly where a token is said as it is shown, else the token's."""
    starts, ends = [], []
    for token in row.tokens:
        if token.spoken_end <= first or token.spoken_start >= last:
            continue
        offset = token.shown_start - token.spoken_start
        same = row.shown[token.shown_start : token.shown_end] == row.spoken[token.spoken_start : token.spoken_end]
        starts.append(max(first, token.spoken_start) + offset if same else token.shown_start)
        ends.append(min(last, token.spoken_end) + offset if same else token.shown_end)
    return (min(starts), max(ends)) if starts else (0, 0)
