"""Two languages in one track: the first above, the second below, one line each.

Each cue shows what its row says in the second language. Where the first language's row was broken into two lines, they are shown one
after the other, each with its half of the second language; where only the second is too long for a line, the first stays while the
second turns. A second language that could not be read that way stays in its own track.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import ceil
from typing import TYPE_CHECKING

from pipeline.model import Cue, Track, Word
from pipeline.subtitles.frames import span_of
from pipeline.subtitles.joined import joined
from pipeline.subtitles.shown import line_ends
from pipeline.subtitles.slots import Pace, Slot, slots_of
from pipeline.text.widths import width
from pipeline.timebase import frames_covering, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BELOW_CHARACTERS = 48
"""Half widths of one line below: an author's row of 22 full-width characters above is 44, and a line a word over Netflix's 42 is easier to
read than one that turns."""


@dataclass(frozen=True, slots=True)
class Below:
    """What the second language says from `start` (samples) on, in pieces of one line."""

    start: int
    pieces: tuple[str, ...]


def bilingual(
    first: Track,
    second: Track,
    *,
    fps: int = 30,
    characters: int = BELOW_CHARACTERS,
    min_ms: int = 833,
    cps: float = 20,
    above_cps: float = 10,
) -> Track:
    """Return the first language's cues with the second's line below; its `language` names both, e.g. `zh-en`.

    A line of the second language has at most `characters` half widths; no cue made here by turning is shorter than `min_ms`. Both
    languages turn together unless that would hurry a line beyond `cps` (above: `above_cps`) characters a second. The sources are the
    first language's, slices of its rows as ever ("" where a line is held while the second language turns).
    """
    below = _below(second, characters)
    starts = [one.start for one in below]
    pace = Pace(fps, frames_covering(samples_from_ms(min_ms), fps), above_cps, cps)
    cues: list[Cue] = []
    # a cue belongs to the last text that began by the time it begins (-1: to none, before the first)
    for index, group in groupby(first.cues, key=lambda cue: bisect_right(starts, cue.span.start) - 1):
        pieces = below[index].pieces if index >= 0 else ()
        shown = list(group)
        slots = [slot for cue in shown for slot in slots_of(cue, pieces if len(shown) == 1 else (), pace)]
        cues += _turning(slots, pieces, pace)
    renumbered = (replace(cue, part=part) for _, row in groupby(cues, key=lambda cue: cue.row) for part, cue in enumerate(row))
    return Track(f"{first.language}-{second.language}", tuple(renumbered))


def _below(second: Track, characters: int) -> list[Below]:
    """Return the second language's texts: the parts of a split one together, the texts of a merged cue apart."""
    stretches = [
        (word.span if cue.words else cue.span, cue.source[word.first : word.last], _lines(cue, word))
        for cue in second.cues
        for word in cue.words or (Word(0, len(cue.source), cue.span),)
    ]
    out = []
    for span, group in groupby(stretches, key=lambda stretch: stretch[0]):
        texts = list(group)
        text = joined(text for _, text, _ in texts)
        fits = 2 * width(text, "visual") <= characters
        out.append(Below(span.start, (text,) if fits else tuple(line for _, _, lines in texts for line in lines)))
    return out


def _lines(cue: Cue, word: Word) -> list[str]:
    """Return a stretch of a cue's source, cut where its lines end."""
    cuts = [word.first, *(end for end in line_ends(cue.source, cue.lines) if word.first < end < word.last), word.last]
    return [line for a, b in pairwise(cuts) if (line := cue.source[a:b].strip())]


def _turning(slots: Sequence[Slot], pieces: Sequence[str], pace: Pace) -> Iterator[Cue]:
    """Yield the slots, cut again where the second language turns to its next piece; without it where no cut leaves time to read."""
    cuts = _turns(slots, [len(piece) for piece in pieces], pace) if pieces else None
    for slot in slots:
        inner = [cut for cut in cuts or () if slot.start < cut < slot.end]
        for start, end in pairwise([slot.start, *inner, slot.end]):
            piece = pieces[bisect_right(cuts, start)] if cuts is not None else ""
            yield Cue(
                row=slot.cue.row,
                part=slot.cue.part,
                source=slot.source if start == slot.start else "",
                lines=(*slot.lines, piece) if piece else slot.lines,
                span=span_of(start, end, pace.fps),
                known=slot.known if start == slot.start else "estimated",
                last_row=slot.cue.last_row,
            )


def _turns(slots: Sequence[Slot], weights: Sequence[int], pace: Pace) -> list[int] | None:
    """Return the frames at which the second language turns to its next piece, or None where that cannot be read.

    A turn belongs where the pieces' lengths put it; it moves to the nearest start of a slot that leaves every piece the time it needs.
    """
    first, last = slots[0].start, slots[-1].end
    total = sum(weights)
    shares = [(last - first) * weight // total for weight in weights]
    needs = [min(share, ceil(weight * pace.fps / pace.below_cps)) for share, weight in zip(shares, weights, strict=True)]
    cuts: list[int] = []
    at = first
    for index in range(1, len(weights)):
        earliest, latest = at + needs[index - 1], last - sum(needs[index:])
        wanted = first + (last - first) * sum(weights[:index]) // total
        fitting = [slot.start for slot in slots[1:] if earliest <= slot.start <= latest]
        at = min(fitting, key=lambda start: abs(start - wanted), default=None) or _inside(slots, min(max(wanted, earliest), latest), pace)
        if at <= (cuts[-1] if cuts else first):
            return None
        cuts.append(at)
    flashes = any(after - before < pace.least for before, after in pairwise([first, *cuts, last]))
    return None if cuts and flashes else cuts


def _inside(slots: Sequence[Slot], frame: int, pace: Pace) -> int:
    """Return the frame, or the nearer edge of its slot where the cut would leave a flash on one side of it."""
    slot = next((slot for slot in reversed(slots) if slot.start <= frame), slots[0])
    edges = [edge for edge in (slot.start, slot.end) if abs(edge - frame) < pace.least]
    if not edges:
        return frame
    starts = [slot.start for slot in slots]
    return min(starts, key=lambda start: abs(start - frame))
