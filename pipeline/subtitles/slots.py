"""The first language of a bilingual track: one line at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.subtitles.frames import frames_of
from pipeline.subtitles.shown import line_ends
from pipeline.text.widths import width
from pipeline.timebase import frame_from_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue, Known

_GAP = 2
_TWO = 2


@dataclass(frozen=True, slots=True)
class Pace:
    """Frames a second, the fewest frames a cue may last, and the characters a second each language may be read at."""

    fps: int
    least: int
    above_cps: float
    below_cps: float


@dataclass(frozen=True, slots=True)
class Slot:
    """What the first language shows unchanged from frame `start` to `end`: a slice of its row, the lines, how the time is known."""

    cue: Cue
    source: str
    lines: tuple[str, ...]
    start: int
    end: int
    known: Known


def slots_of(cue: Cue, pieces: Sequence[str], pace: Pace) -> list[Slot]:
    """Return a cue's two lines one after the other where each can be shown long enough, else the cue as it is.

    `pieces` are the second language's lines for this cue; where there are two of them as well, they turn with the first's.
    """
    first, last = frames_of(cue.span, pace.fps)
    whole = [Slot(cue, cue.source, cue.lines, first, last, cue.known)]
    places = range(first + pace.least + _GAP, last - pace.least + 1)
    if len(cue.lines) != _TWO or not places:
        return whole
    middle = line_ends(cue.source, cue.lines)[0]
    rates = [(width(line, "visual") / pace.above_cps) for line in cue.lines]
    below = [len(piece) / pace.below_cps for piece in pieces] if len(pieces) == _TWO else [0.0, 0.0]
    heard = next((frame_from_samples(word.span.start, pace.fps) for word in cue.words if word.first == middle), None)
    wanted = first + round((last - first) * middle / max(1, len(cue.source))) if heard is None else heard

    def hurry(turn: int) -> tuple[float, int]:
        """Return how far beyond its pace the most hurried line is (1: none is), and how far this turn is from where it is heard."""
        seconds = ((turn - _GAP - first) / pace.fps, (last - turn) / pace.fps)
        most = max(need / time for needs in (rates, below) for need, time in zip(needs, seconds, strict=True))
        return max(1.0, round(most, 2)), abs(turn - wanted)

    turn = min(places, key=hurry)
    return [
        Slot(cue, cue.source[:middle], cue.lines[:1], first, turn - _GAP, cue.known),
        Slot(cue, cue.source[middle:], cue.lines[1:], turn, last, "boundary" if turn == heard else "estimated"),
    ]
