"""Slides of a title and points: a chapter's outline, steps, an answer, the agenda, the recap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import HEADING_SIZE, draw_running_head
from pipeline.picture.cards.icons import draw_icon
from pipeline.picture.cards.layouts.card_parts import (
    EntryArea,
    draw_entries,
    draw_terms,
    draw_title,
)

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet

_MAX_IN_ONE_COLUMN = 5
_NUMBERED = frozenset({"steps", "agenda", "recap"})
_ICONS = {"question": "help", "agenda": "list-numbers", "recap": "list-numbers"}


def draw_points_card(sheet: CardSheet, card: Card) -> None:
    """Draw a title, and the points shown so far; more than five stand in two columns."""
    y = draw_title(sheet, card, draw_running_head(sheet, card), _ICONS.get(card.kind, ""))
    foot = draw_terms(sheet, card)
    numbered = card.kind in _NUMBERED
    count = len(card.points)
    if count > _MAX_IN_ONE_COLUMN and not sheet.is_tall:
        half, gap = -(-count // 2), 40 * sheet.unit
        width = (sheet.width - gap) / 2
        for first, x in ((0, sheet.left), (half, sheet.left + width + gap)):
            area = EntryArea(x, y, width, foot)
            draw_entries(
                sheet, card.points[first : first + half], first, card, area, numbered=numbered
            )
        return
    draw_entries(
        sheet,
        card.points,
        0,
        card,
        EntryArea(sheet.left, y, sheet.width, foot),
        numbered=numbered,
    )


def draw_chapter_card(sheet: CardSheet, card: Card) -> None:
    """Draw a chapter's slide: its points, or while it has none its number and title, large."""
    if card.points:
        draw_points_card(sheet, card)
        return
    unit, theme = sheet.unit, sheet.theme
    top = draw_running_head(sheet, card)
    foot = draw_terms(sheet, card)
    number = sheet.fit_block(card.figure, 190, sheet.width / 2, max_lines=1)
    title = sheet.fit_block(
        card.heading,
        HEADING_SIZE * 1.35,
        sheet.width * (1 if sheet.is_tall else 0.82),
        max_lines=4,
        max_height=(foot - top) * 0.5,
    )
    small = sheet.fit_block(card.translation, 42, sheet.width, weight="regular", max_lines=2)
    gap = 34 * unit
    height = number.height + title.height + small.height + 2 * gap
    y = top + max((foot - top - height) * 0.45, 20 * unit)
    y = sheet.draw_block(number, sheet.left - 0.05 * number.size, y, theme.accent) + gap
    y = sheet.draw_block(title, sheet.left - 0.03 * title.size, y, theme.text)
    sheet.draw_block(small, sheet.left, y + gap, theme.muted)
    if card.icon and not sheet.is_tall:
        middle = top + (foot - top) / 2
        draw_icon(
            sheet.canvas, card.icon, sheet.right - 160 * unit, middle, 300 * unit, theme.hairline
        )
