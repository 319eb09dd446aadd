"""Slides kept in the store by the digest of their pixels, and what is known of each."""

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
    """A still picture at the video's size: its key in the store, and what people call it."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ClipSlide:
    """A video used as a slide; `key` is its first frame as a still at the video's size.

    `width` and `height` are the clip's own in px as it is meant to be seen, `frames` how many it has, `fps` how many a second. It begins
    anew (`loop`) or stays on its last frame (`hold`) where its span is longer, and is cut where it is shorter.
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
    """Keep a picture (RGB, shape (height, width, 3)) and return its key: the digest of its pixels and size."""
    key = digest("slide", list(pixels.shape), pixels.tobytes())
    if not has_slide(store, key):
        store.put(SLIDE_KIND, key, encode_png(pixels))
    return key


def has_slide(store: Store, key: str) -> bool:
    """Return whether a picture is in the store, whole."""
    return store.get(SLIDE_KIND, key) is not None


def load_slide(store: Store, key: str) -> NDArray[np.uint8]:
    """Return a kept picture's pixels, RGB, shape (height, width, 3). Raises OutputFault where it is gone or damaged."""
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
    """Return RGB pixels as a PNG, packed quickly rather than small."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()
