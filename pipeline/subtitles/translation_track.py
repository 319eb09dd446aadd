"""The rows of a translation as readable cues, inside the time of the rows they translate.

Short and fast rows are merged, long ones are split.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.model import Cue, Span, Track, Word
from pipeline.subtitle_profiles import limits_for_language
from pipeline.subtitles.frame_grid import divide_span, frames_of_span, span_of_frames
from pipeline.subtitles.reading_time import lend_reading_time
from pipeline.text.display_width import display_width
from pipeline.text.line_joining import join_texts, joining_space
from pipeline.text.linebreak.line_breaker import CueText, break_row
from pipeline.timebase import SAMPLE_RATE, frame_at, samples_from_frame, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Timeline, TimeSource
    from pipeline.subtitle_profiles import CueLimits
    from pipeline.text.word_segmenter import Segmenter

_MAX_MERGED_ROWS = 5
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»）)\]]*$")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|No|Inc|Ltd|Jr|Sr)|\b[A-Z])\.$")
_COMFORTABLE_MS = 1_200
"""An English cue of about this length is read without haste; shorter ones may be merged."""

_MISSING_SECOND_COST = 2.0
"""The cost of a missing second of reading time; the next is that of a row shown too early."""

_EARLY_ROW_COST = 0.2
_TIME_SOURCES: tuple[TimeSource, ...] = ("estimated", "boundary", "measured")
"""From the least certain to the most certain."""


@dataclass(frozen=True, slots=True)
class TimedTranslation:
    """The translation of rows `row` to `last_row`, and the time the first language shows them."""

    row: int
    last_row: int
    text: str
    span: Span
    known: TimeSource


def build_translation_track(
    rows: Sequence[str],
    timeline: Timeline,
    first_track: Track,
    limits: CueLimits,
    segmenter: Segmenter,
    language: str,
) -> Track:
    """Return the cues of a translation with one text for each row of the timeline.

    A text of "" is joined to the row above. A cue covers rows `row` to `last_row`; its source is
    their texts, joined by a space where the script has spaces, or a part of one text that is too
    long for a cue. Its `word_times` give, for each stretch of the source that is one text, the time
    of that text's rows. Cues are on the frame grid, inside the time for which the first language
    shows their rows, do not overlap, and do not reach over the start of a chapter. Limits that
    count Latin characters are halved for full-width scripts. Raises ValueError where rows and
    timeline differ in number.
    """
    limits = limits_for_language(limits, language)
    chapters = frozenset(mark.chapter.row for mark in timeline.chapters)
    translated = _translated_rows(rows, timeline, first_track, chapters)
    first_spans = [cue.span for cue in first_track.cues]
    cues: list[Cue] = []
    for group in _group_rows(translated, chapters, limits, segmenter):
        cues += (
            [_merge_rows(group, limits, segmenter)]
            if len(group) > 1
            else _split_rows(group[0], first_spans, timeline.fps, limits, segmenter)
        )
    return Track(language, tuple(lend_reading_time(cues, limits, chapters, timeline.fps)))


def _translated_rows(
    rows: Sequence[str], timeline: Timeline, first_track: Track, chapters: frozenset[int]
) -> list[TimedTranslation]:
    spans: dict[int, Span] = {}
    for cue in first_track.cues:
        for row in range(cue.row, (cue.last_row or cue.row) + 1):
            spans[row] = Span(spans[row].start if row in spans else cue.span.start, cue.span.end)
    translated: list[TimedTranslation] = []
    crossed: set[int] = set()
    # rows joined to one of the chapter before; the text is not shown in their time
    for text, time in zip(rows, timeline.rows, strict=True):
        span = spans.get(time.row) or span_of_frames(
            *frames_of_span(time.span, timeline.fps), timeline.fps
        )
        if text.strip() or not translated:
            translated.append(
                TimedTranslation(time.row, time.row, text.strip(), span, time.time_source)
            )
        else:
            previous = translated[-1]
            known = min(previous.known, time.time_source, key=_TIME_SOURCES.index)
            may_extend = previous.last_row not in crossed and time.row not in chapters
            end = max(previous.span.end, span.end) if may_extend else previous.span.end
            translated[-1] = TimedTranslation(
                previous.row, time.row, previous.text, Span(previous.span.start, end), known
            )
            crossed.update(() if may_extend else (time.row,))
    return [entry for entry in translated if entry.text]


def _group_rows(
    translated: Sequence[TimedTranslation],
    chapters: frozenset[int],
    limits: CueLimits,
    segmenter: Segmenter,
) -> list[Sequence[TimedTranslation]]:
    """Return the texts in groups of one cue each, at the least total cost (dynamic programming)."""
    best_costs = [0.0]
    group_starts: list[int] = []
    for end in range(1, len(translated) + 1):
        choices = []
        for begin in range(end - 1, max(-1, end - 1 - _MAX_MERGED_ROWS), -1):
            group = translated[begin:end]
            if len(group) > 1 and not _may_share_cue(group[0], group[1], chapters):
                break
            if len(group) > 1 and not _fits_one_cue(group, limits, segmenter):
                continue
            choices.append((best_costs[begin] + _group_cost(group, limits), begin))
        cost, begin = min(choices, key=lambda choice: (choice[0], -choice[1]))
        best_costs.append(cost)
        group_starts.append(begin)
    groups: list[Sequence[TimedTranslation]] = []
    end = len(translated)
    while end:
        groups.append(translated[group_starts[end - 1] : end])
        end = group_starts[end - 1]
    return groups[::-1]


def _may_share_cue(
    before: TimedTranslation, after: TimedTranslation, chapters: frozenset[int]
) -> bool:
    """Return whether two texts may share a cue: one sentence, one chapter, no 0.5 s pause."""
    if (
        not chapters.isdisjoint(range(before.row + 1, after.row + 1))
        or after.span.start - before.span.end > SAMPLE_RATE // 2
    ):
        return False
    return not _SENTENCE_END.search(before.text) or bool(_ABBREVIATION.search(before.text))


def _fits_one_cue(
    group: Sequence[TimedTranslation], limits: CueLimits, segmenter: Segmenter
) -> bool:
    if group[-1].span.end - group[0].span.start > samples_from_ms(limits.max_ms):
        return False
    text = join_texts(entry.text for entry in group)
    return (
        display_width(text, limits.width_kind) <= limits.characters * limits.lines
        and len(break_row(text, limits, segmenter)) == 1
    )


def _group_cost(group: Sequence[TimedTranslation], limits: CueLimits) -> float:
    seconds = (group[-1].span.end - group[0].span.start) / SAMPLE_RATE
    needed_seconds = (
        sum(display_width(entry.text, limits.width_kind) for entry in group) / limits.cps
    )
    missing_seconds = max(
        0.0, needed_seconds - seconds, max(limits.min_ms, _COMFORTABLE_MS) / 1000 - seconds
    )
    return _MISSING_SECOND_COST * missing_seconds + _EARLY_ROW_COST * (len(group) - 1)


def _merge_rows(group: Sequence[TimedTranslation], limits: CueLimits, segmenter: Segmenter) -> Cue:
    source = ""
    words: list[Word] = []
    for entry in group:
        source += joining_space(source, entry.text)
        words.append(Word(len(source), len(source) + len(entry.text), entry.span))
        source += entry.text
    (part,) = break_row(source, limits, segmenter)
    span = Span(group[0].span.start, group[-1].span.end)
    known = min((entry.known for entry in group), key=_TIME_SOURCES.index)
    return Cue(group[0].row, 0, source, part.lines, span, known, tuple(words), group[-1].last_row)


def _split_rows(
    entry: TimedTranslation,
    first_spans: Sequence[Span],
    fps: int,
    limits: CueLimits,
    segmenter: Segmenter,
) -> list[Cue]:
    """Return as many cues as the text and the longest duration need, over the time of its rows."""
    longest = samples_from_ms(limits.max_ms)
    parts = break_row(entry.text, limits, segmenter)
    if entry.span.length > longest * len(parts):
        parts = max(parts, break_row(entry.text, replace(limits, lines=1), segmenter), key=len)
    spans = divide_span(
        entry.span,
        [len(part.source) for part in parts],
        _first_track_changes(entry.span, first_spans),
        fps,
        limits.gap_frames,
    )
    if not spans:  # a frame or two for a long text: unreadable, as the quality check will report
        lines = tuple(line for part in parts for line in part.lines)
        parts, spans = (CueText(entry.text, lines),), [entry.span]
    last_row = entry.last_row if entry.last_row > entry.row else None
    cues = []
    for number, (part, span) in enumerate(zip(parts, spans, strict=True)):
        text_word = Word(0, len(part.source), entry.span)
        end = min(span.end, samples_from_frame(frame_at(span.start + longest, fps), fps))
        known: TimeSource = entry.known if number == 0 else "estimated"
        cues.append(
            Cue(
                entry.row,
                number,
                part.source,
                part.lines,
                Span(span.start, end),
                known,
                (text_word,),
                last_row,
            )
        )
    return cues


def _first_track_changes(span: Span, first_spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return (end of a cue, start of the next) for each change of the first track within a span."""
    overlapping = first_spans[
        bisect_left(first_spans, Span(span.start, span.start)) : bisect_left(
            first_spans, Span(span.end, span.end)
        )
    ]
    return [(before.end, after.start) for before, after in pairwise(overlapping)]
