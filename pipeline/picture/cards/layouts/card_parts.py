"""What several layouts share: the slide's title, the terms along the foot, and entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import HEADING_SIZE, SMALL_SIZE, block_width
from pipeline.picture.cards.icons import draw_icon, icon_for, icon_names
from pipeline.picture.cards.shapes import draw_disc, draw_panel
from pipeline.picture.style.theme import PANEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.picture.cards.card import Card, CardPoint
    from pipeline.picture.cards.card_sheet import CardSheet, TextBlock
    from pipeline.picture.colours import Colour

_MAX_SIZE, _MIN_SIZE, _SIZE_STEP = 64.0, 30.0, 0.95
_PADDING, _GAP, _DISC, _INSET = 0.36, 0.16, 0.72, 0.5
"""In em: above and below an entry, between entries, a disc's radius, and beside it."""

_TERM_SIZE = 36.0
_MAX_NUMBER_DIGITS = 2  # a longer label is a year, and not the number of a step


def draw_title(sheet: CardSheet, card: Card, y: float, icon: str = "") -> float:
    """Draw the slide's title, after an icon where there is one, and return the row below."""
    unit = sheet.unit
    y += (30 if sheet.is_near_square else 54) * unit
    icon = icon or card.icon
    x = sheet.left
    if icon in icon_names():
        radius = 0.66 * HEADING_SIZE * unit
        draw_disc(
            sheet.canvas,
            x + radius,
            y + 0.46 * HEADING_SIZE * unit,
            radius,
            sheet.theme.accent,
            opacity=PANEL,
        )
        draw_icon(
            sheet.canvas,
            icon,
            x + radius,
            y + 0.46 * HEADING_SIZE * unit,
            0.86 * HEADING_SIZE * unit,
            sheet.theme.accent,
        )
        x += 2 * radius + 26 * unit
    title = sheet.fit_block(
        card.heading,
        HEADING_SIZE,
        sheet.right - x,
        max_lines=3 if sheet.is_tall else 2,
        max_height=(sheet.content_bottom - y) * 0.36,
    )
    y = sheet.draw_block(title, x - 0.03 * title.size, y, sheet.theme.text)
    if card.translation:
        small = sheet.fit_block(
            card.translation, SMALL_SIZE * 1.1, sheet.right - x, weight="regular", max_lines=1
        )
        y = sheet.draw_block(small, x, y + 18 * unit, sheet.theme.muted)
    return y + (26 if sheet.is_near_square else 40) * unit


def draw_terms(sheet: CardSheet, card: Card) -> float:
    """Draw the names and terms said so far along the foot; return the row above them.

    As many as fit on one line; their places are kept before they are said.
    """
    if not card.terms:
        return sheet.content_bottom
    unit, theme = sheet.unit, sheet.theme
    padding, gap, x = 22 * unit, 18 * unit, sheet.left
    height = 1.75 * _TERM_SIZE * unit
    top = sheet.content_bottom - height
    for place, term in enumerate(card.terms):
        block = sheet.fit_block(term, _TERM_SIZE, sheet.width, weight="regular", max_lines=1)
        width = block_width(sheet, block) + 2 * padding
        if x + width > sheet.right:
            break
        if place < card.terms_shown:
            latest = place == card.terms_shown - 1
            draw_panel(
                sheet.canvas,
                x,
                top,
                width,
                height,
                theme.accent,
                radius=height / 2,
                line=0 if latest else 2 * unit,
                opacity=PANEL if latest else 0.4,
            )
            sheet.draw_block(
                block,
                x + padding,
                top + 0.37 * _TERM_SIZE * unit,
                theme.accent if latest else sheet.dimmed,
            )
        x += width + gap
    return top - 30 * unit


@dataclass(frozen=True, slots=True)
class EntryArea:
    """The part of a sheet that entries are set in, in px."""

    x: float
    top: float
    width: float
    bottom: float


def draw_entries(
    sheet: CardSheet,
    points: Sequence[CardPoint],
    first: int,
    card: Card,
    area: EntryArea,
    *,
    numbered: bool = False,
) -> None:
    """Draw points one below the other, all at the largest size at which they fit.

    `first` is the number of the first of them among the card's points.
    """
    unit = sheet.unit
    size = _MAX_SIZE
    while True:
        blocks = [_fit_entry(sheet, point, size, area.width) for point in points]
        height = sum(block.height + 2 * _PADDING * size * unit for block in blocks)
        height += _GAP * size * unit * (len(blocks) - 1)
        if height <= area.bottom - area.top or size <= _MIN_SIZE:
            break
        size = max(size * _SIZE_STEP, _MIN_SIZE)
    em = size * unit
    spare = (area.bottom - area.top - height) / max(len(blocks), 1)
    y, step = area.top, _GAP * em + min(max(spare, 0.0), 0.5 * em)
    for place, (point, block) in enumerate(zip(points, blocks, strict=True), first):
        below = y + block.height + 2 * _PADDING * em
        if below > area.bottom + 1:
            break
        if place < card.shown:
            entry = EntryArea(area.x, y, area.width, below)
            mark = (
                point.label if numbered and len(point.label) <= _MAX_NUMBER_DIGITS else ""
            ) or str(place + 1)
            _draw_entry(
                sheet, point, block, entry, em, mark if numbered else "", lit=place == card.lit
            )
        y = below + step


def _text_left(em: float) -> float:
    return (2 * _DISC + 2 * _INSET) * em


def _fit_entry(sheet: CardSheet, point: CardPoint, size: float, width: float) -> TextBlock:
    em = size * sheet.unit
    tag = _tag(sheet, point, width)
    room = width - _text_left(em) - _INSET * em
    room -= block_width(sheet, tag) + 60 * sheet.unit if tag and tag.lines else 0
    return sheet.fit_block(
        point.text, size, room, max_lines=3 if sheet.is_tall else 2, min_scale=1.0
    )


def _tag(sheet: CardSheet, point: CardPoint, width: float) -> TextBlock | None:
    """Return the label at an entry's right end, None where it is the entry's own number."""
    if len(point.label) <= _MAX_NUMBER_DIGITS and point.label.isdigit():
        return None
    return sheet.fit_block(point.label, SMALL_SIZE, width * 0.3, max_lines=1)


def _draw_entry(
    sheet: CardSheet,
    point: CardPoint,
    block: TextBlock,
    area: EntryArea,
    em: float,
    number: str,
    *,
    lit: bool,
) -> None:
    theme, canvas, unit = sheet.theme, sheet.canvas, sheet.unit
    height = area.bottom - area.top
    if lit:
        draw_panel(
            canvas,
            area.x,
            area.top,
            area.width,
            height,
            theme.accent,
            radius=18 * unit,
            opacity=PANEL,
        )
        draw_panel(
            canvas,
            area.x,
            area.top + 0.18 * height,
            7 * unit,
            0.64 * height,
            theme.accent,
            radius=3.5 * unit,
        )
    colour = theme.text if lit else sheet.dimmed
    middle = area.top + height / 2
    draw_bullet(
        sheet,
        area.x + (_INSET + _DISC) * em,
        middle,
        _DISC * em,
        number,
        point.icon or icon_for(point.text),
        lit=lit,
    )
    drawn = block if lit else replace(block, weight="regular")
    sheet.draw_block(drawn, area.x + _text_left(em), middle - block.height / 2, colour)
    tag = _tag(sheet, point, area.width)
    if tag is not None and tag.lines:
        wide, high = block_width(sheet, tag) + 36 * unit, 1.6 * tag.size
        left = area.x + area.width - wide - 22 * unit
        draw_panel(
            canvas,
            left,
            middle - high / 2,
            wide,
            high,
            theme.accent,
            radius=high / 2,
            line=2 * unit,
            opacity=0.55,
        )
        sheet.draw_block(tag, left + 18 * unit, middle - 0.46 * tag.size, theme.accent)


def draw_bullet(
    sheet: CardSheet, x: float, y: float, radius: float, number: str, icon: str, *, lit: bool
) -> None:
    """Draw a disc (lit) or ring around (x, y) with a number, else an icon, else a dot."""
    theme, canvas, unit = sheet.theme, sheet.canvas, sheet.unit
    if lit:
        draw_disc(canvas, x, y, radius, theme.accent)
    else:
        draw_disc(canvas, x, y, radius, theme.muted, line=max(2.5 * unit, 1), opacity=0.45)
    inside: Colour = theme.background if lit else theme.accent
    if number:
        block = sheet.fit_block(
            number, max(radius * 1.02 / unit, 28.0), 2 * radius, max_lines=1, min_scale=0.6
        )
        sheet.draw_block(block, x, y - 0.49 * block.size, inside, align=0.5)
    elif icon:
        draw_icon(canvas, icon, x, y, 1.24 * radius, inside)
    else:
        draw_disc(canvas, x, y, 0.26 * radius, inside)
