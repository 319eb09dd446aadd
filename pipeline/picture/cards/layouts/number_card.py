"""The number card: a year or figure as large as the sheet allows, and its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import LEAD_SIZE, draw_running_head

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet

_FIGURE_SIZE = 400.0


def draw_number_card(sheet: CardSheet, card: Card) -> None:
    """Draw a figure and the line it is from."""
    unit, theme = sheet.unit, sheet.theme
    top = draw_running_head(sheet, card)
    figure = sheet.fit_block(
        card.figure,
        _FIGURE_SIZE,
        sheet.width,
        max_lines=1,
        min_scale=0.2,
        max_height=(sheet.content_bottom - top) * 0.55,
    )
    line = sheet.fit_block(
        card.heading,
        LEAD_SIZE * 1.1,
        sheet.width * (1.0 if sheet.is_tall else 0.8),
        weight="regular",
        max_lines=4 if sheet.is_tall else 2,
        max_height=(sheet.content_bottom - top) * 0.4,
    )
    gap = 50 * unit
    y = top + max((sheet.content_bottom - top - figure.height - gap - line.height) * 0.5, 20 * unit)
    y = sheet.draw_block(figure, sheet.left - 0.06 * figure.size, y, theme.accent)
    sheet.draw_block(line, sheet.left, y + gap, theme.text)
