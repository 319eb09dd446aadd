"""Animated GIF, WebP, PNG and AVIF files: how long each of their frames is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.picture.image_files import open_picture, reading_faults

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

ANIMATION_RATE = 1_000
"""Frames per second that an animation counts as having: its times are whole milliseconds."""

MAX_ANIMATION_FRAMES = 5_000
"""An animation of more frames is refused: it is a video."""

_HEAD_BYTES = 64
_FASTEST_MS = 10
_DEFAULT_MS = 100
"""Browsers show frames that ask for 10 ms or less for 100 ms."""


def is_animation_file(path: Path) -> bool:
    """Return whether a file is a picture by its first bytes, and not a video."""
    head = _read_head(path)
    return (
        head.startswith((b"GIF8", b"\x89PNG"))
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:12] in {b"avis", b"avif"})
    )


def open_animation(path: Path, where: Path) -> Image.Image:
    """Return an animation, opened; the caller closes it. Raises as `read_image` does."""
    with reading_faults(where):
        return open_picture(path, _read_head(path), where)


def frame_durations(picture: Image.Image, where: Path) -> tuple[int, ...]:
    """Return how long each frame is shown, in ms. Raises InputError if there are too many."""
    with reading_faults(where):
        count = int(getattr(picture, "n_frames", 1))
        if count > MAX_ANIMATION_FRAMES:
            raise InputError(
                message("picture.animation_too_long", count=count, most=MAX_ANIMATION_FRAMES),
                where=where,
            )
        durations = []
        for index in range(count):
            picture.seek(index)
            if picture.format != "GIF":
                picture.load()  # the others know a frame's time only when it is decoded
            asked = round(picture.info.get("duration") or 0)
            durations.append(asked if asked > _FASTEST_MS else _DEFAULT_MS)
        return tuple(durations)


def _read_head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)
