"""Rows and their parts to cues on the frame grid: they begin with the sound and never overlap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import Cue, Span, Track, Word
from pipeline.text.syllables import syllable_weights
from pipeline.timebase import (
    frame_at,
    frame_from_samples,
    frames_covering,
    samples_from_frame,
    samples_from_ms,
    stretch_position,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import RowTime, Timeline, TimeSource, Transcript
    from pipeline.subtitle_profiles import CueLimits
    from pipeline.text.linebreak.line_breaker import CueText


def cues_from_rows(
    timeline: Timeline,
    transcript: Transcript,
    parts: Sequence[Sequence[CueText]],
    limits: CueLimits,
    language: str,
    *,
    keep_ends: bool = True,
) -> Track:
    """Return the cues of a transcript's rows; `parts` are those of each row, from `break_row`.

    A cue begins with the frame in which its first sample sounds and ends up to `limits.linger_ms`
    after its last one. Gaps under half a second are closed to exactly `limits.gap_frames` frames
    (fewer if those would last more than half a second). `min_ms` and `max_ms` hold where the
    neighbours leave room. Every cue lasts at least one frame and none overlap: if several would
    begin in one frame, the later ones are moved. With `keep_ends`, rows that have the times of a
    subtitle file end as they do there, to the nearest frame.

    The parts of a row share its time by its words where their times are known, else by syllables.
    The words of a cue count characters from the start of its `source`; their spans are on the
    episode's clock, inside the cue's. Raises ValueError where the parts of a row do not join to its
    text, InputError where there are more cues than frames.
    """
    sounding_parts = [
        part
        for row, time, own in zip(transcript.rows, timeline.rows, parts, strict=True)
        for part in _sounding_parts_of_row(row.text, time, own)
    ]
    if len(sounding_parts) > timeline.frames:
        raise InputError(
            message("timing.cues_over_frames", cues=len(sounding_parts), frames=timeline.frames)
        )
    starts = _rising_starts(
        [frame_at(part.span.start, timeline.fps) for part in sounding_parts], timeline.frames
    )
    ends = [*starts[1:], timeline.frames]
    fps = timeline.fps
    given_times = transcript.times if keep_ends and transcript.times is not None else ()
    as_given = {
        time.row
        for time, span in zip(timeline.rows, given_times, strict=False)
        if time.span == span
    }
    cues = []
    for index, (part, start, next_start) in enumerate(
        zip(sounding_parts, starts, ends, strict=True)
    ):
        is_last = index == len(sounding_parts) - 1
        if part.row in as_given:
            end = min(max(start + 1, frame_from_samples(part.span.end, fps)), next_start)
        else:
            end = _cue_end_frame(part.span.end, start, next_start, limits, fps, is_last=is_last)
        span = Span(samples_from_frame(start, fps), samples_from_frame(end, fps))
        words = tuple(
            Word(word.shown_start, word.shown_end, _clip_span(word.span, span))
            for word in part.word_times
        )
        cues.append(Cue(part.row, part.part, part.source, part.lines, span, part.known, words))
    return Track(language, tuple(cues))


_SHARE_STEPS = 1_000_000
"""The resolution of a share of a row's time."""


@dataclass(frozen=True, slots=True)
class _SoundingPart:
    """A part of a row and the samples in which it sounds."""

    row: int
    part: int
    source: str
    lines: tuple[str, ...]
    span: Span
    known: TimeSource
    word_times: tuple[Word, ...]


def _sounding_parts_of_row(
    text: str, time: RowTime, parts: Sequence[CueText]
) -> list[_SoundingPart]:
    if "".join(part.source for part in parts) != text:
        problem = f"the parts of row {time.row} do not join to its text"
        raise ValueError(problem)
    ends = list(accumulate(len(part.source) for part in parts))
    starts = [0, *ends[:-1]]
    edges = [
        (time.span.start, time.span.start),
        *(_edge_samples(text, time, character) for character in starts[1:]),
        (time.span.end, time.span.end),
    ]
    inner_known: TimeSource = (
        "estimated" if not time.word_times or time.time_source == "estimated" else "boundary"
    )
    return [
        _SoundingPart(
            time.row,
            index,
            part.source,
            part.lines,
            Span(edges[index][1], max(edges[index][1], edges[index + 1][0])),
            time.time_source if index == 0 else inner_known,
            _words_within(time.word_times, starts[index], ends[index]),
        )
        for index, part in enumerate(parts)
    ]


def _edge_samples(text: str, time: RowTime, character: int) -> tuple[int, int]:
    """Return the samples at which the sound before a character ends and its own begins."""
    if not time.word_times:
        weights = syllable_weights(text)
        total = sum(weights)
        share = sum(weights[:character]) / total if total else character / len(text)
        estimate = time.span.start + stretch_position(
            time.span.length, round(share * _SHARE_STEPS), _SHARE_STEPS
        )
        return estimate, estimate
    before, after = time.span.start, time.span.end
    for word in time.word_times:
        if word.shown_end <= character:
            before = max(before, word.span.end)
        elif word.shown_start >= character:
            after = min(after, word.span.start)
        else:
            cut = _sample_at_character(word, character)
            return cut, cut
    return min(before, after), after


def _words_within(words: Sequence[Word], start: int, end: int) -> tuple[Word, ...]:
    """Return the words of the characters [start, end), counted from `start`.

    A word that reaches over an edge is cut in proportion to its characters.
    """
    inside = []
    for word in words:
        first, last = max(word.shown_start, start), min(word.shown_end, end)
        if first < last:
            inside.append(
                Word(
                    first - start,
                    last - start,
                    Span(_sample_at_character(word, first), _sample_at_character(word, last)),
                )
            )
    return tuple(inside)


def _sample_at_character(word: Word, character: int) -> int:
    """Return the sample at which a character of a word begins; all count as equally long."""
    return word.span.start + stretch_position(
        word.span.length, character - word.shown_start, word.shown_end - word.shown_start
    )


def _rising_starts(wanted_frames: Sequence[int], frames: int) -> list[int]:
    """Return strictly rising frames as near to the wanted ones as the last frame allows."""
    starts: list[int] = []
    for frame in wanted_frames:
        starts.append(max(frame, starts[-1] + 1) if starts else frame)
    limit = frames
    for index in range(len(starts) - 1, -1, -1):
        limit = min(starts[index], limit - 1)
        starts[index] = limit
    return starts


def _cue_end_frame(
    sound_end: int, start: int, next_start: int, limits: CueLimits, fps: int, *, is_last: bool
) -> int:
    """Return the frame before which a cue ends.

    `next_start` is the frame at which the next cue begins, or the episode ends.
    """
    half_second = -(-fps // 2)
    gap = 0 if is_last else min(limits.gap_frames, fps // 2)
    latest = max(start + 1, next_start - gap)
    longest = start + max(1, limits.max_ms * fps // 1000)
    shortest = start + frames_covering(samples_from_ms(limits.min_ms), fps)
    end = max(frame_at(sound_end + samples_from_ms(limits.linger_ms), fps), shortest, start + 1)
    end = min(end, latest, longest)
    if is_last or next_start - end >= half_second or end == latest:
        return end
    if latest <= longest:
        return latest
    return max(start + 1, min(end, next_start - half_second))


def _clip_span(span: Span, bounds: Span) -> Span:
    start = min(max(span.start, bounds.start), bounds.end)
    return Span(start, min(max(span.end, start), bounds.end))
