"""A subtitle track on the frame grid: what it burns into each frame."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from pipeline.picture.scene import Caption
from pipeline.subtitles.shown import places
from pipeline.timebase import frame_at, frame_from_samples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Cue, Track

_Showing = tuple[int, int, Caption]


class Burning:
    """The captions of a track: which is shown at a frame, and the frames (`edges`) at which that changes."""

    def __init__(self, track: Track, fps: int, *, karaoke: bool) -> None:
        """Lay the track on the grid; with `karaoke` a cue is as many captions as it has words with a time."""
        self._showings = [showing for cue in track.cues for showing in _showings(cue, track.language, fps, karaoke=karaoke)]
        self._starts = [start for start, _, _ in self._showings]

    @property
    def edges(self) -> Iterator[int]:
        """Every frame at which something else is shown."""
        for start, end, _ in self._showings:
            yield from (start, end)

    def at(self, frame: int) -> Iterator[Caption]:
        """Yield the caption shown at a frame, if any."""
        near = bisect_right(self._starts, frame) - 1
        if near >= 0 and frame < self._showings[near][1]:
            yield self._showings[near][2]


def _showings(cue: Cue, language: str, fps: int, *, karaoke: bool) -> Iterator[_Showing]:
    """Yield (first frame, frame after the last, caption) of a cue, one for each word that is lit in it."""
    start, end = frame_from_samples(cue.span.start, fps), frame_from_samples(cue.span.end, fps)
    lights = list(_lights(cue, fps)) if karaoke else []
    lights = [(max(start, frame), lit) for frame, lit in lights if frame < end]
    steps: dict[int, tuple[int, int] | None] = {start: None, **dict(lights)}
    for frame, after in zip(steps, [*list(steps)[1:], end], strict=True):
        if frame < after:
            yield frame, after, Caption(language, cue.lines, steps[frame])


def _lights(cue: Cue, fps: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the frame at which each word of a cue is heard, rising, and its characters in the joined lines."""
    where = [place for line in places(cue.source, cue.lines) for place in line]
    latest = 0
    for word in sorted(cue.words, key=lambda word: word.first):
        lit = [number for number, place in enumerate(where) if word.first <= place < word.last]
        if lit:
            latest = max(latest, frame_at(word.span.start, fps))
            yield latest, (lit[0], lit[-1] + 1)
