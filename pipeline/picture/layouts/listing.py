"""The numbered list: what the talk counts up, one entry a line between hairlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.layouts.frame import running_head
from pipeline.picture.sheet import BODY, COLUMNS, LEAD

if TYPE_CHECKING:
    from pipeline.picture.cards import Card
    from pipeline.picture.sheet import Sheet

MOST = 5
"""More entries than this cannot be taken in while somebody speaks."""


def draw(sheet: Sheet, card: Card) -> None:
    """Draw up to five entries."""
    unit, theme = sheet.unit, sheet.theme
    y = running_head(sheet, card)
    if card.heading:
        heading = sheet.block(card.heading, BODY, sheet.width, most=1)
        y = sheet.draw(heading, sheet.left, y + 40 * unit, theme.accent)
    entries = card.items[:MOST]
    room = min((sheet.foot - y - 30 * unit) / len(entries), 165 * unit)
    y += 30 * unit
    x = sheet.column(2 if sheet.tall else 1)
    for number, text in enumerate(entries, 1):
        if number > 1:
            sheet.rule(sheet.left, y, sheet.width)
        block = sheet.block(
            text, min(LEAD * 1.1, 0.46 * room / unit), sheet.right - x, weight="bold", most=2 if sheet.tall else 1, smallest=0.6
        )
        middle = y + (room - block.height) / 2
        figure = sheet.block(str(number), block.size / unit, sheet.width / COLUMNS, most=1)
        sheet.draw(figure, sheet.left, middle, theme.accent)
        sheet.draw(block, x, middle, theme.text)
        y += room
