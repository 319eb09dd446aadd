"""The comparison: what is said of either side, in two columns, or one above the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import BODY_SIZE, LEAD_SIZE, draw_running_head
from pipeline.picture.cards.layouts.card_parts import EntryArea, draw_terms, draw_title
from pipeline.picture.cards.shapes import draw_panel
from pipeline.picture.style.theme import PANEL

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet


def draw_comparison_card(sheet: CardSheet, card: Card) -> None:
    """Draw two panels; that of the point being said is lit."""
    unit = sheet.unit
    y = draw_title(sheet, card, draw_running_head(sheet, card))
    foot, gap = draw_terms(sheet, card), 36 * unit
    wide, high = (sheet.width - gap) / 2, (foot - y - gap) / 2
    areas = (
        (
            EntryArea(sheet.left, y, sheet.width, y + high),
            EntryArea(sheet.left, foot - high, sheet.width, foot),
        )
        if sheet.is_tall
        else (
            EntryArea(sheet.left, y, wide, foot),
            EntryArea(sheet.left + wide + gap, y, wide, foot),
        )
    )
    for side, area in zip(("left", "right"), areas, strict=True):
        _draw_side(sheet, card, side, area)


def _draw_side(sheet: CardSheet, card: Card, side: str, area: EntryArea) -> None:
    unit, theme = sheet.unit, sheet.theme
    points = [(place, point) for place, point in enumerate(card.points) if point.side == side]
    shown = [(place, point) for place, point in points if place < card.shown]
    is_lit = any(place == card.lit for place, _ in shown)
    height = area.bottom - area.top
    if is_lit:
        draw_panel(
            sheet.canvas,
            area.x,
            area.top,
            area.width,
            height,
            theme.accent,
            radius=22 * unit,
            opacity=PANEL,
        )
    draw_panel(
        sheet.canvas,
        area.x,
        area.top,
        area.width,
        height,
        theme.accent if is_lit else theme.hairline,
        radius=22 * unit,
        line=3 * unit,
    )
    if not shown:
        return
    inset = 40 * unit
    x, width = area.x + inset, area.width - 2 * inset
    label = next((point.label for _, point in points if point.label), "")
    head = sheet.fit_block(label, LEAD_SIZE, width, max_lines=2)
    y = area.top + inset
    y = sheet.draw_block(head, x, y, theme.accent) + (24 * unit if head.lines else 0)
    room = (area.bottom - inset - y) / len(points) - 20 * unit
    for place, point in shown:
        block = sheet.fit_block(
            point.text, BODY_SIZE * 1.3, width, max_lines=6, max_height=max(room, 0)
        )
        lit = place == card.lit
        block = block if lit else replace(block, weight="regular")
        y = sheet.draw_block(block, x, y, theme.text if lit else sheet.dimmed) + 20 * unit
