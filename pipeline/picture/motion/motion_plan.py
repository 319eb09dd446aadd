"""Plans transitions, pans and zooms over photographs, and clips."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipeline.cache import file_digest
from pipeline.picture.motion.animation_player import open_player
from pipeline.picture.motion.movement_renderer import crop_to_full_size
from pipeline.picture.scene import ClipPlayback, PanZoom, SlideTransition, TimedMovement
from pipeline.picture.slides.chapter_bar import split_slide_key
from pipeline.picture.slides.slide_store import ClipSlide, load_slide, store_slide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.cache import Store
    from pipeline.picture.colours import Colour
    from pipeline.picture.image_files import FitMode
    from pipeline.picture.scene import CropBox, SlideFrames
    from pipeline.picture.slides.slide_store import Slide
    from pipeline.settings.sections import MotionSettings, TransitionSettings

WHOLE_SLIDE: CropBox = (0.0, 0.0, 1.0, 1.0)
_EASE_SECONDS = 0.27  # 8 frames of 30 a second
_MAX_FLAT_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class MotionOptions:
    """The settings of motion, and how clips are fitted to `size` (width, height) in px."""

    transition: TransitionSettings
    motion: MotionSettings
    size: tuple[int, int]
    fit_mode: FitMode
    background: Colour


def plan_motion(
    slides: SlideFrames,
    frame_count: int,
    fps: int,
    slides_by_key: Mapping[str, Slide | ClipSlide],
    options: MotionOptions,
    store: Store,
) -> tuple[SlideFrames, tuple[TimedMovement, ...]]:
    """Return the slides with the stills that movements end on, and the movements between.

    Movements do not overlap. `frame_count` is the video's length, `slides_by_key` has every slide
    of the deck. Raises InputError if a clip cannot be read.
    """
    planned_slides: list[tuple[int, str]] = []
    movements: list[TimedMovement] = []
    visits = [
        tuple(visit) for _, visit in groupby(slides, key=lambda slide: split_slide_key(slide[1])[0])
    ]
    ends = [visit[0][0] for visit in visits[1:]] + [frame_count]
    last_slide, follows_card = "", False
    for number, (visit, end) in enumerate(zip(visits, ends, strict=True)):
        slide = slides_by_key.get(split_slide_key(visit[0][1])[0])
        planned = _SlideVisit(visit, end, number, fps, options, store, follows_card).plan(
            last_slide, slide
        )
        follows_card = slide is None
        planned_slides += planned.slides
        movements += planned.movements
        last_slide = planned.last_slide
    return tuple(planned_slides), tuple(movements)


class _PlannedVisit(NamedTuple):
    """What one slide becomes: stills, moves, and the still it is left with."""

    slides: SlideFrames
    movements: tuple[TimedMovement, ...]
    last_slide: str


@dataclass(frozen=True, slots=True)
class _SlideVisit:
    """A slide from its first frame to the next slide's; its chapters' bar may change meanwhile."""

    slides: SlideFrames
    end_frame: int
    visit_index: int
    fps: int
    options: MotionOptions
    store: Store
    follows_card: bool

    def plan(self, previous_slide: str, slide: Slide | ClipSlide | None) -> _PlannedVisit:
        """Return what the slide becomes after another one (an empty text: none)."""
        first_frame = self.slides[0][0]
        key, _ = split_slide_key(self.slides[0][1])
        bars = [(at, name[len(key) :]) for at, name in self.slides]
        kind, seconds = self._entrance(slide)
        transition_frames = (
            min(round(seconds * self.fps), (self.end_frame - first_frame) // 2)
            if previous_slide and kind != "none"
            else 0
        )
        start = first_frame + transition_frames
        movement, length, start_still, end_still = self._choose_movement(
            key, slide, self.end_frame - start
        )
        after = start + length
        stills = {at: (start_still if at < after else end_still) + bar for at, bar in bars}
        if after < self.end_frame:
            stills[after] = end_still + [bar for at, bar in bars if at <= after][-1]
        movements = []
        if kind != "none" and transition_frames:
            movements.append(
                TimedMovement(
                    SlideTransition(kind, previous_slide, stills[first_frame]),
                    first_frame,
                    transition_frames,
                )
            )
        if movement is not None:
            movements.append(TimedMovement(movement, start, length))
        return _PlannedVisit(
            tuple(sorted(stills.items())), tuple(movements), end_still + bars[-1][1]
        )

    def _entrance(
        self, slide: Slide | ClipSlide | None
    ) -> tuple[Literal["none", "crossfade", "push", "fade", "ease"], float]:
        """Return how the slide comes in, and its length in s; cards are not among the slides."""
        transition = self.options.transition
        if transition.kind != "none" or self.options.motion.cards == "none":
            return transition.kind, transition.seconds
        is_card_after_card = slide is None and self.follows_card
        return ("ease", _EASE_SECONDS) if is_card_after_card else ("none", 0.0)

    def _choose_movement(
        self, key: str, slide: Slide | ClipSlide | None, max_frames: int
    ) -> tuple[ClipPlayback | PanZoom | None, int, str, str]:
        """Return the movement in at most `max_frames` frames, its length, and its two stills.

        The stills are those it begins and ends with.
        """
        if isinstance(slide, ClipSlide):
            return self._plan_clip(key, slide, max_frames)
        length = min(round(self.options.motion.seconds * self.fps) or max_frames, max_frames)
        if (
            self.options.motion.kind == "none"
            or slide is None
            or length < self.fps
            or not is_photograph(self.store, key)
        ):
            return None, 0, key, key
        start, end = pan_zoom_boxes(
            self.options.motion.kind, self.options.motion.amount, self.visit_index
        )
        return (
            PanZoom(key, start, end),
            length,
            self._store_crop(key, start),
            self._store_crop(key, end),
        )

    def _plan_clip(
        self, key: str, clip: ClipSlide, max_frames: int
    ) -> tuple[ClipPlayback, int, str, str]:
        footage = ClipPlayback(
            str(clip.path),
            file_digest(clip.path),
            clip.fps,
            clip.frames,
            clip.play_mode,
            fit_mode=self.options.fit_mode,
            background=self.options.background,
        )
        clip_frames = -(-clip.frames * self.fps * clip.fps.denominator // clip.fps.numerator)
        length = max_frames if clip.play_mode == "loop" else min(clip_frames, max_frames)
        return footage, length, key, self._store_last_picture(footage, length)

    def _store_last_picture(self, footage: ClipPlayback, length: int) -> str:
        player = open_player(footage, self.options.size)
        try:
            return store_slide(self.store, player.picture_at((length - 0.5) / self.fps))
        finally:
            player.close()

    def _store_crop(self, key: str, box: CropBox) -> str:
        return (
            key
            if box == WHOLE_SLIDE
            else store_slide(self.store, crop_to_full_size(load_slide(self.store, key), box))
        )


def pan_zoom_boxes(kind: str, amount: float, visit_index: int) -> tuple[CropBox, CropBox]:
    """Return the crop boxes with which a pan or zoom begins and ends.

    Its direction alternates with `visit_index`.
    """
    inside = 1 - amount
    middle: CropBox = (amount / 2, amount / 2, inside, inside)
    left: CropBox = (0.0, amount / 2, inside, inside)
    right: CropBox = (amount, amount / 2, inside, inside)
    pair = (WHOLE_SLIDE, middle) if kind == "zoom" else (left, right)
    return pair if visit_index % 2 == 0 else (pair[1], pair[0])


def is_photograph(store: Store, key: str) -> bool:
    """Return whether a slide is a photograph.

    In a photograph few pixels equal their left neighbours, as those of flat areas and letters do.
    """
    pixels = load_slide(store, key)
    return bool((pixels[:, 1:] == pixels[:, :-1]).all(axis=2).mean() < _MAX_FLAT_SHARE)
