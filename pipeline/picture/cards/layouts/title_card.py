"""The title card: the title large, its translation below, the topics as pills at the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import BODY_SIZE, DISPLAY_SIZE, SMALL_SIZE
from pipeline.picture.cards.layouts.card_parts import draw_terms
from pipeline.picture.cards.shapes import draw_panel

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet


def draw_title_card(sheet: CardSheet, card: Card) -> None:
    """Draw an episode's title card; the first topic that the title contains is highlighted."""
    unit, theme = sheet.unit, sheet.theme
    sheet.draw_logo_or_name(card.note, SMALL_SIZE * 1.1, theme.muted)
    foot = draw_terms(sheet, card)
    title = sheet.fit_block(
        card.heading,
        DISPLAY_SIZE,
        sheet.width if sheet.is_tall else sheet.width * 0.9,
        max_lines=5 if sheet.is_tall else 3,
        max_height=(foot - sheet.top) * 0.6,
    )
    translation = sheet.fit_block(
        card.translation,
        BODY_SIZE,
        sheet.width * 0.9,
        weight="regular",
        max_lines=3 if sheet.is_tall else 2,
    )
    gap = 44 * unit if translation.lines else 0
    room = foot - sheet.top
    rule = 60 * unit
    y = sheet.top + max((room - title.height - gap - translation.height - rule) * 0.5, 40 * unit)
    draw_panel(sheet.canvas, sheet.left, y, 110 * unit, 10 * unit, theme.accent, radius=5 * unit)
    y = gap + sheet.draw_block(
        title,
        sheet.left - 0.04 * title.size,
        y + rule,
        theme.text,
        highlighted=[term for term in card.terms if term in card.heading][:1],
        accent=theme.accent,
    )
    sheet.draw_block(translation, sheet.left, y, theme.muted)
