"""The ordinary encode: every frame is given to an encoder.

It is a fallback for H.264 (`--cfr plain`) and the way to HEVC and AV1.

There are no B pictures, so packets are in the order in which they are shown. They are encoded
while they are read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.mux.encoded_video import EncodedVideo
from pipeline.picture.encode.x264_encoder import GLOBAL_HEADER, PRESETS
from pipeline.picture.encode.yuv import frame_from_planes, tag_colours, yuv_from_rgb
from pipeline.picture.motion.movement_renderer import render_moving_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    from pipeline.model import ProgressCallback
    from pipeline.picture.scene import Composition, FrameRenderer, ScreenState
    from pipeline.settings.sections import PictureSettings

_THREADS = 4  # fixed: encoders give other bits with another number of them


@dataclass(frozen=True, slots=True)
class _CodecSettings:
    """An encoder of libavcodec: preset and CRF by name of the quality, and further options.

    `encoder_options` takes the largest distance of keyframes in frames.
    """

    encoder: str
    presets: dict[str, tuple[str, int]]
    encoder_options: Callable[[int], dict[str, str]]


_CODECS = {
    "h264": _CodecSettings(
        "libx264",
        {quality: (preset.name, preset.crf) for quality, preset in PRESETS.items()},
        lambda max_distance: {
            "tune": "stillimage",
            "x264-params": f"bframes=0:keyint={max_distance}:scenecut=0:force-cfr=1"
            f":threads={_THREADS}",
        },
    ),
    "hevc": _CodecSettings(
        "libx265",
        {"draft": ("ultrafast", 26), "good": ("fast", 21), "best": ("slow", 18)},
        lambda max_distance: {
            "x265-params": f"bframes=0:keyint={max_distance}:scenecut=0:log-level=none:info=0"
            f":frame-threads=1:pools={_THREADS}"
        },
    ),
    "av1": _CodecSettings(
        "libsvtav1",
        {"draft": ("11", 38), "good": ("9", 28), "best": ("6", 22)},
        # pred-struct 1: low delay; lp: level of parallelism, which decides memory too
        lambda max_distance: {
            "svtav1-params": f"keyint={max_distance}:scd=0:pred-struct=1:rc=0:lp=2:film-grain=0"
            ":enable-overlays=0"
        },
    ),
}

_REPORT_INTERVAL = 30
"""Frames between two reports of progress."""


def encode_every_frame(
    composition: Composition,
    renderer: FrameRenderer,
    picture: PictureSettings,
    observe: ProgressCallback,
) -> EncodedVideo:
    """Return the composition encoded with the codec of the settings, one packet per frame.

    `observe` is told of frames. Raises OutputFault.
    """
    codec = _CODECS[picture.codec]
    context = _open_encoder(codec, composition, picture)
    return EncodedVideo(
        picture.codec,
        context.extradata or b"",
        composition.width,
        composition.height,
        composition.fps,
        composition.frames,
        _encode_frames(context, composition, renderer, observe),
    )


def _open_encoder(
    codec: _CodecSettings, composition: Composition, picture: PictureSettings
) -> VideoCodecContext:
    import av

    preset, quality = codec.presets[picture.quality]
    os.environ.setdefault(
        "SVT_LOG", "1"
    )  # SVT-AV1 talks on standard error unless its environment asks for faults only
    context = cast("VideoCodecContext", av.CodecContext.create(codec.encoder, "w"))
    context.width, context.height, context.pix_fmt = (
        composition.width,
        composition.height,
        "yuv420p",
    )
    context.time_base, context.framerate = (
        Fraction(1, composition.fps),
        Fraction(composition.fps, 1),
    )
    tag_colours(context)
    context.flags |= GLOBAL_HEADER
    context.options = {
        "preset": preset,
        "crf": str(quality),
        "forced-idr": "1",
        **codec.encoder_options(picture.keyframe_interval * composition.fps),
    }
    try:
        context.open()
    except (av.FFmpegError, ValueError) as fault:
        raise OutputFault(
            message(
                "picture.encoder_refused",
                encoder=codec.encoder,
                width=composition.width,
                height=composition.height,
                reason=str(fault),
            )
        ) from fault
    return context


def _encode_frames(
    context: VideoCodecContext,
    composition: Composition,
    renderer: FrameRenderer,
    observe: ProgressCallback,
) -> Iterator[tuple[bytes, bool]]:
    import av

    kinds = av.video.frame.PictureType
    packet_count = 0
    for number, (frame, first) in enumerate(_rendered_frames(composition, renderer)):
        if number % _REPORT_INTERVAL == 0:
            observe("picture", number, composition.frames)
        frame.pts, frame.time_base = number, Fraction(1, composition.fps)
        frame.pict_type = kinds.I if first else kinds.NONE
        for packet in context.encode(frame):
            packet_count += 1
            yield bytes(packet), packet.is_keyframe
    for packet in context.encode(None):
        packet_count += 1
        yield bytes(packet), packet.is_keyframe
    observe("picture", packet_count, composition.frames)
    if packet_count != composition.frames:
        raise OutputFault(
            message("picture.encoder_lost_frames", count=packet_count, frames=composition.frames)
        )


def _rendered_frames(
    composition: Composition, renderer: FrameRenderer
) -> Iterator[tuple[VideoFrame, bool]]:
    """Yield every frame, and whether another slide begins with it."""
    slide = ""
    for segment in composition.segments:
        if segment.movement_part:
            size = (composition.width, composition.height)
            for number, pixels in enumerate(
                render_moving_frames(segment, renderer, size, composition.fps)
            ):
                yield (
                    frame_from_planes(yuv_from_rgb(pixels, *size)),
                    not number and segment.movement_part.first_frame == 0,
                )
            continue
        for hold in segment.holds:
            frame = frame_from_planes(
                yuv_from_rgb(
                    _state_pixels(hold.state, renderer), composition.width, composition.height
                )
            )
            for _ in range(hold.frames):
                yield frame, hold.state.slide != slide
                slide = hold.state.slide


def _state_pixels(state: ScreenState, renderer: FrameRenderer) -> NDArray[np.uint8]:
    """Return a state's pixels."""
    pixels, band = renderer.slide_pixels(state.slide), renderer.caption_band(state)
    if band is None:
        return pixels
    top, rows = band
    page = pixels.copy()
    page[top : top + rows.shape[0]] = rows
    return page
