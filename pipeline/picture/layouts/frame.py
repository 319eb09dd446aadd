"""What the inner cards share: the running head over a hairline, which says where in the episode one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.sheet import SMALL

if TYPE_CHECKING:
    from pipeline.picture.cards import Card
    from pipeline.picture.sheet import Sheet


def running_head(sheet: Sheet, card: Card) -> float:
    """Draw the running head and return the row below it."""
    unit, theme = sheet.unit, sheet.theme
    place = sheet.block(card.place, SMALL, sheet.width / 4, weight="regular", most=1)
    head = sheet.block(card.head, SMALL, sheet.width * 0.72, weight="regular", most=1, smallest=1.0)
    sheet.draw(head, sheet.left, sheet.top, theme.muted)
    sheet.draw(place, sheet.right, sheet.top, theme.muted, align=1.0)
    below = sheet.top + SMALL * unit + 22 * unit
    sheet.rule(sheet.left, below, sheet.width)
    return below + 2 * unit
