"""Two languages in one track: the first above, the second below, one line each.

Each cue shows what its row says in the second language. Where the first language's row was broken into two lines, they are shown one
after the other, each with its half of the second language; where only the second is too long for a line, the first stays while the
second turns. A second language that could not be read that way stays in its own track.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING

from pipeline.model import Cue, Span, Track
from pipeline.subtitles.joined import joined
from pipeline.subtitles.reading import parted
from pipeline.subtitles.shown import line_ends
from pipeline.text.widths import width
from pipeline.timebase import frame_from_samples, samples_from_frame, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Known

_GAP = 2

BELOW_CHARACTERS = 48
"""Half widths of one line below: an author's row of 22 full-width characters above is 44, and a line a word over Netflix's 42 is easier to
read than one that turns."""


@dataclass(frozen=True, slots=True)
class Below:
    """What the second language says from `start` (samples) on, in pieces of one line."""

    start: int
    pieces: tuple[str, ...]


def bilingual(first: Track, second: Track, *, fps: int = 30, characters: int = BELOW_CHARACTERS, min_ms: int = 833) -> Track:
    """Return the first language's cues with the second's line below; its `language` names both, e.g. `zh-en`.

    A line of the second language has at most `characters` half widths; no cue made here by turning is shorter than `min_ms`. The
    sources are the first language's, slices of its rows as ever ("" where a line is held while the second language turns).
    """
    below = _below(second, characters)
    starts = [one.start for one in below]
    cues: list[Cue] = []
    # a cue belongs to the last text that began by the time it begins (-1: to none, before the first)
    for index, group in groupby(first.cues, key=lambda cue: bisect_right(starts, cue.span.start) - 1):
        pieces = below[index].pieces if index >= 0 else ()
        cues += _shown(list(group), pieces, fps, samples_from_ms(min_ms))
    return Track(f"{first.language}-{second.language}", tuple(_renumbered(cues)))


def _below(second: Track, characters: int) -> list[Below]:
    """Return the second language's texts: the parts of a split row together, the rows of a merged cue apart."""
    out = []
    for _, group in groupby(second.cues, key=lambda cue: cue.row):
        cues = list(group)
        if len(cues) > 1:
            text = joined(cue.source for cue in cues)
            lines = tuple(line for cue in cues for line in cue.lines)
            out.append(Below(cues[0].span.start, (text,) if _fits(text, characters) else lines))
            continue
        cue = cues[0]
        ends = line_ends(cue.source, cue.lines)
        for word in cue.words:
            text = cue.source[word.first : word.last].strip()
            cuts = [word.first, *(end for end in ends if word.first < end < word.last), word.last]
            lines = tuple(filter(None, (cue.source[a:b].strip() for a, b in pairwise(cuts))))
            out.append(Below(word.span.start, (text,) if _fits(text, characters) else lines))
        if not cue.words:
            out.append(Below(cue.span.start, cue.lines))
    return out


def _fits(text: str, characters: int) -> bool:
    return 2 * width(text, "visual") <= characters


@dataclass(frozen=True, slots=True)
class Slot:
    """What the first language shows unchanged for a time: the slice of its row, the lines, how the time is known."""

    cue: Cue
    source: str
    lines: tuple[str, ...]
    span: Span
    known: Known


def _shown(group: Sequence[Cue], pieces: Sequence[str], fps: int, least: int) -> Iterator[Cue]:
    """Yield the cues of one text: its slots, each with the pieces that fall into its time."""
    slots = [slot for cue in group for slot in _slots(cue, fps, least)]
    for slot, share in zip(slots, _shares([slot.span.length for slot in slots], pieces), strict=True):
        yield from _turning(slot, share, fps, least)


def _slots(cue: Cue, fps: int, least: int) -> list[Slot]:
    """Return a cue's lines one after the other where each can be shown long enough, else the cue as it is."""
    whole = [Slot(cue, cue.source, cue.lines, cue.span, cue.known)]
    if len(cue.lines) == 1:
        return whole
    ends = line_ends(cue.source, cue.lines)
    starts = (0, *ends[:-1])
    spans = _by_words(cue, starts[1:], fps)
    known: Known = "boundary" if spans else "estimated"
    if not spans:
        weights = [max(1, len(cue.source[start:end])) for start, end in zip(starts, ends, strict=True)]
        spans = parted(cue.span, weights, (), fps, _GAP)
    if not spans or min(span.length for span in spans) < least:
        return whole
    return [
        Slot(cue, cue.source[start:end], (line,), span, cue.known if start == 0 else known)
        for start, end, line, span in zip(starts, ends, cue.lines, spans, strict=True)
    ]


def _by_words(cue: Cue, breaks: Sequence[int], fps: int) -> list[Span]:
    """Return the cue's time cut where the first word of each next line is heard; [] where that is not known."""
    heard = {word.first: word.span.start for word in cue.words}
    first, last = (frame_from_samples(at, fps) for at in (cue.span.start, cue.span.end))
    edges = [first, *(frame_from_samples(heard[place], fps) for place in breaks if place in heard), last]
    if len(edges) != len(breaks) + 2 or any(after - before <= _GAP for before, after in pairwise(edges)):
        return []
    ends = [*(frame - _GAP for frame in edges[1:-1]), last]
    return [Span(samples_from_frame(start, fps), samples_from_frame(end, fps)) for start, end in zip(edges, ends, strict=False)]


def _shares(lengths: Sequence[int], pieces: Sequence[str]) -> list[Sequence[str]]:
    """Return for each slot its pieces: several where there are more pieces than slots, one over several slots where there are fewer."""
    weights = [len(piece) for piece in pieces]
    if not pieces:
        return [()] * len(lengths)
    if len(pieces) >= len(lengths):
        cuts = _cuts(weights, lengths)
        return [pieces[a:b] for a, b in pairwise([0, *cuts, len(pieces)])]
    cuts = _cuts(lengths, weights)
    return [pieces[bisect_right(cuts, slot) : bisect_right(cuts, slot) + 1] for slot in range(len(lengths))]


def _cuts(fine: Sequence[int], coarse: Sequence[int]) -> list[int]:
    """Return where to cut the fine sequence into as many runs as the coarse one has items, at nearly the same shares of the whole."""
    reached = [total / max(1, sum(fine)) for total in accumulate(fine)]
    wanted = [total / max(1, sum(coarse)) for total in accumulate(coarse)]
    cuts: list[int] = []
    for number, share in enumerate(wanted[:-1], 1):
        choices = range(cuts[-1] + 1 if cuts else 1, len(fine) - len(coarse) + number + 1)
        cuts.append(min(choices, key=lambda cut: abs(reached[cut - 1] - share)))
    return cuts


def _turning(slot: Slot, pieces: Sequence[str], fps: int, least: int) -> Iterator[Cue]:
    """Yield a slot with its pieces one after the other; without them where they would turn too fast to read."""
    spans = parted(slot.span, [len(piece) for piece in pieces], (), fps, 0) if pieces else []
    if len(pieces) > 1 and (not spans or min(span.length for span in spans) < least):
        spans = []
    if not spans:
        spans, pieces = [slot.span], [""]
    for number, (span, piece) in enumerate(zip(spans, pieces, strict=True)):
        yield Cue(
            row=slot.cue.row,
            part=slot.cue.part,
            source="" if number else slot.source,
            lines=(*slot.lines, piece) if piece else slot.lines,
            span=span,
            known="estimated" if number else slot.known,
            words=slot.cue.words,
            last_row=slot.cue.last_row,
        )


def _renumbered(cues: Sequence[Cue]) -> Iterator[Cue]:
    for _, group in groupby(cues, key=lambda cue: cue.row):
        for part, cue in enumerate(group, 1):
            yield replace(cue, part=part)
