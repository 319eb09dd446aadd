"""An alignment as the rest of the house knows it: samples at 48 kHz, words of the shown text, flags by row number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import timebase
from pipeline.align.result import Alignment, Flag
from pipeline.align.snap import snapped
from pipeline.align.verdict import trusted
from pipeline.align.words import shown_words
from pipeline.model import RowTime, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.align.features import Heard
    from pipeline.align.verdict import Verdict
    from pipeline.model import SpokenRow


def told(
    rows: Sequence[SpokenRow],
    units: Sequence[Sequence[tuple[int, int]]],
    verdict: Verdict,
    heard: Heard,
    sure: Sequence[float],
    method: str,
) -> Alignment:
    """Return the alignment: edges snapped to pauses, words, confidences (`sure`, held down where there are doubts), flags.

    `units` are the characters [first, last) of each row's spoken form that its units' times belong to.
    """
    places = [index for index, row in enumerate(verdict.heard) if row]
    edges = snapped(heard.level, [(row.start, row.end) for row in verdict.heard if row])
    spans = {index: _span(edge, heard.length) for index, edge in zip(places, edges, strict=True)}
    spans |= {index: _span(place, heard.length) for index, place in verdict.put.items()}
    held, doubts = trusted(sure, verdict)
    times = []
    for index, (row, each) in enumerate(zip(rows, units, strict=True)):
        found = verdict.heard[index]
        words = shown_words(row, each, found.units, spans[index]) if found else ()
        times.append(RowTime(row.row, spans[index], "measured" if found else "estimated", words, held[index]))
    flags = tuple(Flag(rows[doubt.row].row, doubt.reason, doubt.stretch and _span(doubt.stretch, heard.length)) for doubt in doubts)
    return Alignment(tuple(apart(times)), flags, method)


def _span(edges: tuple[float, float], length: int) -> Span:
    return Span(*(min(timebase.samples_from_seconds(edge), length) for edge in edges))


def apart(times: Sequence[RowTime]) -> Iterator[RowTime]:
    """Yield the rows so that none begins before the one before it ends: the timeline's invariant."""
    before = 0
    for time in times:
        span = Span(max(before, time.span.start), max(before, time.span.end))
        words = tuple(
            replace(word, span=Span(*(min(max(edge, span.start), span.end) for edge in (word.span.start, word.span.end))))
            for word in time.words
        )
        yield replace(time, span=span, words=words)
        before = span.end
