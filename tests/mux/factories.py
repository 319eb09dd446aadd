"""Small films for the tests of the container: real encoders, real sound."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, TypedDict

import av
import numpy as np

from pipeline.audio.export import export_narration
from pipeline.model import Chapter, ChapterMark, Cue, Span, Track
from pipeline.mux.encoded_video import EncodedVideo
from pipeline.timebase import samples_from_frame
from tests.audio.voices import pcm16, voice, write_wav

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

OPTIONS = {
    "libx264": {
        "preset": "ultrafast",
        "profile": "high",
        "x264-params": "bframes=0:keyint=25:scenecut=0:8x8dct=1:cabac=1",
    },
    "libx265": {
        "preset": "ultrafast",
        "x265-params": "bframes=0:keyint=25:log-level=none:frame-threads=1:pools=none",
    },
    "libsvtav1": {"preset": "13", "svtav1-params": "pred-struct=1:keyint=25:lp=1"},
}


class Wanted(TypedDict):
    """What `verify` is told."""

    frames: int
    fps: int
    width: int
    height: int
    samples: int | None
    tracks: Sequence[Track]
    chapters: Sequence[ChapterMark]
    title: str


@lru_cache
def packets(
    frames: int, fps: int, width: int = 128, height: int = 72, encoder: str = "libx264"
) -> tuple[bytes, tuple[tuple[bytes, bool], ...]]:
    """Return the encoder's head and its packets for pictures that all differ."""
    context = av.CodecContext.create(encoder, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate = Fraction(1, fps), Fraction(fps)
    context.flags |= 0x400000  # the head apart from the packets
    context.options = OPTIONS[encoder]
    made = []
    for number in range(frames):
        pixels = np.full((height, width, 3), (number * 7 % 200, 90, 200 - number % 90), np.uint8)
        pixels[: height // 4, : 1 + number % width] = 255
        frame = av.VideoFrame.from_ndarray(pixels).reformat(format="yuv420p")
        frame.pts = number
        made += context.encode(frame)
    made += context.encode(None)
    return bytes(context.extradata or b""), tuple(
        (bytes(packet), bool(packet.is_keyframe)) for packet in made
    )


def video(
    frames: int = 90, fps: int = 30, width: int = 128, height: int = 72, encoder: str = "libx264"
) -> EncodedVideo:
    """Return a stream ready to be muxed."""
    head, made = packets(frames, fps, width, height, encoder)
    codec = {"libx264": "h264", "libx265": "hevc", "libsvtav1": "av1"}[encoder]
    return EncodedVideo(codec, head, width, height, fps, frames, iter(made))


def narration(folder: Path, length: int) -> Path:
    """Return an m4a of exactly `length` samples, with chapters and tags of its own."""
    path = folder / f"narration-{length}.m4a"
    if not path.exists():
        source = write_wav(folder / "n.wav", pcm16(voice(length / 48_000 + 0.1))[:length])
        export_narration(
            source,
            path,
            title="声音",
            artist="x",
            chapters=marks((0, "声"), (length // 2, "音")),
            cover=None,
            language="zh",
        )
    return path


def marks(*chapters: tuple[int, str]) -> list[ChapterMark]:
    """Return chapters at samples."""
    return [ChapterMark(Chapter(row + 1, title), at) for row, (at, title) in enumerate(chapters)]


def track(language: str, *cues: tuple[int, int, str]) -> Track:
    """Return a track of cues from sample to sample."""
    made = (
        Cue(row + 1, 0, text, tuple(text.split("\n")), Span(start, end), "measured")
        for row, (start, end, text) in enumerate(cues)
    )
    return Track(language, tuple(made))


def two_tracks(frames: int, fps: int) -> list[Track]:
    """Return Chinese and English cues with gaps, and without."""
    at = [samples_from_frame(frame, fps) for frame in range(frames + 1)]
    third = frames // 3
    return [
        track(
            "zh-Hans",
            (at[2], at[third], "你好，世界"),
            (at[third], at[2 * third], "第二行\n两行"),
            (at[2 * third + 1], at[frames], "最后"),
        ),
        track(
            "en",
            (0, at[third], "Hello, world"),
            (at[third + 2], at[2 * third], "<b>bold</b> & {\\an8} C:\\new"),
        ),
    ]
