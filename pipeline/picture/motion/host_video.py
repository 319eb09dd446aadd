"""The host's own video as the whole picture, with captions over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.picture.image_files import fit_picture
from pipeline.picture.scene import ClipPlayback, TimedMovement
from pipeline.picture.slides.chapter_bar import add_chapter_bars
from pipeline.picture.slides.clip_files import probe_clip
from pipeline.picture.slides.slide_store import store_slide

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.cache import Store
    from pipeline.model import Timeline
    from pipeline.picture.scene import SlideFrames
    from pipeline.picture.style.look import EpisodeLook


class HostVideoPlan(NamedTuple):
    """The slides by their first frames, and the one movement that is the host's video."""

    slides: SlideFrames
    movements: tuple[TimedMovement, ...]


def plan_host_video(
    path: Path,
    content_digest: str,
    timeline: Timeline,
    look: EpisodeLook,
    store: Store,
    *,
    chapter_bar: bool,
) -> HostVideoPlan:
    """Return a video file as the picture of a timeline that follows its sound.

    With `chapter_bar` the chapter bar lies over it.

    It is rotated, fitted and held as a clip among slides; `content_digest` is that of its bytes.

    Raises InputError where it has no picture or cannot be played.
    """
    clip = probe_clip(path, path)
    background = look.theme.background
    first_slide = store_slide(
        store, fit_picture(clip.first_picture, (look.width, look.height), look.fit_mode, background)
    )
    footage = ClipPlayback(
        str(path),
        content_digest,
        clip.fps,
        clip.frames,
        "film",
        fit_mode=look.fit_mode,
        background=background,
        start_delay=clip.start_delay,
    )
    slides = ((0, first_slide),)
    return HostVideoPlan(
        add_chapter_bars(slides, timeline) if chapter_bar else slides,
        (TimedMovement(footage, 0, timeline.frames),),
    )
