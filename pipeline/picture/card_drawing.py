"""Draws a card at the video's size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.canvas import Canvas
from pipeline.picture.layouts import chapter, closing, key_line, listing, number, quotation, title
from pipeline.picture.sheet import Sheet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.canvas import Press
    from pipeline.picture.cards import Card
    from pipeline.picture.theme import Theme
    from pipeline.text.words import Segmenter

VERSION = 2
"""Drawing version of all layouts: raise it when the pixels change."""

_LAYOUTS = {
    "title": title.draw,
    "chapter": chapter.draw,
    "key_line": key_line.draw,
    "quotation": quotation.draw,
    "list": listing.draw,
    "year": number.draw,
    "figure": number.draw,
    "closing": closing.draw,
}


def draw_card(
    card: Card,
    size: tuple[int, int],
    foot: float,
    theme: Theme,
    press: Press,
    segmenter: Segmenter,
    *,
    logo: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint8]:
    """Return a card's pixels, RGB, shape (height, width, 3); nothing is drawn below row `foot`.

    `size` is (width, height), `logo` RGBA pixels.
    """
    canvas = Canvas.filled(*size, theme.background, press)
    _LAYOUTS[card.kind](Sheet(canvas, theme, foot, segmenter, logo), card)
    return canvas.pixels
