"""The closing card: thanks, and once more what this was and who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import BODY_SIZE, DISPLAY_SIZE
from pipeline.picture.cards.shapes import draw_panel

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet


def draw_closing_card(sheet: CardSheet, card: Card) -> None:
    """Draw the last card."""
    unit, theme = sheet.unit, sheet.theme
    if sheet.logo is not None:
        sheet.draw_logo_or_name("", BODY_SIZE, theme.muted)
    thanks = sheet.fit_block(card.heading, DISPLAY_SIZE, sheet.width, max_lines=2)
    title = sheet.fit_block(
        card.running_head, BODY_SIZE, sheet.width * 0.9, weight="regular", max_lines=3
    )
    note = sheet.fit_block(card.note, BODY_SIZE, sheet.width * 0.9, weight="bold", max_lines=1)
    gap = 44 * unit
    room = sheet.content_bottom - sheet.top
    y = (
        sheet.top
        + (room - thanks.height - gap - title.height - (gap + note.height if note.lines else 0))
        * 0.5
    )
    draw_panel(
        sheet.canvas,
        sheet.left,
        y - 60 * unit,
        110 * unit,
        10 * unit,
        theme.accent,
        radius=5 * unit,
    )
    y = sheet.draw_block(thanks, sheet.left - 0.04 * thanks.size, y, theme.text)
    y = sheet.draw_block(title, sheet.left, y + gap, theme.muted)
    sheet.draw_block(note, sheet.left, y + gap, theme.accent)
