"""Video clips used as slides: what they hold, and their first frame."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer
    from av.video.stream import VideoStream
    from PIL import Image

CLIP_SUFFIXES = (".mp4", ".m4v", ".mov", ".webm", ".mkv")
"""Suffixes of clips, in lower case."""

MAX_CLIP_PIXELS = 7680 * 4320
_MATROSKA_MAGIC = b"\x1a\x45\xdf\xa3"
_SNIFF_BYTES = 12
_PROBE_LIMIT = 5_000_000  # bytes and microseconds ffmpeg may read to find the streams
_FRAME_RATE_RANGE = (Fraction(1), Fraction(1_000))


class ClipProperties(NamedTuple):
    """What a clip contains.

    `fps` is in frames per second; `first_picture` is upright; `start_delay` is how many seconds the
    video begins after the sound.
    """

    fps: Fraction
    frames: int
    first_picture: Image.Image
    start_delay: Fraction


def probe_clip(path: Path, where: Path) -> ClipProperties:
    """Return what a clip contains; `path` is read, `where` is what people call it.

    Raises InputError if it cannot be played.
    """
    import av
    from PIL import Image

    broken = InputError(message("picture.clip_not_playable"), where=where)
    try:
        with open_clip(path, where) as container:
            stream = find_video_stream(container)
            if stream is None:
                raise InputError(message("picture.clip_without_picture"), where=where)
            if stream.width * stream.height > MAX_CLIP_PIXELS:
                size = {"width": stream.width, "height": stream.height}
                raise InputError(message("picture.clip_too_large", **size), where=where)
            frame = next(container.decode(stream), None)
            if frame is None:
                raise broken
            fps = Fraction(stream.average_rate or stream.guessed_rate or 25)
            seconds = _clip_seconds(container, stream.duration, stream.time_base)
            start_delay = (stream.start_time or 0) * (stream.time_base or 0) - Fraction(
                container.start_time or 0, 1_000_000
            )
            picture = Image.fromarray(frame.to_ndarray(format="rgb24"))
            turn = round(getattr(frame, "rotation", 0) or 0)
    except (av.error.FFmpegError, OSError, ValueError) as fault:
        raise broken from fault
    if not _FRAME_RATE_RANGE[0] <= fps <= _FRAME_RATE_RANGE[1]:
        raise InputError(message("picture.clip_frame_rate", rate=float(fps)), where=where)
    frames = stream.frames or round(seconds * fps)
    return ClipProperties(
        fps,
        max(frames, 1),
        picture.rotate(turn, expand=True) if turn else picture,
        max(Fraction(start_delay), Fraction(0)),
    )


def find_video_stream(container: InputContainer) -> VideoStream | None:
    """Return a clip's first stream of moving pictures; the cover of a sound file is none."""
    from av.stream import Disposition

    return next(
        (
            stream
            for stream in container.streams.video
            if Disposition.attached_pic not in stream.disposition
        ),
        None,
    )


def open_clip(path: Path, where: Path) -> InputContainer:
    """Open a clip in the format that its first bytes show.

    A playlist with a clip's name would make ffmpeg open other files and hosts.
    """
    import av

    with path.open("rb") as file:
        head = file.read(_SNIFF_BYTES)
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        kind = "mov"
    elif head.startswith(_MATROSKA_MAGIC):
        kind = "matroska"
    else:
        raise InputError(message("picture.not_a_clip"), where=where)
    limits = {
        "protocol_whitelist": "file",
        "probesize": str(_PROBE_LIMIT),
        "analyzeduration": str(_PROBE_LIMIT),
    }
    return av.open(f"file:{path}", format=kind, options=limits)


def _clip_seconds(
    container: InputContainer, duration: int | None, time_base: Fraction | None
) -> Fraction:
    """Return a clip's length, by its stream or else its container (in µs)."""
    if duration is not None and time_base is not None:
        return duration * time_base
    return Fraction(container.duration or 0, 1_000_000)
