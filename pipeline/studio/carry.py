"""The times of the last build carried over to texts that were edited since, so that they stand still while somebody works.

A row that is unchanged keeps its time. Rows that were changed get estimated ones within the place of the rows they came from: one for one
where they are as many, else by the characters that are in both, so that a row split keeps its start, its end and the moment of the cut.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.model import RowTime, Span
from pipeline.text.syllables import syllable_weights
from pipeline.timebase import samples_stretched
from pipeline.timing.timeline import with_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Chapter, Timeline
    from pipeline.stages.told import Told

_PARTS = 1_000_000
"""How finely a share of a time is told."""

_LONGEST_COMPARED = 20_000
"""Characters of rows whose letters are compared one by one; longer stretches were written anew and share nothing worth keeping."""


def carried(told: Told, texts: Sequence[str], chapters: Sequence[Chapter]) -> Timeline:
    """Return the timeline with a time for each of the texts, in order and without overlaps."""
    old = told.timeline.rows
    times: list[RowTime] = []
    for same, (first, last), (begin, end) in _blocks(told.texts, texts):
        if same:
            times += [replace(time, row=begin + 1 + place) for place, time in enumerate(old[first:last])]
        elif last - first == end - begin:
            spans = [time.span for time in old[first:last]]
            times += [RowTime(begin + 1 + place, span, "estimated") for place, span in enumerate(spans)]
        else:
            spans = _shared_out(told, (first, last), texts[begin:end])
            times += [RowTime(begin + 1 + place, span, "estimated") for place, span in enumerate(spans)]
    return with_rows(told.timeline, times, chapters)


def rows_now(old: Sequence[str], new: Sequence[str]) -> tuple[dict[int, int], dict[int, int]]:
    """Return where each old row is among the new ones: those that are unchanged, and all (a changed one: what took its place)."""
    kept: dict[int, int] = {}
    moved: dict[int, int] = {}
    for same, (first, last), (begin, end) in _blocks(old, new):
        for place in range(last - first):
            now = begin + 1 + (place if same else min(place, max(0, end - begin - 1)))
            moved[first + 1 + place] = min(now, len(new))
            if same:
                kept[first + 1 + place] = now
    return kept, moved


def moment(text: str, time: RowTime, at: int) -> int:
    """Return the sample at which character `at` of a row begins: by its words where those are known, else by its syllables."""
    if at <= 0:
        return time.span.start
    if at >= len(text):
        return time.span.end
    for word in time.words:
        if word.last > at:
            within = max(0, at - word.first)
            return word.span.start + samples_stretched(word.span.length, within, max(1, word.last - word.first))
    weights = syllable_weights(text)
    total = sum(weights)
    share = sum(weights[:at]) / total if total else at / len(text)
    return time.span.start + samples_stretched(time.span.length, round(share * _PARTS), _PARTS)


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, tuple[int, int], tuple[int, int]]]:
    """Yield (whether equal, rows of the old, rows of the new), in order."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if head:
        yield True, (0, head), (0, head)
    inner = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    for kind, first, last, begin, end in inner.get_opcodes():
        yield kind == "equal", (head + first, head + last), (head + begin, head + end)
    if tail:
        yield True, (len(old) - tail, len(old)), (len(new) - tail, len(new))


def _shared_out(told: Told, old: tuple[int, int], texts: Sequence[str]) -> list[Span]:
    """Return spans for texts in the place of the old rows [first, last); where there were none, in the pause they came into."""
    rows, timeline = told.timeline.rows, told.timeline
    first, last = old
    if not texts:
        return []
    if first == last:
        start = rows[first - 1].span.end if first else 0
        end = rows[first].span.start if first < len(rows) else timeline.length
        edges = _even(start, end, texts)
        return [Span(a, b) for a, b in pairwise(edges)]
    anchors = _anchors(told, old, "".join(texts))
    places = [place for place, _, _ in anchors]
    spans = []
    at, floor = 0, rows[first].span.start
    for text in texts:
        start = max(floor, _after(anchors, places, at))
        end = max(start, _before(anchors, places, at + len(text)))
        spans.append(Span(start, end))
        floor, at = end, at + len(text)
    return spans


def _even(start: int, end: int, texts: Sequence[str]) -> list[int]:
    """Return edges of texts between two samples, by their syllables."""
    weights = [max(sum(syllable_weights(text)), 0.1) for text in texts]
    total, done, edges = sum(weights), 0.0, [start]
    for weight in weights:
        done += weight
        edges.append(start + samples_stretched(end - start, round(done / total * _PARTS), _PARTS))
    return edges


def _anchors(told: Told, old: tuple[int, int], new: str) -> list[tuple[int, int, int]]:
    """Return (place in the new text, sample at which what is before it ends, sample at which what follows begins), rising."""
    first, last = old
    rows = told.timeline.rows
    starts, at = [], 0
    for text in told.texts[first:last]:
        starts.append(at)
        at += len(text)
    letters = "".join(told.texts[first:last])
    found = [(0, rows[first].span.start, rows[first].span.start)]
    short = len(letters) + len(new) <= _LONGEST_COMPARED
    for block in SequenceMatcher(None, letters, new, autojunk=False).get_matching_blocks() if short else ():
        for offset in range(block.size + 1 if block.size else 0):
            place = block.a + offset
            after = bisect_right(starts, place) - 1
            before = bisect_right(starts, place - 1) - 1 if place else 0
            ends = moment(told.texts[first + before], rows[first + before], place - starts[before])
            begins = moment(told.texts[first + after], rows[first + after], place - starts[after])
            found.append((block.b + offset, ends, begins))
    found.append((len(new), rows[last - 1].span.end, rows[last - 1].span.end))
    return found


def _after(anchors: Sequence[tuple[int, int, int]], places: Sequence[int], at: int) -> int:
    """Return when the character at a place begins to sound."""
    index = bisect_right(places, at) - 1
    place, _, begins = anchors[index]
    return begins if place == at else _between(anchors, index, at)


def _before(anchors: Sequence[tuple[int, int, int]], places: Sequence[int], at: int) -> int:
    """Return when what is before a place has sounded."""
    index = bisect_right(places, at) - 1
    place, ends, _ = anchors[index]
    return ends if place == at else _between(anchors, index, at)


def _between(anchors: Sequence[tuple[int, int, int]], index: int, at: int) -> int:
    """Return the moment of a place between two anchors, in proportion."""
    (low, _, start), (high, end, _) = anchors[index], anchors[index + 1]
    return start + samples_stretched(max(0, end - start), at - low, high - low)
