"""The table of card layouts, and the drawing of a card at the video's size."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault
from pipeline.extensions import load_extensions
from pipeline.messages import message
from pipeline.picture.canvas import Canvas
from pipeline.picture.cards.backdrop import backdrop
from pipeline.picture.cards.card_sheet import CardSheet
from pipeline.picture.cards.layouts.base import CardLayout
from pipeline.picture.cards.layouts.closing_card import draw_closing_card
from pipeline.picture.cards.layouts.comparison_card import draw_comparison_card
from pipeline.picture.cards.layouts.figure_card import draw_bars_card, draw_figure_card
from pipeline.picture.cards.layouts.points_card import draw_chapter_card, draw_points_card
from pipeline.picture.cards.layouts.quotation_card import (
    draw_definition_card,
    draw_person_card,
    draw_quotation_card,
)
from pipeline.picture.cards.layouts.timeline_card import draw_timeline_card
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
    CardLayout("steps", message("picture.steps_card"), draw_points_card, ("points",)),
    CardLayout("timeline", message("picture.timeline_card"), draw_timeline_card, ("points",)),
    CardLayout("figure", message("picture.figure_card"), draw_figure_card, ("points",)),
    CardLayout("bars", message("picture.bars_card"), draw_bars_card, ("points",)),
    CardLayout("comparison", message("picture.comparison_card"), draw_comparison_card, ("points",)),
    CardLayout("quotation", message("picture.quotation_card"), draw_quotation_card, ("points",)),
    CardLayout("person", message("picture.person_card"), draw_person_card, ("points",)),
    CardLayout("definition", message("picture.definition_card"), draw_definition_card, ("points",)),
    CardLayout("question", message("picture.question_card"), draw_points_card, ("heading",)),
    CardLayout("agenda", message("picture.agenda_card"), draw_points_card, ("points",)),
    CardLayout("recap", message("picture.recap_card"), draw_points_card, ("points",)),
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
    pixels. Chapters have the accents of the theme in turn.
    """
    accents = theme.accents or (theme.accent,)
    place = max(card.chapter - 1, 0)
    own, second = (accents[(place + shift) % len(accents)] for shift in (0, 1))
    theme = replace(theme, accent=own)
    canvas = Canvas(backdrop(*size, theme, own, second).copy(), text_renderer)
    layout_for(card).draw(CardSheet(canvas, theme, content_bottom, segmenter, logo), card)
    return canvas.pixels
