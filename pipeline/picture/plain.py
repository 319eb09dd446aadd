"""The ordinary encode: every frame is given to an encoder. A fallback for H.264 (`--cfr plain`), and the way to HEVC and AV1.

Without B pictures, so that packets leave in the order they are shown; they are encoded while they are read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from pipeline.container import EncodedVideo
from pipeline.errors import OutputFault
from pipeline.picture.encoder import GLOBAL_HEADER, PRESETS, tag_colours
from pipeline.picture.motion import moving_pictures
from pipeline.picture.yuv import frame_of, yuv_from_rgb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    from pipeline.model import Observe
    from pipeline.picture.scene import Painter, Reel, State
    from pipeline.settings.picture import Picture

_THREADS = 4  # fixed: encoders give other bits with another number of them


@dataclass(frozen=True, slots=True)
class _Codec:
    """An encoder of libavcodec: its preset and quality by name of the quality, and its own settings for so many frames between keys."""

    encoder: str
    presets: dict[str, tuple[str, int]]
    settings: Callable[[int], dict[str, str]]


_CODECS = {
    "h264": _Codec(
        "libx264",
        {quality: (preset.name, preset.crf) for quality, preset in PRESETS.items()},
        lambda most: {"tune": "stillimage", "x264-params": f"bframes=0:keyint={most}:scenecut=0:force-cfr=1:threads={_THREADS}"},
    ),
    "hevc": _Codec(
        "libx265",
        {"draft": ("ultrafast", 26), "good": ("fast", 21), "best": ("slow", 18)},
        lambda most: {"x265-params": f"bframes=0:keyint={most}:scenecut=0:log-level=none:info=0:frame-threads=1:pools={_THREADS}"},
    ),
    "av1": _Codec(
        "libsvtav1",
        {"draft": ("11", 38), "good": ("9", 28), "best": ("6", 22)},
        # pred-struct 1: low delay; lp: level of parallelism, which decides memory too
        lambda most: {"svtav1-params": f"keyint={most}:scd=0:pred-struct=1:rc=0:lp=2:film-grain=0:enable-overlays=0"},
    ),
}
_FEW = 30


def encode_plainly(reel: Reel, painter: Painter, picture: Picture, observe: Observe) -> EncodedVideo:
    """Return the reel in the codec the settings name, one packet a frame. `observe` is told of frames. Raises OutputFault."""
    codec = _CODECS[picture.codec]
    context = _opened(codec, reel, picture)
    return EncodedVideo(
        picture.codec, context.extradata or b"", reel.width, reel.height, reel.fps, reel.frames, _packets(context, reel, painter, observe)
    )


def _opened(codec: _Codec, reel: Reel, picture: Picture) -> VideoCodecContext:
    import av

    preset, quality = codec.presets[picture.quality]
    os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 talks on standard error unless its environment asks for faults only
    context = cast("VideoCodecContext", av.CodecContext.create(codec.encoder, "w"))
    context.width, context.height, context.pix_fmt = reel.width, reel.height, "yuv420p"
    context.time_base, context.framerate = Fraction(1, reel.fps), Fraction(reel.fps, 1)
    tag_colours(context)
    context.flags |= GLOBAL_HEADER
    context.options = {"preset": preset, "crf": str(quality), "forced-idr": "1", **codec.settings(picture.keyframe_interval * reel.fps)}
    try:
        context.open()
    except (av.FFmpegError, ValueError) as fault:
        raise OutputFault(f"{codec.encoder} refused a picture of {reel.width}×{reel.height}: {fault}.", "Choose another size.") from fault
    return context


def _packets(context: VideoCodecContext, reel: Reel, painter: Painter, observe: Observe) -> Iterator[tuple[bytes, bool]]:
    import av

    kinds = av.video.frame.PictureType
    taken = 0
    for number, (frame, first) in enumerate(_frames(reel, painter)):
        if number % _FEW == 0:
            observe("picture", number, reel.frames)
        frame.pts, frame.time_base = number, Fraction(1, reel.fps)
        frame.pict_type = kinds.I if first else kinds.NONE
        for packet in context.encode(frame):
            taken += 1
            yield bytes(packet), packet.is_keyframe
    for packet in context.encode(None):
        taken += 1
        yield bytes(packet), packet.is_keyframe
    observe("picture", taken, reel.frames)
    if taken != reel.frames:
        raise OutputFault(f"The encoder made {taken} pictures of {reel.frames}.", "Choose another codec, and report this.")


def _frames(reel: Reel, painter: Painter) -> Iterator[tuple[VideoFrame, bool]]:
    """Yield every frame, and whether another slide begins with it."""
    slide = ""
    for segment in reel.segments:
        if segment.moving:
            size = (reel.width, reel.height)
            for number, pixels in enumerate(moving_pictures(segment, painter, size, reel.fps)):
                yield frame_of(yuv_from_rgb(pixels, *size)), not number and segment.moving.first == 0
            continue
        for hold in segment.holds:
            frame = frame_of(yuv_from_rgb(_whole(hold.state, painter), reel.width, reel.height))
            for _ in range(hold.frames):
                yield frame, hold.state.slide != slide
                slide = hold.state.slide


def _whole(state: State, painter: Painter) -> NDArray[np.uint8]:
    """Return a state's pixels."""
    pixels, band = painter.base(state.slide), painter.band(state)
    if band is None:
        return pixels
    top, rows = band
    page = pixels.copy()
    page[top : top + rows.shape[0]] = rows
    return page
