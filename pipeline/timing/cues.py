"""Rows and their parts to cues on the frame grid: in with the sound, held for reading, chained, never overlapping."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.model import Cue, Span, Track, Word
from pipeline.text.syllables import syllable_weights
from pipeline.timebase import frame_at, frames_covering, samples_from_frame, samples_from_ms, samples_stretched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Known, RowTime, Timeline, Transcript
    from pipeline.text.profiles import Limits
    from pipeline.text.wrap import Part


def cues_for(timeline: Timeline, transcript: Transcript, parts: Sequence[Sequence[Part]], limits: Limits, language: str) -> Track:
    """Return the cues of a transcript's rows; `parts` are the parts of each row (see text.wrap), in row order.

    A cue comes in with the frame in which its first sample sounds, and goes out up to `limits.linger_ms` after its last; gaps under half
    a second are closed to exactly `limits.gap_frames` frames (fewer where those would last more than half a second); `min_ms` and
    `max_ms` hold where the neighbours leave room. Every cue lasts a frame at least and none overlap: where several begin within one
    frame, the later ones move on.

    A row's parts share its time by its words where those are known, else by their syllables. A cue's words count characters from the
    start of its `source`; their spans stay on the episode's clock, inside the cue's. Raises ValueError where the parts of a row do not
    join to its text, InputError where there are more cues than frames.
    """
    heard = [part for row, time, own in zip(transcript.rows, timeline.rows, parts, strict=True) for part in _heard(row.text, time, own)]
    if len(heard) > timeline.frames:
        raise InputError(f"There are {len(heard)} cues and only {timeline.frames} frames.", "Raise `picture.fps`.")
    starts = _starts([frame_at(part.span.start, timeline.fps) for part in heard], timeline.frames)
    ends = [*starts[1:], timeline.frames]
    fps = timeline.fps
    cues = []
    for at, (part, start, room) in enumerate(zip(heard, starts, ends, strict=True)):
        out = _out(part.span.end, start, room, limits, fps, last=at == len(heard) - 1)
        span = Span(samples_from_frame(start, fps), samples_from_frame(out, fps))
        words = tuple(Word(word.first, word.last, _clipped(word.span, span)) for word in part.words)
        cues.append(Cue(part.row, part.part, part.source, part.lines, span, part.known, words))
    return Track(language, tuple(cues))


_PARTS = 1_000_000
"""How finely a share of a row's time is told."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A part of a row and the samples in which it sounds."""

    row: int
    part: int
    source: str
    lines: tuple[str, ...]
    span: Span
    known: Known
    words: tuple[Word, ...]


def _heard(text: str, time: RowTime, parts: Sequence[Part]) -> list[_Heard]:
    if "".join(part.source for part in parts) != text:
        message = f"the parts of row {time.row} do not join to its text"
        raise ValueError(message)
    ends = list(accumulate(len(part.source) for part in parts))
    starts = [0, *ends[:-1]]
    edges = [(time.span.start, time.span.start), *(_edge(text, time, at) for at in starts[1:]), (time.span.end, time.span.end)]
    inner: Known = "estimated" if not time.words or time.known == "estimated" else "boundary"
    return [
        _Heard(
            time.row,
            index,
            part.source,
            part.lines,
            Span(edges[index][1], max(edges[index][1], edges[index + 1][0])),
            time.known if index == 0 else inner,
            _words_within(time.words, starts[index], ends[index]),
        )
        for index, part in enumerate(parts)
    ]


def _edge(text: str, time: RowTime, at: int) -> tuple[int, int]:
    """Return where the sound before character `at` ends and the sound from it on begins."""
    if not time.words:
        weights = syllable_weights(text)
        total = sum(weights)
        share = sum(weights[:at]) / total if total else at / len(text)
        edge = time.span.start + samples_stretched(time.span.length, round(share * _PARTS), _PARTS)
        return edge, edge
    before, after = time.span.start, time.span.end
    for word in time.words:
        if word.last <= at:
            before = max(before, word.span.end)
        elif word.first >= at:
            after = min(after, word.span.start)
        else:
            cut = _inside(word, at)
            return cut, cut
    return min(before, after), after


def _words_within(words: Sequence[Word], start: int, end: int) -> tuple[Word, ...]:
    """Return the words of the characters [start, end), counted from `start`; one that goes over an edge is cut in proportion."""
    inside = []
    for word in words:
        first, last = max(word.first, start), min(word.last, end)
        if first < last:
            inside.append(Word(first - start, last - start, Span(_inside(word, first), _inside(word, last))))
    return tuple(inside)


def _inside(word: Word, at: int) -> int:
    """Return the sample at which character `at` of a word begins, its characters taken as equally long."""
    return word.span.start + samples_stretched(word.span.length, at - word.first, word.last - word.first)


def _starts(wanted: Sequence[int], frames: int) -> list[int]:
    """Return strictly rising frames as near to the wanted ones as order and the last frame allow."""
    starts: list[int] = []
    for frame in wanted:
        starts.append(max(frame, starts[-1] + 1) if starts else frame)
    limit = frames
    for index in range(len(starts) - 1, -1, -1):
        limit = min(starts[index], limit - 1)
        starts[index] = limit
    return starts


def _out(heard: int, start: int, room: int, limits: Limits, fps: int, *, last: bool) -> int:
    """Return the frame before which a cue goes out, given the frame `room` at which the next comes in (or the episode ends)."""
    half_second = -(-fps // 2)
    gap = 0 if last else min(limits.gap_frames, fps // 2)
    latest = max(start + 1, room - gap)
    longest = start + max(1, limits.max_ms * fps // 1000)
    shortest = start + frames_covering(samples_from_ms(limits.min_ms), fps)
    out = max(frame_at(heard + samples_from_ms(limits.linger_ms), fps), shortest, start + 1)
    out = min(out, latest, longest)
    if last or room - out >= half_second or out == latest:
        return out
    if latest <= longest:
        return latest
    return max(start + 1, min(out, room - half_second))


def _clipped(span: Span, within: Span) -> Span:
    start = min(max(span.start, within.start), within.end)
    return Span(start, min(max(span.end, start), within.end))
