"""The title card: the title large, its translation small below, what the episode is about along the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.sheet import BODY, DISPLAY, SMALL

if TYPE_CHECKING:
    from pipeline.picture.cards import Card
    from pipeline.picture.sheet import Sheet


def draw(sheet: Sheet, card: Card) -> None:
    """Draw an episode's title card."""
    unit, theme = sheet.unit, sheet.theme
    sheet.rule(sheet.left, sheet.top, 84 * unit, theme.accent, 8)
    sheet.sign(card.note, SMALL, theme.muted)
    foot = sheet.foot
    if card.items:
        terms = sheet.block(" · ".join(card.items), SMALL, sheet.width, weight="regular", most=1, smallest=0.8)
        foot = sheet.foot - terms.height - 26 * unit
        sheet.rule(sheet.left, foot, sheet.width)
        sheet.draw(terms, sheet.left, foot + 26 * unit, theme.muted)
    title = sheet.block(
        card.heading,
        DISPLAY,
        sheet.width if sheet.tall else sheet.width * 0.9,
        most=5 if sheet.tall else 3,
        height=(foot - sheet.top) * 0.62,
    )
    second = sheet.block(card.second, BODY, sheet.width * 0.9, weight="regular", most=3 if sheet.tall else 2)
    gap = 46 * unit if second.lines else 0
    room = foot - sheet.top
    y = sheet.top + max((room - title.height - gap - second.height) * 0.52, 40 * unit)
    y = sheet.draw(title, sheet.left - 0.04 * title.size, y, theme.text) + gap
    sheet.draw(second, sheet.left, y, theme.muted)
