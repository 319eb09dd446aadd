"""The closing card: thanks, and once more what this was and who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.sheet import BODY, DISPLAY

if TYPE_CHECKING:
    from pipeline.picture.cards import Card
    from pipeline.picture.sheet import Sheet


def draw(sheet: Sheet, card: Card) -> None:
    """Draw the last card."""
    unit, theme = sheet.unit, sheet.theme
    sheet.rule(sheet.left, sheet.top, 84 * unit, theme.accent, 8)
    if sheet.logo is not None:
        sheet.sign("", BODY, theme.muted)
    thanks = sheet.block(card.heading, DISPLAY, sheet.width, most=2)
    title = sheet.block(card.head, BODY, sheet.width * 0.9, weight="regular", most=3)
    note = sheet.block(card.note, BODY, sheet.width * 0.9, weight="bold", most=1)
    gap = 44 * unit
    room = sheet.foot - sheet.top
    y = sheet.top + (room - thanks.height - gap - title.height - (gap + note.height if note.lines else 0)) * 0.5
    y = sheet.draw(thanks, sheet.left - 0.04 * thanks.size, y, theme.text)
    y = sheet.draw(title, sheet.left, y + gap, theme.muted)
    sheet.draw(note, sheet.left, y + gap, theme.accent)
