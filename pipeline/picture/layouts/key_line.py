"""The key line: one sentence of the talk, large, beside an accent bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.layouts.frame import running_head
from pipeline.picture.sheet import DISPLAY

if TYPE_CHECKING:
    from pipeline.picture.cards import Card
    from pipeline.picture.sheet import Sheet


def draw(sheet: Sheet, card: Card) -> None:
    """Draw one sentence."""
    unit, theme = sheet.unit, sheet.theme
    top = running_head(sheet, card)
    inset = 52 * unit
    line = sheet.block(
        card.heading,
        DISPLAY,
        sheet.width - inset - (0 if sheet.tall else sheet.width * 0.06),
        most=6 if sheet.tall else 3,
        height=(sheet.foot - top) * 0.7,
    )
    y = top + max((sheet.foot - top - line.height) * 0.46, 40 * unit)
    sheet.canvas.bar(sheet.left, y + 0.06 * line.size, 8 * unit, line.height - 0.06 * line.size, theme.accent)
    sheet.draw(line, sheet.left + inset, y, theme.text)
