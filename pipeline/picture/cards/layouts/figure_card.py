"""Numbers: one set large beside what it counts, or several as bars in proportion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import (
    BODY_SIZE,
    LEAD_SIZE,
    block_width,
    draw_running_head,
)
from pipeline.picture.cards.layouts.card_parts import draw_terms, draw_title
from pipeline.picture.cards.shapes import draw_panel

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card, CardPoint
    from pipeline.picture.cards.card_sheet import CardSheet

_NUMBER_AND_UNIT = re.compile(r"(?P<number>[^\d]{0,3}[\d][\d.,，/:×]*%?)(?P<unit>.*)", re.DOTALL)
_FIGURE_SIZE = 330.0
_WHOLE = 100.0
_MIN_BAR = 0.012


def draw_figure_card(sheet: CardSheet, card: Card) -> None:
    """Draw a number with its unit, what it counts, and for a share of a whole a bar."""
    unit, theme = sheet.unit, sheet.theme
    top = draw_running_head(sheet, card)
    foot = draw_terms(sheet, card)
    point = card.points[0]
    parts = _NUMBER_AND_UNIT.fullmatch(point.label)
    number, measure = (parts["number"], parts["unit"]) if parts else (point.label, "")
    wide = sheet.width if sheet.is_tall else sheet.width * 0.56
    digits = sheet.fit_block(
        number,
        _FIGURE_SIZE,
        wide * (0.62 if measure else 1),
        max_lines=1,
        min_scale=0.2,
        max_height=(foot - top) * (0.34 if sheet.is_tall else 0.6),
    )
    counted = sheet.fit_block(
        measure, min(digits.size / unit * 0.42, 120), wide * 0.36, max_lines=2, min_scale=0.35
    )
    digits_width = block_width(sheet, digits)
    text_x = sheet.left if sheet.is_tall else sheet.left + sheet.width * 0.6
    text = sheet.fit_block(
        point.text,
        LEAD_SIZE * 1.06,
        sheet.right - text_x,
        max_lines=5,
        max_height=(foot - top) * 0.45,
    )
    gap = 52 * unit
    stacked = digits.height + gap + text.height
    share = point.value if point.label.rstrip().endswith("%") else None
    bar = 44 * unit if share is not None and 0 <= share <= _WHOLE else 0.0
    if sheet.is_tall:
        y = top + max((foot - top - stacked - (bar + gap if bar else 0)) * 0.4, 30 * unit)
        text_y = y + digits.height + gap
    else:
        y = top + (foot - top - digits.height) * 0.46
        text_y = top + (foot - top - text.height - (bar + gap if bar else 0)) * 0.46
    sheet.draw_block(digits, sheet.left - 0.05 * digits.size, y, theme.accent)
    sheet.draw_block(
        counted,
        sheet.left + digits_width + 0.02 * digits.size,
        y + digits.height - counted.height - 0.02 * digits.size,
        theme.accent,
    )
    below = sheet.draw_block(text, text_x, text_y, theme.text)
    if bar and share is not None:
        _draw_share(sheet, text_x, below + gap, bar, share)


def _draw_share(sheet: CardSheet, x: float, y: float, height: float, share: float) -> None:
    width = sheet.right - x
    draw_panel(sheet.canvas, x, y, width, height, sheet.theme.hairline, radius=height / 2)
    draw_panel(
        sheet.canvas,
        x,
        y,
        max(width * share / _WHOLE, height),
        height,
        sheet.theme.accent,
        radius=height / 2,
    )


def draw_bars_card(sheet: CardSheet, card: Card) -> None:
    """Draw each number said so far as a bar; their lengths are in proportion to the numbers."""
    unit = sheet.unit
    y = draw_title(sheet, card, draw_running_head(sheet, card))
    foot = draw_terms(sheet, card)
    most = max((abs(point.value or 0.0) for point in card.points), default=0.0) or 1.0
    step = min((foot - y) / len(card.points), 210 * unit)
    for place, point in enumerate(card.points[: card.shown]):
        _draw_bar(sheet, point, y + place * step, step, most, lit=place == card.lit)


def _draw_bar(
    sheet: CardSheet, point: CardPoint, y: float, step: float, most: float, *, lit: bool
) -> None:
    unit, theme = sheet.unit, sheet.theme
    text = sheet.fit_block(
        point.text,
        BODY_SIZE,
        sheet.width,
        weight="bold" if lit else "regular",
        max_lines=2 if sheet.is_tall else 1,
        max_height=step * 0.45,
    )
    number = sheet.fit_block(point.label, LEAD_SIZE * 1.05, sheet.width * 0.34, max_lines=1)
    room = sheet.width - block_width(sheet, number) - 28 * unit
    most_room = sheet.width * (0.62 if sheet.is_tall else 0.76)
    below = sheet.draw_block(text, sheet.left, y, theme.text if lit else sheet.dimmed) + 16 * unit
    height = max(min(58 * unit, step * 0.36), 8 * unit)
    width = max(min(room, most_room) * abs(point.value or 0.0) / most, _MIN_BAR * sheet.width)
    draw_panel(
        sheet.canvas,
        sheet.left,
        below,
        width,
        height,
        theme.accent,
        radius=10 * unit,
        opacity=1.0 if lit else 0.62,
    )
    sheet.draw_block(
        number,
        sheet.left + width + 24 * unit,
        below + height / 2 - 0.47 * number.size,
        theme.accent if lit else sheet.dimmed,
    )
