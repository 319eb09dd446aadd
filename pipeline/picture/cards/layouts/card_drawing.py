"""The table of card layouts, and the drawing of a card at the video's size."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault
from pipeline.extensions import load_extensions
from pipeline.messages import message
from pipeline.picture.canvas import Canvas
from pipeline.picture.cards.card_sheet import CardSheet
from pipeline.picture.cards.layouts.base import CardLayout
from pipeline.picture.cards.layouts.chapter_card import draw_chapter_card
from pipeline.picture.cards.layouts.closing_card import draw_closing_card
from pipeline.picture.cards.layouts.key_line_card import draw_key_line_card
from pipeline.picture.cards.layouts.list_card import draw_list_card
from pipeline.picture.cards.layouts.number_card import draw_number_card
from pipeline.picture.cards.layouts.quotation_card import draw_quotation_card
from pipeline.picture.cards.layouts.title_card import draw_title_card

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.cards.card import Card
    from pipeline.picture.style.theme import Theme
    from pipeline.picture.typography.text_renderer import TextRenderer
    from pipeline.text.word_segmenter import Segmenter

CARD_LAYOUTS = (
    CardLayout("title", message("picture.title_card"), draw_title_card, ("heading",)),
    CardLayout("chapter", message("picture.chapter_card"), draw_chapter_card, ("figure",)),
    CardLayout("key_line", message("picture.key_line_card"), draw_key_line_card, ("heading",)),
    CardLayout("quotation", message("picture.quotation_card"), draw_quotation_card, ("heading",)),
    CardLayout("list", message("picture.list_card"), draw_list_card, ("items",)),
    CardLayout("year", message("picture.year_card"), draw_number_card, ("figure", "heading")),
    CardLayout("figure", message("picture.figure_card"), draw_number_card, ("figure", "heading")),
    CardLayout("closing", message("picture.closing_card"), draw_closing_card, ("heading",)),
)
"""This package's own layouts: one for each kind of card."""

_EXTENSION_GROUP = "episode.cards"


@cache
def card_layouts() -> tuple[CardLayout, ...]:
    """Return this package's layouts, then those of other packages by name.

    Raises EnvironmentFault where an entry point cannot be loaded or is no `CardLayout`.
    """
    extensions = load_extensions(_EXTENSION_GROUP)
    layouts = [layout for layout in extensions.values() if isinstance(layout, CardLayout)]
    if len(layouts) < len(extensions):
        name = next(name for name, entry in extensions.items() if not isinstance(entry, CardLayout))
        raise EnvironmentFault(message("picture.not_a_card_layout", name=name))
    return (*CARD_LAYOUTS, *layouts)


def layout_for(card: Card) -> CardLayout:
    """Return the layout that draws a card: of those that can, the first of the highest priority.

    A card that no layout can draw is drawn by the layout of its kind.
    """
    able = [layout for layout in card_layouts() if layout.can_draw(card)]
    if able:
        return max(able, key=lambda layout: layout.priority)
    return next(layout for layout in CARD_LAYOUTS if layout.name == card.kind)


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
    """Return a card's pixels, RGB, shape (height, width, 3), drawn by `layout_for(card)`.

    `size` is (width, height) in px; nothing is drawn below row `content_bottom`; `logo` is RGBA
    pixels.
    """
    canvas = Canvas.blank(*size, theme.background, text_renderer)
    layout_for(card).draw(CardSheet(canvas, theme, content_bottom, segmenter, logo), card)
    return canvas.pixels
