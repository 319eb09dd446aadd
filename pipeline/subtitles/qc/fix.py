"""Automatic fixes of cues that keep their words: order, overlaps, gaps, durations, line breaks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.model import Span, Track
from pipeline.subtitles.frame_grid import (
    divide_span,
    frames_of_span,
    frames_to_read,
    span_of_frames,
)
from pipeline.subtitles.qc.quality_check import check_cues
from pipeline.subtitles.qc.rules import lines_by_language
from pipeline.text.display_width import display_width
from pipeline.text.line_joining import join_texts
from pipeline.text.linebreak.line_breaker import break_row
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue
    from pipeline.subtitle_profiles import CueLimits
    from pipeline.text.word_segmenter import Segmenter

_LINE_BREAK_RULES = frozenset(
    {
        ("error", "lines"),
        ("warning", "length"),
        ("error", "line-start"),
        ("error", "line-end"),
        ("error", "split"),
    }
)
"""The findings that new line breaks can remove; a warning about a line's edge is the row's own."""

_DIALOGUE_DASHES = ("-", "–", "—")


def fix_track(
    track: Track,
    limits: CueLimits,
    segmenter: Segmenter,
    *,
    below_limits: CueLimits | None = None,
    fps: int = 30,
) -> tuple[Track, tuple[str, ...]]:
    """Return the track fixed on the frame grid at `fps`, and a sentence for each kind of change.

    Cues are put in order; ones without text are removed; ones that start together become one;
    overlaps end at the next cue. Lines are broken anew where the quality check reports their
    breaks, into several cues where the text needs it. Cues are held longer for reading where there
    is room, and cut at the longest duration; gaps under half a second become `limits.gap_frames`
    frames. In a bilingual track (`below_limits` is given) the lines are kept. Starts never move,
    except to the nearest frame.
    """
    changes: Counter[str] = Counter()
    cues = _sort_cues(track.cues, fps, changes)
    if below_limits is None:
        cues = _rebreak_lines(cues, limits, segmenter, fps, changes)
    cues = _retime_cues(cues, limits, below_limits, fps, changes)
    numbered = [
        replace(cue, part=part)
        for _, row in groupby(cues, key=lambda cue: cue.row)
        for part, cue in enumerate(row)
    ]
    return Track(track.language, tuple(numbered)), tuple(
        message(f"subtitles.fix_{change}", count=count) for change, count in changes.items()
    )


def _sort_cues(cues: Sequence[Cue], fps: int, changes: Counter[str]) -> list[Cue]:
    """Return the cues with text by time, on the frame grid, no two of which start together."""
    shown = [cue for cue in cues if any(line.strip() for line in cue.lines)]
    _count_change(changes, "empty", len(cues) - len(shown))
    ordered = sorted(shown, key=lambda cue: cue.span.start)
    _count_change(
        changes,
        "order",
        sum(old is not new for old, new in zip(shown, ordered, strict=True)),
    )
    sorted_cues: list[Cue] = []
    for cue in ordered:
        start, end = frames_of_span(cue.span, fps)
        snapped = replace(cue, span=span_of_frames(start, max(end, start + 1), fps))
        if sorted_cues and sorted_cues[-1].span.start == snapped.span.start:
            before = sorted_cues[-1]
            lines = (*before.lines, *snapped.lines)
            last_row = snapped.last_row or snapped.row
            span = Span(before.span.start, max(before.span.end, snapped.span.end))
            sorted_cues[-1] = replace(
                before,
                lines=lines,
                source=join_texts((before.source, snapped.source)),
                span=span,
                last_row=last_row,
            )
            changes["joined"] += 1
        else:
            sorted_cues.append(snapped)
    return sorted_cues


def _rebreak_lines(
    cues: Sequence[Cue], limits: CueLimits, segmenter: Segmenter, fps: int, changes: Counter[str]
) -> list[Cue]:
    """Return the cues with lines broken anew where the quality check reports their breaks."""
    verbatim_limits = replace(limits, punctuation="verbatim")  # a fix drops no character
    flagged_cues = {
        finding.cue
        for finding in check_cues(cues, limits, segmenter=segmenter, fps=fps)
        if (finding.level, finding.rule) in _LINE_BREAK_RULES
    }
    rebroken: list[Cue] = []
    for number, cue in enumerate(cues, 1):
        shown = join_texts(cue.lines)
        # the source knows the spaces that were at line ends
        text = cue.source if _without_spaces(cue.source) == _without_spaces(shown) else shown
        new_parts = (
            break_row(text, verbatim_limits, segmenter)
            if number in flagged_cues and not _is_dialogue(cue, limits)
            else ()
        )
        cue_span = (
            span_of_frames(
                frames_of_span(cue.span, fps)[0],
                _best_end_frame(
                    cue, cues[number] if number < len(cues) else None, limits, None, fps
                ),
                fps,
            )
            if new_parts
            else cue.span
        )
        spans = (
            divide_span(
                cue_span, [len(part.source) for part in new_parts], (), fps, limits.gap_frames
            )
            if new_parts
            else []
        )
        if not spans or (len(spans) == 1 and new_parts[0].lines == cue.lines):
            rebroken.append(cue)
            continue
        changes["lines" if len(spans) == 1 else "split"] += 1
        if len(spans) == 1:
            rebroken.append(replace(cue, lines=new_parts[0].lines))
            continue
        rebroken += [
            replace(cue, source=part.source, lines=part.lines, span=span, word_times=())
            for part, span in zip(new_parts, spans, strict=True)
        ]
    return rebroken


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def _is_dialogue(cue: Cue, limits: CueLimits) -> bool:
    """Return whether each line is another speaker's; such lines are not joined."""
    fits = len(cue.lines) <= limits.lines and all(
        display_width(line, limits.width_kind) <= limits.characters for line in cue.lines
    )
    return (
        fits
        and len(cue.lines) > 1
        and all(line.lstrip().startswith(_DIALOGUE_DASHES) for line in cue.lines)
    )


def _retime_cues(
    cues: Sequence[Cue],
    limits: CueLimits,
    below_limits: CueLimits | None,
    fps: int,
    changes: Counter[str],
) -> list[Cue]:
    """Return the cues with new ends: no overlap, the profile's gaps, time to read if possible."""
    retimed = []
    longest = max(1, samples_from_ms(limits.max_ms) * fps // samples_from_ms(1000))
    for cue, next_cue in pairwise([*cues, None]):
        assert cue is not None
        start, end = frames_of_span(cue.span, fps)
        new_end = min(_best_end_frame(cue, next_cue, limits, below_limits, fps), start + longest)
        next_start = None if next_cue is None else frames_of_span(next_cue.span, fps)[0]
        _count_change(
            changes, _kind_of_change(end, new_end, start, longest, next_start), int(new_end != end)
        )
        retimed.append(replace(cue, span=span_of_frames(start, new_end, fps)))
    return retimed


def _best_end_frame(
    cue: Cue, next_cue: Cue | None, limits: CueLimits, below_limits: CueLimits | None, fps: int
) -> int:
    """Return the frame at which a cue should end: after its reading time, a gap before the next."""
    start, end = frames_of_span(cue.span, fps)
    wanted_end = max(end, start + _cue_frames_to_read(cue, limits, below_limits, fps))
    if next_cue is None:
        return wanted_end
    next_start = frames_of_span(next_cue.span, fps)[0]
    line_stays = (
        below_limits is not None and cue.lines[:-1] == next_cue.lines[:-1] and next_start == end
    )
    latest = max(start + 1, next_start - (0 if line_stays else limits.gap_frames))
    return latest if wanted_end >= latest or 2 * (next_start - wanted_end) < fps else wanted_end


def _kind_of_change(
    end: int, new_end: int, start: int, longest: int, next_start: int | None
) -> str:
    if next_start is not None and end > next_start:
        return "overlap"
    if new_end < end:
        return "cut" if end - start > longest else "gap"
    return "held"


def _cue_frames_to_read(
    cue: Cue, limits: CueLimits, below_limits: CueLimits | None, fps: int
) -> int:
    """Return how many frames a cue needs to be read, in both languages if there are two."""
    upper, lower = lines_by_language(cue, has_below=below_limits is not None)
    above_frames = frames_to_read(upper, limits, fps)
    return (
        above_frames
        if below_limits is None
        else max(above_frames, frames_to_read(lower, below_limits, fps))
    )


def _count_change(changes: Counter[str], kind: str, count: int) -> None:
    if count:
        changes[kind] += count
