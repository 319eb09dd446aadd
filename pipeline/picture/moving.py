"""A segment that moves, encoded picture by picture with the settings of the held ones, so that both join in one stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.encoder import Encoder
from pipeline.picture.h264 import whole_macroblocks
from pipeline.picture.motion import moving_pictures
from pipeline.picture.yuv import frame_of, yuv_from_rgb

if TYPE_CHECKING:
    from pipeline.picture.encoder import Preset
    from pipeline.picture.h264 import Slice
    from pipeline.picture.scene import Painter, Segment


def encode_moving(segment: Segment, painter: Painter, preset: Preset, size: tuple[int, int], fps: int) -> tuple[Slice, ...]:
    """Return one slice a frame, the first one intra. Raises InputError where a clip cannot be read."""
    width, height = (whole_macroblocks(length) for length in size)
    encoder = Encoder(width, height, preset)
    return tuple(
        encoder.slice(frame_of(yuv_from_rgb(pixels, width, height)), idr=not number)
        for number, pixels in enumerate(moving_pictures(segment, painter, size, fps))
    )
