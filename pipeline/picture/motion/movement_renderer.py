"""Renders movements frame by frame with moviepy: transitions, pans and zooms, clips."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.picture.motion.animation_player import open_player
from pipeline.picture.scene import ClipPlayback, PanZoom, SlideTransition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.scene import CropBox, FrameRenderer, Segment

PictureSize = tuple[int, int]


def render_moving_frames(
    segment: Segment, renderer: FrameRenderer, size: PictureSize, fps: int
) -> Iterator[NDArray[np.uint8]]:
    """Yield every picture of a moving segment with its captions, RGB.

    Pictures have shape (height, width, 3); `size` is (width, height) in px.

    Raises InputError where a clip cannot be read.
    """
    movement_part = segment.movement_part
    if movement_part is None:
        raise ValueError("this segment is still")
    with _open_movement(
        movement_part.movement, movement_part.frames, renderer, size, fps
    ) as picture_at:
        frame = movement_part.first_frame
        for hold in segment.holds:
            for _ in range(hold.frames):
                pixels = picture_at((frame + 0.5) / fps)
                changed_rows = renderer.caption_band_over(hold.state, pixels)
                frame += 1
                if changed_rows is None:
                    yield pixels
                    continue
                top, band = changed_rows
                page = pixels.copy()
                page[top : top + band.shape[0]] = band
                yield page


@contextmanager
def _open_movement(
    movement: SlideTransition | PanZoom | ClipPlayback,
    frames: int,
    renderer: FrameRenderer,
    size: PictureSize,
    fps: int,
) -> Iterator[Callable[[float], NDArray[np.uint8]]]:
    """Give a movement's picture by time: seconds from its beginning to RGB."""
    from moviepy import VideoClip

    duration = frames / fps
    if isinstance(movement, ClipPlayback):
        player = open_player(movement, size)
        try:
            yield VideoClip(
                frame_function=lambda time: player.picture_at(time + movement.skipped_frames / fps),
                duration=duration,
            ).get_frame
        finally:
            player.close()
    elif isinstance(movement, PanZoom):
        yield VideoClip(
            frame_function=_pan_zoom_pictures(
                renderer.slide_pixels(movement.slide), movement, duration
            ),
            duration=duration,
        ).get_frame
    else:
        yield _transition_pictures(movement, renderer, size, duration)


def _transition_pictures(
    movement: SlideTransition, renderer: FrameRenderer, size: PictureSize, duration: float
) -> Callable[[float], NDArray[np.uint8]]:
    if movement.kind == "ease":
        return _easing_pictures(
            renderer.slide_pixels(movement.slide_before),
            renderer.slide_pixels(movement.slide_after),
            duration,
        )
    from moviepy import CompositeVideoClip, ImageClip, vfx

    before, after = (
        ImageClip(renderer.slide_pixels(slide), duration=duration)
        for slide in (movement.slide_before, movement.slide_after)
    )
    if movement.kind == "crossfade":
        parts = [before, after.with_effects([vfx.CrossFadeIn(duration)])]
    elif movement.kind == "push":
        width = size[0]
        parts = [
            before.with_position(lambda time: (-round(width * ease_in_out(time / duration)), 0)),
            after.with_position(
                lambda time: (width - round(width * ease_in_out(time / duration)), 0)
            ),
        ]
    else:
        half = duration / 2
        parts = [
            before.with_duration(half).with_effects([vfx.FadeOut(half)]),
            after.with_duration(half).with_effects([vfx.FadeIn(half)]).with_start(half),
        ]
    picture_at: Callable[[float], NDArray[np.uint8]] = CompositeVideoClip(
        parts, size=size
    ).get_frame
    return picture_at


def _easing_pictures(
    before: NDArray[np.uint8], after: NDArray[np.uint8], duration: float
) -> Callable[[float], NDArray[np.uint8]]:
    """Return pictures in which the rows that differ go from one picture to the other."""
    import numpy as np
    from PIL import Image

    rows = np.flatnonzero((before != after).any(axis=(1, 2)))
    top, below = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 0)
    old, new = (
        Image.fromarray(np.ascontiguousarray(page[top:below])) if rows.size else None
        for page in (before, after)
    )

    def picture(time: float) -> NDArray[np.uint8]:
        page = after.copy()
        if old is not None and new is not None:
            page[top:below] = np.asarray(Image.blend(old, new, ease_out(time / duration)))
        return page

    return picture


def _pan_zoom_pictures(
    pixels: NDArray[np.uint8], movement: PanZoom, duration: float
) -> Callable[[float], NDArray[np.uint8]]:
    def picture(time: float) -> NDArray[np.uint8]:
        part = ease_in_out(time / duration)
        left, top, width, height = (
            a + (b - a) * part for a, b in zip(movement.start_box, movement.end_box, strict=True)
        )
        return crop_to_full_size(pixels, (left, top, width, height))

    return picture


def crop_to_full_size(pixels: NDArray[np.uint8], box: CropBox) -> NDArray[np.uint8]:
    """Return a part of a picture at the size of the whole picture.

    Edges may lie between pixels, so that slow movement does not jitter.
    """
    import numpy as np
    from PIL import Image

    height, width, _ = pixels.shape
    left, top, wide, high = box
    area = (left * width, top * height, (left + wide) * width, (top + high) * height)
    return np.asarray(
        Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC, box=area)
    )


def ease_out(progress: float) -> float:
    """Return the progress at a part (0–1) of the time of what comes fast and ends at rest."""
    return 1 - (1 - min(max(progress, 0.0), 1.0)) ** 3


def ease_in_out(progress: float) -> float:
    """Return the progress of a movement at a part (0–1) of its time, at rest at both ends."""
    progress = min(max(progress, 0.0), 1.0)
    return progress * progress * (3 - 2 * progress)
