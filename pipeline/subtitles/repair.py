"""Mending cues without touching their words: order, overlaps, gaps, durations, line breaks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from pipeline.model import Span, Track
from pipeline.subtitles.frames import frames_of, reading_frames, span_of
from pipeline.subtitles.joined import joined
from pipeline.subtitles.parted import parted
from pipeline.subtitles.quality import check
from pipeline.subtitles.rules import parts
from pipeline.text.widths import width
from pipeline.text.wrap import break_row
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue
    from pipeline.text.profiles import Limits
    from pipeline.text.words import Segmenter

_BREAKS = frozenset(
    {("error", "lines"), ("warning", "length"), ("error", "line-start"), ("error", "line-end"), ("error", "split")},
)  # a warning about a line's start or end is about the row's own words
_DASHES = ("-", "–", "—")


def repair(
    track: Track, limits: Limits, segmenter: Segmenter, *, below: Limits | None = None, fps: int = 30
) -> tuple[Track, tuple[str, ...]]:
    """Return the track mended as far as its words allow, on the frame grid at `fps`, and a sentence for each kind of change.

    Cues are put in order; ones without text go; ones that start together become one; overlaps end at the next cue; lines are broken
    anew where the report objects to them, into several cues where the text needs it; cues are held longer for reading where there is
    room, and cut at the longest duration; gaps under half a second become `limits.gap_frames` frames. In a bilingual track (`below` is
    given) lines are left alone. Starts never move, except to the nearest frame.
    """
    done: Counter[str] = Counter()
    cues = _in_order(track.cues, fps, done)
    if below is None:
        cues = _rebroken(cues, limits, segmenter, fps, done)
    cues = _retimed(cues, limits, below, fps, done)
    numbered = [replace(cue, part=part) for _, row in groupby(cues, key=lambda cue: cue.row) for part, cue in enumerate(row)]
    return Track(track.language, tuple(numbered)), tuple(f"{what}: {count}." for what, count in done.items())


def _in_order(cues: Sequence[Cue], fps: int, done: Counter[str]) -> list[Cue]:
    """Return the cues with text, by time, on the frame grid, no two starting together and none shorter than a frame."""
    shown = [cue for cue in cues if any(line.strip() for line in cue.lines)]
    _count(done, "Cues without text removed", len(cues) - len(shown))
    ordered = sorted(shown, key=lambda cue: cue.span.start)
    _count(done, "Cues put in the order of their times", sum(a is not b for a, b in zip(shown, ordered, strict=True)))
    out: list[Cue] = []
    for cue in ordered:
        start, end = frames_of(cue.span, fps)
        snapped = replace(cue, span=span_of(start, max(end, start + 1), fps))
        if out and out[-1].span.start == snapped.span.start:
            before = out[-1]
            lines = (*before.lines, *snapped.lines)
            last = snapped.last_row or snapped.row
            span = Span(before.span.start, max(before.span.end, snapped.span.end))
            out[-1] = replace(before, lines=lines, source=joined((before.source, snapped.source)), span=span, last_row=last)
            done["Cues joined because they start together"] += 1
        else:
            out.append(snapped)
    return out


def _rebroken(cues: Sequence[Cue], limits: Limits, segmenter: Segmenter, fps: int, done: Counter[str]) -> list[Cue]:
    """Return the cues with lines broken anew where the report objects to how they are broken."""
    plain = replace(limits, punctuation="verbatim")  # a repair drops no character
    objected = {finding.cue for finding in check(cues, limits, segmenter=segmenter, fps=fps) if (finding.level, finding.rule) in _BREAKS}
    out: list[Cue] = []
    for number, cue in enumerate(cues, 1):
        shown = joined(cue.lines)
        text = cue.source if _tight(cue.source) == _tight(shown) else shown  # the source knows the spaces that were at line ends
        fresh = break_row(text, plain, segmenter) if number in objected and not _is_dialogue(cue, limits) else ()
        whole = (
            span_of(frames_of(cue.span, fps)[0], _end(cue, cues[number] if number < len(cues) else None, limits, None, fps), fps)
            if fresh
            else cue.span
        )
        spans = parted(whole, [len(part.source) for part in fresh], (), fps, limits.gap_frames) if fresh else []
        if not spans or (len(spans) == 1 and fresh[0].lines == cue.lines):
            out.append(cue)
            continue
        done["Cues broken into lines anew" if len(spans) == 1 else "Cues split because they were too long for the lines"] += 1
        if len(spans) == 1:
            out.append(replace(cue, lines=fresh[0].lines))
            continue
        out += [replace(cue, source=part.source, lines=part.lines, span=span, words=()) for part, span in zip(fresh, spans, strict=True)]
    return out


def _tight(text: str) -> str:
    return "".join(text.split())


def _is_dialogue(cue: Cue, limits: Limits) -> bool:
    """Tell whether each line is another speaker's: such lines are not joined."""
    fits = len(cue.lines) <= limits.lines and all(width(line, limits.width) <= limits.characters for line in cue.lines)
    return fits and len(cue.lines) > 1 and all(line.lstrip().startswith(_DASHES) for line in cue.lines)


def _retimed(cues: Sequence[Cue], limits: Limits, below: Limits | None, fps: int, done: Counter[str]) -> list[Cue]:
    """Return the cues with their ends moved: no overlap, gaps as the profile wants them, time to read where there is room."""
    out = []
    longest = max(1, samples_from_ms(limits.max_ms) * fps // samples_from_ms(1000))
    for cue, after in pairwise([*cues, None]):
        assert cue is not None
        start, end = frames_of(cue.span, fps)
        fresh = min(_end(cue, after, limits, below, fps), start + longest)
        room = None if after is None else frames_of(after.span, fps)[0]
        _count(done, _change(end, fresh, start, longest, room), int(fresh != end))
        out.append(replace(cue, span=span_of(start, fresh, fps)))
    return out


def _end(cue: Cue, after: Cue | None, limits: Limits, below: Limits | None, fps: int) -> int:
    """Return the frame at which a cue ought to end: late enough to be read, before the next one, with a gap of the right kind."""
    start, end = frames_of(cue.span, fps)
    wanted = max(end, start + _reading(cue, limits, below, fps))
    if after is None:
        return wanted
    room = frames_of(after.span, fps)[0]
    held = below is not None and cue.lines[:-1] == after.lines[:-1] and room == end
    latest = max(start + 1, room - (0 if held else limits.gap_frames))
    return latest if wanted >= latest or 2 * (room - wanted) < fps else wanted


def _change(end: int, fresh: int, start: int, longest: int, room: int | None) -> str:
    if room is not None and end > room:
        return "Overlaps removed"
    if fresh < end:
        return "Cues cut at the longest duration" if end - start > longest else "Gaps opened between cues"
    return "Cues held longer, to be read or to close a gap"


def _reading(cue: Cue, limits: Limits, below: Limits | None, fps: int) -> int:
    """Return how many frames a cue needs to be read, in both languages where there are two."""
    upper, lower = parts(cue, has_below=below is not None)
    above = reading_frames(upper, limits, fps)
    return above if below is None else max(above, reading_frames(lower, below, fps))


def _count(done: Counter[str], what: str, count: int) -> None:
    if count:
        done[what] += count
