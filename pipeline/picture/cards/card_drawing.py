"""Draws a card at the video's size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.canvas import Canvas
from pipeline.picture.cards.card_sheet import CardSheet
from pipeline.picture.cards.layouts import (
    chapter_card,
    closing_card,
    key_line_card,
    list_card,
    number_card,
    quotation_card,
    title_card,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.cards.card import Card
    from pipeline.picture.style.theme import Theme
    from pipeline.picture.typography.text_renderer import TextRenderer
    from pipeline.text.word_segmenter import Segmenter

VERSION = 2
"""Drawing version of all layouts: raise it when the pixels change."""

_LAYOUTS = {
    "title": title_card.draw_title_card,
    "chapter": chapter_card.draw_chapter_card,
    "key_line": key_line_card.draw_key_line_card,
    "quotation": quotation_card.draw_quotation_card,
    "list": list_card.draw_list_card,
    "year": number_card.draw_number_card,
    "figure": number_card.draw_number_card,
    "closing": closing_card.draw_closing_card,
}


def draw_card(
    card: Card,
    size: tuple[int, int],
    content_bottom: float,
    theme: Theme,
    text_renderer: TextRenderer,
    segmenter: Segmenter,
    *,
    logo: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint8]:
    """Return a card's pixels, RGB, shape (height, width, 3); nothing is drawn below row `foot`.

    `size` is (width, height), `logo` RGBA pixels.
    """
    canvas = Canvas.blank(*size, theme.background, text_renderer)
    _LAYOUTS[card.kind](CardSheet(canvas, theme, content_bottom, segmenter, logo), card)
    return canvas.pixels
