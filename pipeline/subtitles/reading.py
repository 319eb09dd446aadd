"""A second language's rows as cues that can be read: short and hurried rows merged, long ones split, inside the rows' own time."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.model import Cue, Span, Track, Word
from pipeline.subtitles.frames import frames_of, span_of
from pipeline.subtitles.joined import gap, joined
from pipeline.subtitles.lending import lent
from pipeline.subtitles.parted import parted
from pipeline.text.widths import width
from pipeline.text.wrap import Part, break_row
from pipeline.timebase import SAMPLE_RATE, frame_at, samples_from_frame, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Known, Timeline
    from pipeline.text.profiles import Limits
    from pipeline.text.words import Segmenter

_MOST_MERGED = 5
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»）)\]]*$")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|No|Inc|Ltd|Jr|Sr)|\b[A-Z])\.$")
_COMFORTABLE_MS = 1_200  # an English cue is read without haste from about this length on; below, merging is considered
_SHORT_BY_A_SECOND = 2.0  # what a missing second of reading time costs,
_EARLY_ROW = 0.2  # against showing one row before it is spoken
_FULL_WIDTH = frozenset({"zh", "cmn", "yue", "wuu", "nan", "hak", "ja"})
_CERTAINTY: tuple[Known, ...] = ("estimated", "boundary", "measured")


@dataclass(frozen=True, slots=True)
class Said:
    """What rows `row` to `last` say in the second language, and from when to when the first language shows them."""

    row: int
    last: int
    text: str
    span: Span
    known: Known


def second_track(rows: Sequence[str], timeline: Timeline, first: Track, limits: Limits, segmenter: Segmenter, language: str) -> Track:
    """Return the cues of the second language, one text for each of the timeline's rows ("": joined to the row above).

    A cue covers rows `row` to `last_row`; its source is their texts, joined by a space where the script has them, or a part of one
    text that is too long for a cue. Its `words` give, for each stretch of the source that is one text, the time of that text's rows.
    Cues lie on the frame grid, inside the time the first language shows their rows, and do not overlap; none reaches over a chapter's
    start. Limits counted in Latin characters are halved for Chinese and Japanese. Raises ValueError where rows and timeline differ in
    number.
    """
    limits = suited(limits, language)
    chapters = frozenset(mark.chapter.row for mark in timeline.chapters)
    said = _said(rows, timeline, first, chapters)
    shown = [cue.span for cue in first.cues]
    cues: list[Cue] = []
    for run in _runs(said, chapters, limits, segmenter):
        cues += [_merged(run, limits, segmenter)] if len(run) > 1 else _split(run[0], shown, timeline.fps, limits, segmenter)
    return Track(language, tuple(lent(cues, limits, chapters, timeline.fps)))


def suited(limits: Limits, language: str) -> Limits:
    """Return a profile made for Latin script as it is for Chinese and Japanese: characters twice as wide, each worth two in reading."""
    if language.split("-", maxsplit=1)[0] not in _FULL_WIDTH or limits.width == "visual":
        return limits
    return replace(limits, characters=limits.characters // 2, cps=limits.cps / 2, width="visual")


def _said(rows: Sequence[str], timeline: Timeline, first: Track, chapters: frozenset[int]) -> list[Said]:
    spans: dict[int, Span] = {}
    for cue in first.cues:
        for row in range(cue.row, (cue.last_row or cue.row) + 1):
            spans[row] = Span(spans[row].start if row in spans else cue.span.start, cue.span.end)
    said: list[Said] = []
    crossed: set[int] = set()  # rows joined to one of the chapter before: the text is not shown in theirs
    for text, time in zip(rows, timeline.rows, strict=True):
        span = spans.get(time.row) or span_of(*frames_of(time.span, timeline.fps), timeline.fps)
        if text.strip() or not said:
            said.append(Said(time.row, time.row, text.strip(), span, time.known))
        else:
            above = said[-1]
            known = min(above.known, time.known, key=_CERTAINTY.index)
            inside = above.last not in crossed and time.row not in chapters
            end = max(above.span.end, span.end) if inside else above.span.end
            said[-1] = Said(above.row, time.row, above.text, Span(above.span.start, end), known)
            crossed.update(() if inside else (time.row,))
    return [one for one in said if one.text]


def _runs(said: Sequence[Said], chapters: frozenset[int], limits: Limits, segmenter: Segmenter) -> list[Sequence[Said]]:
    """Return the texts in runs that become one cue each, at the least cost over the whole talk (dynamic programming)."""
    best = [0.0]
    begins: list[int] = []
    for end in range(1, len(said) + 1):
        choices = []
        for begin in range(end - 1, max(-1, end - 1 - _MOST_MERGED), -1):
            run = said[begin:end]
            if len(run) > 1 and not _joinable(run[0], run[1], chapters):
                break
            if len(run) > 1 and not _fits(run, limits, segmenter):
                continue
            choices.append((best[begin] + _cost(run, limits), begin))
        cost, begin = min(choices, key=lambda choice: (choice[0], -choice[1]))
        best.append(cost)
        begins.append(begin)
    runs: list[Sequence[Said]] = []
    end = len(said)
    while end:
        runs.append(said[begins[end - 1] : end])
        end = begins[end - 1]
    return runs[::-1]


def _joinable(one: Said, after: Said, chapters: frozenset[int]) -> bool:
    """Tell whether two neighbours may share a cue: one sentence, one chapter, no real pause between them."""
    if not chapters.isdisjoint(range(one.row + 1, after.row + 1)) or after.span.start - one.span.end > SAMPLE_RATE // 2:
        return False
    return not _SENTENCE_END.search(one.text) or bool(_ABBREVIATION.search(one.text))


def _fits(run: Sequence[Said], limits: Limits, segmenter: Segmenter) -> bool:
    if run[-1].span.end - run[0].span.start > samples_from_ms(limits.max_ms):
        return False
    text = joined(one.text for one in run)
    return width(text, limits.width) <= limits.characters * limits.lines and len(break_row(text, limits, segmenter)) == 1


def _cost(run: Sequence[Said], limits: Limits) -> float:
    seconds = (run[-1].span.end - run[0].span.start) / SAMPLE_RATE
    reading = sum(width(one.text, limits.width) for one in run) / limits.cps
    missing = max(0.0, reading - seconds, max(limits.min_ms, _COMFORTABLE_MS) / 1000 - seconds)
    return _SHORT_BY_A_SECOND * missing + _EARLY_ROW * (len(run) - 1)


def _merged(run: Sequence[Said], limits: Limits, segmenter: Segmenter) -> Cue:
    source = ""
    words: list[Word] = []
    for one in run:
        source += gap(source, one.text)
        words.append(Word(len(source), len(source) + len(one.text), one.span))
        source += one.text
    (part,) = break_row(source, limits, segmenter)
    span = Span(run[0].span.start, run[-1].span.end)
    known = min((one.known for one in run), key=_CERTAINTY.index)
    return Cue(run[0].row, 0, source, part.lines, span, known, tuple(words), run[-1].last)


def _split(said: Said, shown: Sequence[Span], fps: int, limits: Limits, segmenter: Segmenter) -> list[Cue]:
    """Return one cue, or as many as the text and the longest duration need, over the time of its rows."""
    longest = samples_from_ms(limits.max_ms)
    parts = break_row(said.text, limits, segmenter)
    if said.span.length > longest * len(parts):
        parts = max(parts, break_row(said.text, replace(limits, lines=1), segmenter), key=len)
    spans = parted(said.span, [len(part.source) for part in parts], _turns(said.span, shown), fps, limits.gap_frames)
    if not spans:  # a frame or two for a long text: nothing can be read there, the quality report says so
        parts, spans = (Part(said.text, tuple(line for part in parts for line in part.lines)),), [said.span]
    last = said.last if said.last > said.row else None
    cues = []
    for number, (part, span) in enumerate(zip(parts, spans, strict=True)):
        whole = Word(0, len(part.source), said.span)
        end = min(span.end, samples_from_frame(frame_at(span.start + longest, fps), fps))
        known: Known = said.known if number == 0 else "estimated"
        cues.append(Cue(said.row, number, part.source, part.lines, Span(span.start, end), known, (whole,), last))
    return cues


def _turns(span: Span, shown: Sequence[Span]) -> list[tuple[int, int]]:
    """Return where the first language changes cues within a time: (one's end, the next one's start)."""
    inside = shown[bisect_left(shown, Span(span.start, span.start)) : bisect_left(shown, Span(span.end, span.end))]
    return [(one.end, after.start) for one, after in pairwise(inside)]
