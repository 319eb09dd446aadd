"""Which slides move, and when: transitions where slides change, travel over photographs, clips as long as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pipeline.picture.footage import Player
from pipeline.picture.motion import cropped
from pipeline.picture.progress import parts
from pipeline.picture.scene import Footage, Move, Transition, Travel
from pipeline.picture.slides import Clip, fetch, keep
from pipeline.store import file_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.picture.canvas import Colour
    from pipeline.picture.scene import Box
    from pipeline.picture.slides import Slide
    from pipeline.picture.stills import Fit
    from pipeline.settings.picture import Motion
    from pipeline.settings.picture import Transition as TransitionSettings
    from pipeline.store import Store

Frames = tuple[tuple[int, str], ...]

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
_FLAT = 0.35


@dataclass(frozen=True, slots=True)
class Moving:
    """What moves by the settings, and how clips are fitted to the picture's size (width, height)."""

    transition: TransitionSettings
    motion: Motion
    size: tuple[int, int]
    fit: Fit
    ground: Colour


def moved(
    slides: Frames, frames: int, fps: int, known: Mapping[str, Slide | Clip], moving: Moving, store: Store
) -> tuple[Frames, tuple[Move, ...]]:
    """Return the slides as (first frame, slide) with the stills that movements end on, and the moves between, not overlapping.

    `slides` is what is shown from which frame on, `frames` the video's length, `known` every slide by its key. Raises InputError where a
    clip cannot be read.
    """
    shown: list[tuple[int, str]] = []
    moves: list[Move] = []
    visits = [tuple(visit) for _, visit in groupby(slides, key=lambda slide: parts(slide[1])[0])]
    ends = [visit[0][0] for visit in visits[1:]] + [frames]
    before = ""
    for number, (visit, end) in enumerate(zip(visits, ends, strict=True)):
        seen = _Visit(visit, end, number, fps, moving, store).moved(before, known.get(parts(visit[0][1])[0]))
        shown += seen.slides
        moves += seen.moves
        before = seen.last
    return tuple(shown), tuple(moves)


class _Seen(NamedTuple):
    """What one slide becomes: stills, moves, and the still it is left with."""

    slides: Frames
    moves: tuple[Move, ...]
    last: str


@dataclass(frozen=True, slots=True)
class _Visit:
    """A slide from its first frame to the next slide's; its chapters' bar may change meanwhile."""

    slides: Frames
    end: int
    number: int
    fps: int
    moving: Moving
    store: Store

    def moved(self, before: str, slide: Slide | Clip | None) -> _Seen:
        """Return what the slide becomes after another one (an empty text: none)."""
        first = self.slides[0][0]
        key, _ = parts(self.slides[0][1])
        bars = [(at, name[len(key) :]) for at, name in self.slides]
        kind = self.moving.transition.kind
        entrance = min(round(self.moving.transition.seconds * self.fps), (self.end - first) // 2) if before and kind != "none" else 0
        start = first + entrance
        movement, length, begin, finish = self._movement(key, slide, self.end - start)
        after = start + length
        stills = {at: (begin if at < after else finish) + bar for at, bar in bars}
        if after < self.end:
            stills[after] = finish + [bar for at, bar in bars if at <= after][-1]
        moves = []
        if kind != "none" and entrance:
            moves.append(Move(Transition(kind, before, stills[first]), first, entrance))
        if movement is not None:
            moves.append(Move(movement, start, length))
        return _Seen(tuple(sorted(stills.items())), tuple(moves), finish + bars[-1][1])

    def _movement(self, key: str, slide: Slide | Clip | None, room: int) -> tuple[Footage | Travel | None, int, str, str]:
        """Return what moves in so many frames, for how many of them, and the stills it begins and ends with."""
        if isinstance(slide, Clip):
            return self._clip(key, slide, room)
        length = min(round(self.moving.motion.seconds * self.fps) or room, room)
        if self.moving.motion.kind == "none" or slide is None or length < self.fps or not is_photograph(self.store, key):
            return None, 0, key, key
        start, end = boxes(self.moving.motion.kind, self.moving.motion.amount, self.number)
        return Travel(key, start, end), length, self._still(key, start), self._still(key, end)

    def _clip(self, key: str, clip: Clip, room: int) -> tuple[Footage, int, str, str]:
        footage = Footage(
            str(clip.path), file_digest(clip.path), clip.fps, clip.frames, clip.play, fit=self.moving.fit, ground=self.moving.ground
        )
        own = -(-clip.frames * self.fps * clip.fps.denominator // clip.fps.numerator)
        length = room if clip.play == "loop" else min(own, room)
        return footage, length, key, self._last_picture(footage, length)

    def _last_picture(self, footage: Footage, length: int) -> str:
        player = Player(footage, self.moving.size)
        try:
            return keep(self.store, player.at((length - 0.5) / self.fps))
        finally:
            player.close()

    def _still(self, key: str, box: Box) -> str:
        return key if box == WHOLE else keep(self.store, cropped(fetch(self.store, key), box))


def boxes(kind: str, amount: float, number: int) -> tuple[Box, Box]:
    """Return where travel over a slide begins and ends: zoom goes in and out in turn, pan to the right and to the left."""
    inside = 1 - amount
    middle: Box = (amount / 2, amount / 2, inside, inside)
    left: Box = (0.0, amount / 2, inside, inside)
    right: Box = (amount, amount / 2, inside, inside)
    pair = (WHOLE, middle) if kind == "zoom" else (left, right)
    return pair if number % 2 == 0 else (pair[1], pair[0])


def is_photograph(store: Store, key: str) -> bool:
    """Return whether a slide is a photograph: few of its pixels are quite like their neighbours, as flat grounds and letters' are."""
    pixels = fetch(store, key)
    return bool((pixels[:, 1:] == pixels[:, :-1]).all(axis=2).mean() < _FLAT)
