"""The key line: one sentence of the talk, large, beside an accent bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import DISPLAY_SIZE, draw_running_head

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet


def draw_key_line_card(sheet: CardSheet, card: Card) -> None:
    """Draw one sentence."""
    unit, theme = sheet.unit, sheet.theme
    top = draw_running_head(sheet, card)
    inset = 52 * unit
    line = sheet.fit_block(
        card.heading,
        DISPLAY_SIZE,
        sheet.width - inset - (0 if sheet.is_tall else sheet.width * 0.06),
        max_lines=6 if sheet.is_tall else 3,
        max_height=(sheet.content_bottom - top) * 0.7,
    )
    y = top + max((sheet.content_bottom - top - line.height) * 0.46, 40 * unit)
    sheet.canvas.fill_rectangle(
        sheet.left, y + 0.06 * line.size, 8 * unit, line.height - 0.06 * line.size, theme.accent
    )
    sheet.draw_block(line, sheet.left + inset, y, theme.text)
