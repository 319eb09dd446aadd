"""Transfer the times of the last build to texts that were edited since.

A row that is unchanged keeps its time. Changed rows get estimated times inside the time of the rows
they replace: one for one where the counts are equal, otherwise by the characters they share. So a
row that is split keeps its start, its end and the time at the cut.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.model import RowTime, Span
from pipeline.text.syllables import syllable_weights
from pipeline.timebase import stretch_position
from pipeline.timing.timeline_layout import replace_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Chapter, Timeline
    from pipeline.stages.snapshot import Snapshot

_SHARE_PRECISION = 1_000_000
"""The resolution of a share of a time span."""

_MAX_COMPARED_CHARACTERS = 20_000
"""Longest text, in characters, that is compared character by character.

Longer passages were rewritten and share nothing worth keeping.
"""


def transfer_timeline(
    snapshot: Snapshot, texts: Sequence[str], chapters: Sequence[Chapter]
) -> Timeline:
    """Return the timeline with a time for each text, in order and without overlaps."""
    old_rows = snapshot.timeline.rows
    times: list[RowTime] = []
    for is_equal, (old_start, old_end), (new_start, new_end) in _row_blocks(snapshot.texts, texts):
        if is_equal:
            times += [
                replace(time, row=new_start + 1 + offset)
                for offset, time in enumerate(old_rows[old_start:old_end])
            ]
        elif old_end - old_start == new_end - new_start:
            spans = [time.span for time in old_rows[old_start:old_end]]
            times += [
                RowTime(new_start + 1 + offset, span, "estimated")
                for offset, span in enumerate(spans)
            ]
        else:
            spans = _distribute_spans(snapshot, (old_start, old_end), texts[new_start:new_end])
            times += [
                RowTime(new_start + 1 + offset, span, "estimated")
                for offset, span in enumerate(spans)
            ]
    return replace_rows(snapshot.timeline, times, chapters)


def map_rows(
    old_texts: Sequence[str], new_texts: Sequence[str]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return the new number of each old row: of unchanged rows, and of all rows.

    A changed row is mapped to the row that took its place.
    """
    unchanged_rows: dict[int, int] = {}
    moved_rows: dict[int, int] = {}
    for is_equal, (old_start, old_end), (new_start, new_end) in _row_blocks(old_texts, new_texts):
        for offset in range(old_end - old_start):
            new_row = (
                new_start
                + 1
                + (offset if is_equal else min(offset, max(0, new_end - new_start - 1)))
            )
            moved_rows[old_start + 1 + offset] = min(new_row, len(new_texts))
            if is_equal:
                unchanged_rows[old_start + 1 + offset] = new_row
    return unchanged_rows, moved_rows


def sample_of_character(text: str, row_time: RowTime, position: int) -> int:
    """Return the sample at which character `position` of a row begins.

    By its word times where they are known, otherwise by its syllables.
    """
    if position <= 0:
        return row_time.span.start
    if position >= len(text):
        return row_time.span.end
    for word in row_time.word_times:
        if word.shown_end > position:
            characters_in = max(0, position - word.shown_start)
            return word.span.start + stretch_position(
                word.span.length, characters_in, max(1, word.shown_end - word.shown_start)
            )
    weights = syllable_weights(text)
    total = sum(weights)
    share = sum(weights[:position]) / total if total else position / len(text)
    return row_time.span.start + stretch_position(
        row_time.span.length, round(share * _SHARE_PRECISION), _SHARE_PRECISION
    )


def _row_blocks(
    old_texts: Sequence[str], new_texts: Sequence[str]
) -> Iterator[tuple[bool, tuple[int, int], tuple[int, int]]]:
    """Yield (is equal, range of old rows, range of new rows) in order.

    Ranges are half open and counted from 0.
    """
    head = 0
    while head < min(len(old_texts), len(new_texts)) and old_texts[head] == new_texts[head]:
        head += 1
    tail = 0
    while (
        tail < min(len(old_texts), len(new_texts)) - head
        and old_texts[-1 - tail] == new_texts[-1 - tail]
    ):
        tail += 1
    if head:
        yield True, (0, head), (0, head)
    matcher = SequenceMatcher(
        None,
        old_texts[head : len(old_texts) - tail],
        new_texts[head : len(new_texts) - tail],
        autojunk=False,
    )
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        yield (
            kind == "equal",
            (head + old_start, head + old_end),
            (head + new_start, head + new_end),
        )
    if tail:
        yield True, (len(old_texts) - tail, len(old_texts)), (len(new_texts) - tail, len(new_texts))


def _distribute_spans(
    snapshot: Snapshot, old_range: tuple[int, int], texts: Sequence[str]
) -> list[Span]:
    """Return spans for texts inside the time of the old rows [start, end).

    Where there were no old rows, the texts share the pause between the neighbors.
    """
    rows, timeline = snapshot.timeline.rows, snapshot.timeline
    old_start, old_end = old_range
    if not texts:
        return []
    if old_start == old_end:
        start = rows[old_start - 1].span.end if old_start else 0
        end = rows[old_start].span.start if old_start < len(rows) else timeline.length
        edges = _syllable_edges(start, end, texts)
        return [Span(a, b) for a, b in pairwise(edges)]
    anchors = _text_anchors(snapshot, old_range, "".join(texts))
    positions = [position for position, _, _ in anchors]
    spans = []
    position, earliest_start = 0, rows[old_start].span.start
    for text in texts:
        start = max(earliest_start, _sound_start(anchors, positions, position))
        end = max(start, _sound_end(anchors, positions, position + len(text)))
        spans.append(Span(start, end))
        earliest_start, position = end, position + len(text)
    return spans


def _syllable_edges(start: int, end: int, texts: Sequence[str]) -> list[int]:
    """Return the edges of texts between two samples, in proportion to their syllables."""
    weights = [max(sum(syllable_weights(text)), 0.1) for text in texts]
    total, weight_so_far, edges = sum(weights), 0.0, [start]
    for weight in weights:
        weight_so_far += weight
        edges.append(
            start
            + stretch_position(
                end - start, round(weight_so_far / total * _SHARE_PRECISION), _SHARE_PRECISION
            )
        )
    return edges


def _text_anchors(
    snapshot: Snapshot, old_range: tuple[int, int], new_text: str
) -> list[tuple[int, int, int]]:
    """Return anchors, rising by position in the new text.

    Each is (position, sample at which the text before it ends, sample at which the text after it
    begins).
    """
    old_start, old_end = old_range
    rows = snapshot.timeline.rows
    starts, position = [], 0
    for text in snapshot.texts[old_start:old_end]:
        starts.append(position)
        position += len(text)
    old_text = "".join(snapshot.texts[old_start:old_end])
    anchors = [(0, rows[old_start].span.start, rows[old_start].span.start)]
    is_comparable = len(old_text) + len(new_text) <= _MAX_COMPARED_CHARACTERS
    for block in (
        SequenceMatcher(None, old_text, new_text, autojunk=False).get_matching_blocks()
        if is_comparable
        else ()
    ):
        for offset in range(block.size + 1 if block.size else 0):
            old_position = block.a + offset
            row_after = bisect_right(starts, old_position) - 1
            row_before = bisect_right(starts, old_position - 1) - 1 if old_position else 0
            ends = sample_of_character(
                snapshot.texts[old_start + row_before],
                rows[old_start + row_before],
                old_position - starts[row_before],
            )
            begins = sample_of_character(
                snapshot.texts[old_start + row_after],
                rows[old_start + row_after],
                old_position - starts[row_after],
            )
            anchors.append((block.b + offset, ends, begins))
    anchors.append((len(new_text), rows[old_end - 1].span.end, rows[old_end - 1].span.end))
    return anchors


def _sound_start(
    anchors: Sequence[tuple[int, int, int]], positions: Sequence[int], position: int
) -> int:
    """Return the sample at which the character at a position begins."""
    index = bisect_right(positions, position) - 1
    anchor_position, _, begins = anchors[index]
    return begins if anchor_position == position else _interpolate_sample(anchors, index, position)


def _sound_end(
    anchors: Sequence[tuple[int, int, int]], positions: Sequence[int], position: int
) -> int:
    """Return the sample at which the text before a position ends."""
    index = bisect_right(positions, position) - 1
    anchor_position, ends, _ = anchors[index]
    return ends if anchor_position == position else _interpolate_sample(anchors, index, position)


def _interpolate_sample(anchors: Sequence[tuple[int, int, int]], index: int, position: int) -> int:
    """Return the sample of a position between two anchors, by linear interpolation."""
    (low, _, start), (high, end, _) = anchors[index], anchors[index + 1]
    return start + stretch_position(max(0, end - start), position - low, high - low)
