"""The title card: the title large, its translation below, the topics along the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import BODY_SIZE, DISPLAY_SIZE, SMALL_SIZE

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet


def draw_title_card(sheet: CardSheet, card: Card) -> None:
    """Draw an episode's title card."""
    unit, theme = sheet.unit, sheet.theme
    sheet.draw_rule(sheet.left, sheet.top, 84 * unit, theme.accent, 8)
    sheet.draw_logo_or_name(card.note, SMALL_SIZE, theme.muted)
    foot = sheet.content_bottom
    if card.items:
        terms = sheet.fit_block(
            " · ".join(card.items),
            SMALL_SIZE,
            sheet.width,
            weight="regular",
            max_lines=1,
            min_scale=0.8,
        )
        foot = sheet.content_bottom - terms.height - 26 * unit
        sheet.draw_rule(sheet.left, foot, sheet.width)
        sheet.draw_block(terms, sheet.left, foot + 26 * unit, theme.muted)
    title = sheet.fit_block(
        card.heading,
        DISPLAY_SIZE,
        sheet.width if sheet.is_tall else sheet.width * 0.9,
        max_lines=5 if sheet.is_tall else 3,
        max_height=(foot - sheet.top) * 0.62,
    )
    translation = sheet.fit_block(
        card.translation,
        BODY_SIZE,
        sheet.width * 0.9,
        weight="regular",
        max_lines=3 if sheet.is_tall else 2,
    )
    gap = 46 * unit if translation.lines else 0
    room = foot - sheet.top
    y = sheet.top + max((room - title.height - gap - translation.height) * 0.52, 40 * unit)
    y = sheet.draw_block(title, sheet.left - 0.04 * title.size, y, theme.text) + gap
    sheet.draw_block(translation, sheet.left, y, theme.muted)
