"""What moves, composed frame by frame with moviepy: transitions, travel over a photograph, clips."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.picture.footage import Player
from pipeline.picture.scene import Footage, Transition, Travel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.scene import Box, Painter, Segment

Size = tuple[int, int]


def moving_pictures(segment: Segment, painter: Painter, size: Size, fps: int) -> Iterator[NDArray[np.uint8]]:
    """Yield every picture of a segment that moves, its captions laid over, RGB, shape (height, width, 3); `size` is (width, height).

    Raises InputError where a clip cannot be read.
    """
    stretch = segment.moving
    if stretch is None:
        raise ValueError("this segment is still")
    with _film(stretch.movement, stretch.frames, painter, size, fps) as film:
        frame = stretch.first
        for hold in segment.holds:
            for _ in range(hold.frames):
                pixels = film((frame + 0.5) / fps)
                drawn = painter.over(hold.state, pixels)
                frame += 1
                if drawn is None:
                    yield pixels
                    continue
                top, band = drawn
                page = pixels.copy()
                page[top : top + band.shape[0]] = band
                yield page


@contextmanager
def _film(
    movement: Transition | Travel | Footage, frames: int, painter: Painter, size: Size, fps: int
) -> Iterator[Callable[[float], NDArray[np.uint8]]]:
    """Give a movement's picture by time: seconds from its beginning to RGB."""
    from moviepy import VideoClip

    length = frames / fps
    if isinstance(movement, Footage):
        player = Player(movement, size)
        try:
            yield VideoClip(frame_function=lambda time: player.at(time + movement.skip / fps), duration=length).get_frame
        finally:
            player.close()
    elif isinstance(movement, Travel):
        yield VideoClip(frame_function=_travelling(painter.base(movement.slide), movement, length), duration=length).get_frame
    else:
        yield _transition(movement, painter, size, length)


def _transition(movement: Transition, painter: Painter, size: Size, length: float) -> Callable[[float], NDArray[np.uint8]]:
    from moviepy import CompositeVideoClip, ImageClip, vfx

    before, after = (ImageClip(painter.base(slide), duration=length) for slide in (movement.before, movement.after))
    if movement.kind == "crossfade":
        parts = [before, after.with_effects([vfx.CrossFadeIn(length)])]
    elif movement.kind == "push":
        width = size[0]
        parts = [
            before.with_position(lambda time: (-round(width * eased(time / length)), 0)),
            after.with_position(lambda time: (width - round(width * eased(time / length)), 0)),
        ]
    else:
        half = length / 2
        parts = [
            before.with_duration(half).with_effects([vfx.FadeOut(half)]),
            after.with_duration(half).with_effects([vfx.FadeIn(half)]).with_start(half),
        ]
    film: Callable[[float], NDArray[np.uint8]] = CompositeVideoClip(parts, size=size).get_frame
    return film


def _travelling(pixels: NDArray[np.uint8], movement: Travel, length: float) -> Callable[[float], NDArray[np.uint8]]:
    def picture(time: float) -> NDArray[np.uint8]:
        part = eased(time / length)
        left, top, width, height = (a + (b - a) * part for a, b in zip(movement.start, movement.end, strict=True))
        return cropped(pixels, (left, top, width, height))

    return picture


def cropped(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Return a part of a picture at the whole picture's size; edges lie between pixels, so that slow travel does not tremble."""
    import numpy as np
    from PIL import Image

    height, width, _ = pixels.shape
    left, top, wide, high = box
    area = (left * width, top * height, (left + wide) * width, (top + high) * height)
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC, box=area))


def eased(part: float) -> float:
    """Return how far a movement has come at a part (0–1) of its time: it starts and ends at rest."""
    part = min(max(part, 0.0), 1.0)
    return part * part * (3 - 2 * part)
