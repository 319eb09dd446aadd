"""Slides in the store, by the digest of their pixels, and the facts about each."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.cache import digest
from pipeline.errors import OutputFault
from pipeline.messages import message

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.cache import Store

SLIDE_KIND = "slide"
PlayMode = Literal["loop", "hold"]


@dataclass(frozen=True, slots=True)
class Slide:
    """A still picture at the video's size: its key in the store, and its name."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ClipSlide:
    """A video used as a slide; `key` is its first frame as a still at the video's size.

    `width` and `height` are those of the upright clip in px, `frames` is its length, `fps` is in
    frames per second. If it is shown for longer, it begins again (`loop`) or stays on its last
    frame (`hold`); if it is shown for less, it is cut.
    """

    key: str
    name: str
    path: Path
    fps: Fraction
    frames: int
    width: int
    height: int
    play_mode: PlayMode = "loop"


def store_slide(store: Store, pixels: NDArray[np.uint8]) -> str:
    """Store a picture (RGB, shape (height, width, 3)) and return its key.

    The key is the digest of its pixels and size.
    """
    key = digest("slide", list(pixels.shape), pixels.tobytes())
    if not has_slide(store, key):
        store.put(SLIDE_KIND, key, encode_png(pixels))
    return key


def has_slide(store: Store, key: str) -> bool:
    """Return whether a picture is in the store, undamaged."""
    return store.get(SLIDE_KIND, key) is not None


def load_slide(store: Store, key: str) -> NDArray[np.uint8]:
    """Return a stored picture's pixels, RGB, shape (height, width, 3).

    Raises OutputFault if it is missing or damaged.
    """
    import numpy as np
    from PIL import Image

    body = store.get(SLIDE_KIND, key)
    if body is None:
        raise OutputFault(
            message("picture.slide_lost"),
            where=store.entry_path(SLIDE_KIND, key),
        )
    with Image.open(io.BytesIO(body), formats=["PNG"]) as picture:
        return np.asarray(picture.convert("RGB"))


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """Return RGB pixels as a PNG, compressed for speed and not for size."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()
