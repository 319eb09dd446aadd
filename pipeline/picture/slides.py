"""Slides kept in the store by the digest of their pixels, and what is known of each."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.store import digest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.store import Store

KIND = "slide"


@dataclass(frozen=True, slots=True)
class Slide:
    """A still picture at the video's size: its key in the store, and what people call it."""

    key: str
    name: str


def keep(store: Store, pixels: NDArray[np.uint8]) -> str:
    """Keep a picture (RGB, shape (height, width, 3)) and return its key: the digest of its pixels and size."""
    key = digest("slide 1", list(pixels.shape), pixels.tobytes())
    if not store.path(KIND, key).exists():
        store.put(KIND, key, png_of(pixels))
    return key


def fetch(store: Store, key: str) -> NDArray[np.uint8]:
    """Return a kept picture's pixels, RGB, shape (height, width, 3). Raises OutputFault where it is gone or damaged."""
    import numpy as np
    from PIL import Image

    body = store.get(KIND, key)
    if body is None:
        raise OutputFault(
            "A slide is gone from the cache or was damaged there.", "Run again: it is made anew.", where=store.path(KIND, key)
        )
    with Image.open(io.BytesIO(body), formats=["PNG"]) as picture:
        return np.asarray(picture.convert("RGB"))


def png_of(pixels: NDArray[np.uint8]) -> bytes:
    """Return RGB pixels as a PNG, packed quickly rather than small."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()
