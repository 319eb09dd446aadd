"""The timeline: dated points along a line, or down a line in an upright picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import BODY_SIZE, LEAD_SIZE, MIN_TEXT_SIZE, draw_running_head
from pipeline.picture.cards.layouts.card_parts import EntryArea, draw_terms, draw_title
from pipeline.picture.cards.shapes import draw_disc, draw_panel
from pipeline.picture.style.theme import PANEL

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card, CardPoint
    from pipeline.picture.cards.card_sheet import CardSheet, TextBlock
    from pipeline.picture.colours import Colour

_DOT = 17.0


def draw_timeline_card(sheet: CardSheet, card: Card) -> None:
    """Draw the events said so far; the line reaches to the one being said."""
    y = draw_title(sheet, card, draw_running_head(sheet, card))
    area = EntryArea(sheet.left, y, sheet.width, draw_terms(sheet, card))
    if sheet.is_tall:
        _draw_downwards(sheet, card, area)
    else:
        _draw_across(sheet, card, area)


def _colours(sheet: CardSheet, card: Card, place: int) -> tuple[Colour, Colour]:
    """Return the colours of an event's date and of its text."""
    lit = place == card.lit
    return (
        (sheet.theme.accent, sheet.theme.text)
        if lit
        else (sheet.theme.text if card.lit < 0 else sheet.dimmed, sheet.dimmed)
    )


def _draw_dot(sheet: CardSheet, card: Card, place: int, x: float, y: float) -> None:
    unit, theme = sheet.unit, sheet.theme
    if place == card.lit:
        draw_disc(sheet.canvas, x, y, 1.8 * _DOT * unit, theme.accent, opacity=0.3)
    if place < card.shown:
        draw_disc(sheet.canvas, x, y, _DOT * unit, theme.accent)
    else:
        draw_disc(sheet.canvas, x, y, 0.6 * _DOT * unit, theme.hairline)


def _draw_across(sheet: CardSheet, card: Card, area: EntryArea) -> None:
    unit, theme, count = sheet.unit, sheet.theme, len(card.points)
    gap = 32 * unit
    width = (area.width - gap * (count - 1)) / count
    dates = [sheet.fit_block(point.label, LEAD_SIZE, width, max_lines=1) for point in card.points]
    size = min(date.size for date in dates) / unit
    top = area.top + min((area.bottom - area.top) * 0.08, 60 * unit)
    line = top + size * unit + 56 * unit
    text_top = line + 56 * unit
    texts = _fit_texts(sheet, card.points, width - 12 * unit, area.bottom - text_top)
    draw_panel(
        sheet.canvas, area.x, line - 3 * unit, area.width, 6 * unit, theme.hairline, radius=3 * unit
    )
    if card.shown:
        reach = area.width if card.shown == count else (width + gap) * (card.shown - 0.5)
        draw_panel(
            sheet.canvas, area.x, line - 3 * unit, reach, 6 * unit, theme.accent, radius=3 * unit
        )
    for place, (point, text) in enumerate(zip(card.points, texts, strict=True)):
        x = area.x + place * (width + gap)
        _draw_dot(sheet, card, place, x + _DOT * unit, line)
        if place >= card.shown:
            continue
        date_colour, text_colour = _colours(sheet, card, place)
        date = sheet.fit_block(point.label, size, width, max_lines=1)
        sheet.draw_block(date, x, top, date_colour)
        sheet.draw_block(text, x, text_top, text_colour)


def _fit_texts(
    sheet: CardSheet, points: tuple[CardPoint, ...], width: float, height: float
) -> list[TextBlock]:
    """Return the events' texts, all at the size at which the longest fits."""
    size = BODY_SIZE * 1.1
    while True:
        blocks = [
            sheet.fit_block(
                point.text, size, width, weight="regular", max_lines=7, max_height=height
            )
            for point in points
        ]
        least = min(block.size for block in blocks) / sheet.unit
        if least >= size - 0.01 or size <= MIN_TEXT_SIZE:
            return blocks
        size = max(least, MIN_TEXT_SIZE)


def _draw_downwards(sheet: CardSheet, card: Card, area: EntryArea) -> None:
    unit, theme, count = sheet.unit, sheet.theme, len(card.points)
    step = min((area.bottom - area.top) / count, 230 * unit)
    x = area.x + 2 * _DOT * unit
    left = x + 3 * _DOT * unit
    end = area.top + step * (count - 1) + 0.5 * LEAD_SIZE * unit
    start = area.top + 0.45 * LEAD_SIZE * unit
    draw_panel(sheet.canvas, x - 3 * unit, start, 6 * unit, end - start, theme.hairline)
    if card.shown:
        reach = start + step * (card.shown - 1)
        draw_panel(sheet.canvas, x - 3 * unit, start, 6 * unit, reach - start, theme.accent)
    for place, point in enumerate(card.points):
        top = area.top + place * step
        _draw_dot(sheet, card, place, x, top + 0.45 * LEAD_SIZE * unit)
        if place >= card.shown:
            continue
        if place == card.lit:
            draw_panel(
                sheet.canvas,
                left - 20 * unit,
                top - 14 * unit,
                area.x + area.width - left + 20 * unit,
                step - 8 * unit,
                theme.accent,
                radius=18 * unit,
                opacity=PANEL,
            )
        date_colour, text_colour = _colours(sheet, card, place)
        date = sheet.fit_block(point.label, LEAD_SIZE * 0.85, area.width - left, max_lines=1)
        below = sheet.draw_block(date, left, top, date_colour)
        text = sheet.fit_block(
            point.text,
            BODY_SIZE,
            area.x + area.width - left - 20 * unit,
            weight="regular",
            max_lines=3,
            max_height=step - (below - top) - 44 * unit,
        )
        sheet.draw_block(text, left, below + 14 * unit, text_colour)
