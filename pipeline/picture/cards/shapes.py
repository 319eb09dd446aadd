"""Shapes with smooth edges as coverage masks: rounded rectangles, rings and icons."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.canvas import Canvas
    from pipeline.picture.colours import Colour

_OVERSAMPLING = 4


@lru_cache(maxsize=256)
def _rounded_mask(
    width: int, height: int, radius: int, line: int, opacity: float
) -> NDArray[np.uint8]:
    """Return the coverage of a rounded rectangle, filled or (`line` px > 0) its outline."""
    import numpy as np
    from PIL import Image, ImageDraw

    scale = _OVERSAMPLING
    picture = Image.new("L", (width * scale, height * scale))
    ImageDraw.Draw(picture).rounded_rectangle(
        (0, 0, width * scale - 1, height * scale - 1),
        radius * scale,
        fill=0 if line else round(255 * opacity),
        outline=round(255 * opacity) if line else None,
        width=line * scale if line else 1,
    )
    return np.asarray(picture.reduce(scale))


def draw_panel(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    colour: Colour,
    *,
    radius: float = 0.0,
    line: float = 0.0,
    opacity: float = 1.0,
) -> None:
    """Draw a rounded rectangle in px, filled, or its outline where `line` (its width) is above 0.

    A radius of half the height gives a pill, and of half the side of a square a disc.
    """
    wide, high = max(round(width), 1), max(round(height), 1)
    mask = _rounded_mask(
        wide,
        high,
        min(round(radius), min(wide, high) // 2),
        max(round(line), 1) if line else 0,
        opacity,
    )
    canvas.blend_colour(mask, round(x), round(y), colour)


def draw_disc(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    colour: Colour,
    *,
    line: float = 0.0,
    opacity: float = 1.0,
) -> None:
    """Draw a disc (or a ring of width `line`) around (x, y) in px."""
    draw_panel(
        canvas,
        x - radius,
        y - radius,
        2 * radius,
        2 * radius,
        colour,
        radius=radius,
        line=line,
        opacity=opacity,
    )
