"""The year or number: a figure as large as the sheet allows, and what it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.layouts.frame import running_head
from pipeline.picture.sheet import LEAD

if TYPE_CHECKING:
    from pipeline.picture.cards import Card
    from pipeline.picture.sheet import Sheet

_FIGURE = 400.0


def draw(sheet: Sheet, card: Card) -> None:
    """Draw a figure and the line it is from."""
    unit, theme = sheet.unit, sheet.theme
    top = running_head(sheet, card)
    figure = sheet.block(card.mark, _FIGURE, sheet.width, most=1, smallest=0.2, height=(sheet.foot - top) * 0.55)
    line = sheet.block(
        card.heading,
        LEAD * 1.1,
        sheet.width * (1.0 if sheet.tall else 0.8),
        weight="regular",
        most=4 if sheet.tall else 2,
        height=(sheet.foot - top) * 0.4,
    )
    gap = 50 * unit
    y = top + max((sheet.foot - top - figure.height - gap - line.height) * 0.5, 20 * unit)
    y = sheet.draw(figure, sheet.left - 0.06 * figure.size, y, theme.accent)
    sheet.draw(line, sheet.left, y + gap, theme.text)
