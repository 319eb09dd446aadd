"""The background of cards: two glows in the chapter's accent, an arc, and a field of dots.

Glows are not dithered: steps of one level are not seen, dither would be lost in the encoded film,
and it would make every stored card four times as large.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.picture.style.theme import GLOW

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.colours import Colour
    from pipeline.picture.style.theme import Theme

_DOT_STEP, _DOT_STRENGTH = 36, 0.12  # px of 1080 lines; part of the way to the text's colour
_ARC_STRENGTH, _ARC_WIDTH = 0.075, 2.0
_LOW_GLOW = 0.6  # strength of the glow in the lower left, of that in the upper right


@lru_cache(maxsize=12)
def backdrop(
    width: int, height: int, theme: Theme, accent: Colour, second: Colour
) -> NDArray[np.uint8]:
    """Return the background in px, RGB, shape (height, width, 3); callers copy it to draw on it.

    No glow goes further from the theme's background towards an accent than GLOW, so that text over
    it keeps its contrast.
    """
    import numpy as np

    high, low, marks = _strengths(width, height)
    light = np.full((height, width, 3), theme.background, np.float32)
    for strength, colour in ((high, accent), (low, second), (marks, theme.text)):
        light += (np.array(colour, np.float32) - light) * strength[..., None]
    pixels: NDArray[np.uint8] = np.rint(light).clip(0, 255).astype(np.uint8)
    return pixels


@lru_cache(maxsize=2)
def _strengths(width: int, height: int) -> tuple[NDArray[np.float32], ...]:
    """Return how strong the high glow, the low glow, and dots and arcs are at each pixel, 0–1."""
    import numpy as np

    unit = min(width, height) / 1080
    y, x = np.ogrid[0:height, 0:width]
    x, y = x.astype(np.float32), y.astype(np.float32)
    high = _glow(x, y, 0.92 * width, -0.06 * height, 0.62 * max(width, height)) * GLOW
    low = _glow(x, y, -0.04 * width, 1.06 * height, 0.5 * max(width, height)) * (GLOW * _LOW_GLOW)
    step = max(_DOT_STEP * unit, 8)
    dot = np.hypot((x + step / 2) % step - step / 2, (y + step / 2) % step - step / 2)
    field = np.clip(1.9 * unit + 0.5 - dot, 0, 1) * np.clip(
        (x / width - 0.45) * 1.6 + (0.35 - y / height) * 0.5, 0, 1
    )
    distance = np.hypot(x - 0.98 * width, y - 0.02 * height)
    arcs = sum(
        np.clip(_ARC_WIDTH * unit / 2 + 0.5 - np.abs(distance - radius * unit), 0, 1)
        for radius in (300, 460, 640)
    )
    return high, low, (field * _DOT_STRENGTH + arcs * _ARC_STRENGTH).astype(np.float32)


def _glow(
    x: NDArray[np.float32], y: NDArray[np.float32], left: float, top: float, radius: float
) -> NDArray[np.float32]:
    import numpy as np

    part = np.clip(1 - np.hypot(x - left, (y - top) * 1.25) / radius, 0, 1)
    smooth: NDArray[np.float32] = part * part * (3 - 2 * part)
    return smooth
