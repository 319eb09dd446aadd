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


def ease_in_out(progress: float) -> float:
    """Return the progress of a movement at a part (0–1) of its time, at rest at both ends."""
    progress = min(max(progress, 0.0), 1.0)
    return progress * progress * (3 - 2 * progress)
