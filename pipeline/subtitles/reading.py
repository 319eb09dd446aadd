"""A second language's rows as cues that can be read: short and hurried rows merged, long ones split, inside the rows' own time."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.model import Cue, Span, Track, Word
from pipeline.subtitles.joined import gap, joined
from pipeline.text.widths import width
from pipeline.text.wrap import break_row
from pipeline.timebase import SAMPLE_RATE, frame_from_samples, samples_from_frame, samples_from_ms

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
_NEAR_A_TURN = 0.15
_EARLY_ROW = 0.2  # against showing one row before it is spoken
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
    text that is too long for a cue. Its `words` tell which stretch of the source belongs to which rows' time. Cues lie on the frame
    grid, inside the time the first language shows their rows, and do not overlap; none reaches over a chapter's start. Raises
    ValueError where rows and timeline differ in number.
    """
    said = _said(rows, timeline, first)
    chapters = frozenset(mark.chapter.row for mark in timeline.chapters)
    shown = [cue.span for cue in first.cues]
    cues: list[Cue] = []
    for run in _runs(said, chapters, limits, segmenter):
        cues += [_merged(run, limits, segmenter)] if len(run) > 1 else _split(run[0], shown, timeline.fps, limits, segmenter)
    return Track(language, tuple(cues))


def _said(rows: Sequence[str], timeline: Timeline, first: Track) -> list[Said]:
    spans: dict[int, Span] = {}
    for cue in first.cues:
        for row in range(cue.row, (cue.last_row or cue.row) + 1):
            spans[row] = Span(spans[row].start if row in spans else cue.span.start, cue.span.end)
    said: list[Said] = []
    for text, time in zip(rows, timeline.rows, strict=True):
        span = spans.get(time.row) or _on_grid(time.span, timeline.fps)
        if text.strip() or not said:
            said.append(Said(time.row, time.row, text.strip(), span, time.known))
        else:
            above = said[-1]
            known = min(above.known, time.known, key=_CERTAINTY.index)
            said[-1] = Said(above.row, time.row, above.text, Span(above.span.start, max(above.span.end, span.end)), known)
    return [one for one in said if one.text]


def _on_grid(span: Span, fps: int) -> Span:
    start, end = (samples_from_frame(frame_from_samples(at, fps), fps) for at in (span.start, span.end))
    return Span(start, end)


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
    if after.row in chapters or after.span.start - one.span.end > SAMPLE_RATE // 2:
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
    return Cue(run[0].row, 1, source, part.lines, span, known, tuple(words), run[-1].last)


def _split(said: Said, shown: Sequence[Span], fps: int, limits: Limits, segmenter: Segmenter) -> list[Cue]:
    """Return one cue, or as many as the text needs, over the time of its rows."""
    parts = break_row(said.text, limits, segmenter)
    spans = parted(said.span, [len(part.source) for part in parts], _turns(said.span, shown), fps, limits.gap_frames)
    if not spans:  # a frame or two for a long text: nothing can be read there, the quality report says so
        lines = tuple(line for part in parts for line in part.lines)
        return [_part(said, 1, said.text, lines, said.span, said.known)]
    known: Known = said.known if len(parts) == 1 else "estimated"
    return [
        _part(said, number, part.source, part.lines, span, known) for number, (part, span) in enumerate(zip(parts, spans, strict=True), 1)
    ]


def _part(said: Said, number: int, source: str, lines: tuple[str, ...], span: Span, known: Known) -> Cue:
    last = said.last if said.last > said.row else None
    return Cue(said.row, number, source, lines, span, known, (Word(0, len(source), span),), last)


def _turns(span: Span, shown: Sequence[Span]) -> list[tuple[int, int]]:
    """Return where the first language changes cues within a time: (one's end, the next one's start)."""
    inside = shown[bisect_left(shown, Span(span.start, span.start)) : bisect_left(shown, Span(span.end, span.end))]
    return [(one.end, after.start) for one, after in pairwise(inside)]


def parted(span: Span, weights: Sequence[int], turns: Sequence[tuple[int, int]], fps: int, gap_frames: int) -> list[Span]:
    """Return a span cut in proportion to weights, at a turn where one is near, on the frame grid, with gaps; [] where it is too short."""
    first, last = (frame_from_samples(at, fps) for at in (span.start, span.end))
    least = gap_frames + 1
    if len(weights) == 1:
        return [span]
    if last - first < least * len(weights):
        return []
    near = (last - first) * _NEAR_A_TURN
    frames = [(frame_from_samples(end, fps), frame_from_samples(start, fps)) for end, start in turns]
    starts, ends = [first], []
    for number in range(1, len(weights)):
        target = frame_from_samples(span.start + span.length * sum(weights[:number]) // max(1, sum(weights)), fps)
        latest = last - least * (len(weights) - number)
        close = [turn for turn in frames if abs(turn[1] - target) <= near and starts[-1] < turn[0] and turn[1] <= latest]
        start = min(max(target, starts[-1] + least), latest)
        end, start = min(close, key=lambda turn: abs(turn[1] - target), default=(start - gap_frames, start))
        ends.append(end)
        starts.append(start)
    ends.append(last)
    return [Span(samples_from_frame(start, fps), samples_from_frame(end, fps)) for start, end in zip(starts, ends, strict=True)]
