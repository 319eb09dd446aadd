"""Encodes pictures, or parts of them, with x264; settings by quality.

Every choice here makes a picture's bits independent of time and of its neighbours: no lookahead, no
B pictures, one slice a picture, quality by quantiser (`qcomp=1`) and not by the complexity of what
came before; so parts can be encoded apart and joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.picture.encode.h264 import Slice, read_parameters, read_slices
from pipeline.picture.encode.yuv import tag_colours

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame

    from pipeline.picture.encode.h264 import ParameterSets
    from pipeline.settings.sections import PictureSettings

GLOBAL_HEADER = 1 << 22
"""AV_CODEC_FLAG_GLOBAL_HEADER: parameter sets apart from the packets."""

_X264_PARAMETERS = {
    "bframes": 0,
    "ref": 2,  # the centre and the picture before
    "weightp": 0,
    "weightb": 0,
    "scenecut": 0,
    "keyint": "infinite",
    "rc-lookahead": 0,
    "sync-lookahead": 0,
    "mbtree": 0,
    "qcomp": 1,
    "ipratio": 1,  # else an IDR picture's quantiser depends on the P pictures before it
    "threads": 1,
    "sliced-threads": 0,
    "stitchable": 1,
    "8x8dct": 1,
    "cabac": 1,
    "aq-mode": 1,
    "fast-pskip": 1,  # unchanged blocks are skipped in every preset: segment_encoder.py needs it
    "mvrange": 32,  # px; segment_encoder.py keeps 48 unchanged rows above captions
    "force-cfr": 1,
    "sar": "1/1",
    "nal-hrd": "none",
}


@dataclass(frozen=True, slots=True)
class X264Preset:
    """An x264 preset with its constant rate factor."""

    name: str
    crf: int


PRESETS = {
    "draft": X264Preset("superfast", 23),
    "good": X264Preset("veryfast", 18),
    "best": X264Preset("slow", 15),
}
"""By the quality named in the settings."""


def preset_for(picture: PictureSettings) -> X264Preset:
    """Return the preset a picture's settings ask for."""
    return PRESETS[picture.quality]


class X264Encoder:
    """Encodes pictures of one size, each given back at once, as slices."""

    def __init__(self, width: int, height: int, preset: X264Preset, fps: int = 25) -> None:
        """Open x264; `fps` matters only for the parameter sets.

        Raises OutputFault if it does not open.
        """
        import av

        context = av.CodecContext.create("libx264", "w")
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.time_base, context.framerate = Fraction(1, fps), Fraction(fps, 1)
        tag_colours(context)
        context.thread_count = 1
        context.flags |= GLOBAL_HEADER
        context.options = {
            "preset": preset.name,
            "tune": "stillimage",
            "crf": str(preset.crf),
            "profile": "high",
            "forced-idr": "1",
            "x264-params": ":".join(f"{key}={value}" for key, value in _X264_PARAMETERS.items()),
        }
        try:
            context.open()
        except av.FFmpegError as fault:
            raise OutputFault(
                message(
                    "picture.encoder_refused",
                    encoder="x264",
                    width=width,
                    height=height,
                    reason=str(fault),
                )
            ) from fault
        self._context: VideoCodecContext = context
        self._frame_number = 0
        self.parameter_sets: ParameterSets = read_parameters(context.extradata or b"")

    def encode_packet(self, frame: VideoFrame, *, idr: bool = False) -> bytes:
        """Return the encoded picture as the encoder wrote it."""
        import av

        frame.pts = self._frame_number
        self._frame_number += 1
        frame.pict_type = av.video.frame.PictureType.I if idr else av.video.frame.PictureType.NONE
        packets = self._context.encode(frame)
        if len(packets) != 1:
            raise OutputFault(message("picture.x264_delayed_picture"))
        return bytes(packets[0])

    def encode_slice(self, frame: VideoFrame, *, idr: bool = False) -> Slice:
        """Return the encoded picture's one slice."""
        (piece,) = read_slices(self.encode_packet(frame, idr=idr), self.parameter_sets)
        return piece
