"""Words and people: a quotation with its speaker, a name plate, a term with its definition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import (
    BODY_SIZE,
    LEAD_SIZE,
    TITLE_SIZE,
    draw_running_head,
)
from pipeline.picture.cards.icons import draw_icon, icon_for
from pipeline.picture.cards.layouts.card_parts import EntryArea, draw_entries, draw_terms
from pipeline.picture.cards.shapes import draw_disc, draw_panel
from pipeline.picture.style.theme import PANEL
from pipeline.text.unicode_scripts import is_cjk_letter

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet

_MARK_SIZE = 380.0
_MARK_TOP, _MARK_HEIGHT = 0.72, 0.27  # of “ in Noto Sans CJK Bold, in em above the baseline


def draw_quotation_card(sheet: CardSheet, card: Card) -> None:
    """Draw words quoted below a large mark, and whose they are."""
    unit, theme = sheet.unit, sheet.theme
    top, foot = draw_running_head(sheet, card), draw_terms(sheet, card)
    point = card.points[0]
    mark = sheet.canvas.text_renderer.shaper.shape_line(
        "“", "bold", _MARK_SIZE * unit * (0.7 if sheet.is_near_square else 1), full_width=False
    )
    above = _MARK_HEIGHT * mark.size + 44 * unit
    note = sheet.fit_block(
        point.label, BODY_SIZE * 1.05, sheet.width * 0.8, weight="regular", max_lines=1
    )
    gap = 44 * unit if note.lines else 0.0
    room = foot - top - above - gap - note.height - 40 * unit
    words = sheet.fit_block(
        point.text,
        TITLE_SIZE * 1.08,
        sheet.width * (1 if sheet.is_tall else 0.92),
        max_lines=7 if sheet.is_tall else 4,
        max_height=room,
    )
    y = top + 40 * unit + (room - words.height) * 0.4
    sheet.canvas.draw_text(
        mark, sheet.left - 0.07 * mark.size, round(y + _MARK_TOP * mark.size), theme.accent
    )
    y = sheet.draw_block(words, sheet.left, y + above, theme.text) + gap
    if note.lines:
        rule = 70 * unit
        draw_panel(
            sheet.canvas,
            sheet.left,
            y + 0.44 * note.size,
            rule,
            5 * unit,
            theme.accent,
            radius=2.5 * unit,
        )
        sheet.draw_block(note, sheet.left + rule + 24 * unit, y, theme.muted)


def draw_person_card(sheet: CardSheet, card: Card) -> None:
    """Draw a disc with initials, the name, the role, and what else is said of the person."""
    unit, theme = sheet.unit, sheet.theme
    top, foot = draw_running_head(sheet, card), draw_terms(sheet, card)
    role, more = card.points[0], card.points[1:]
    radius = (130 if sheet.is_near_square else 150 if sheet.is_tall else 200) * unit
    x = sheet.left if sheet.is_tall else sheet.left + 2 * radius + 76 * unit
    name = sheet.fit_block(card.heading, TITLE_SIZE, sheet.right - x, max_lines=2)
    said = sheet.fit_block(role.text, LEAD_SIZE, sheet.right - x, weight="regular", max_lines=3)
    height = name.height + 30 * unit + said.height
    extra = 150 * unit * len(more)
    if sheet.is_tall:
        y = top + 50 * unit
        middle, left = y + radius, sheet.left + radius
        y += 2 * radius + 48 * unit
    else:
        y = top + max((foot - top - height - extra) * 0.45, 40 * unit)
        middle = max(y + (height + extra) / 2, top + radius + 30 * unit)
        left = sheet.left + radius
    draw_disc(sheet.canvas, left, middle, radius, theme.accent, opacity=PANEL)
    draw_disc(sheet.canvas, left, middle, radius, theme.accent, line=7 * unit, opacity=0.7)
    initials = sheet.fit_block(
        initials_of(card.heading), radius / unit * 0.9, 1.6 * radius, max_lines=1
    )
    sheet.draw_block(initials, left, middle - 0.49 * initials.size, theme.accent, align=0.5)
    y = sheet.draw_block(name, x - 0.03 * name.size, y, theme.text) + 30 * unit
    if card.shown:
        y = sheet.draw_block(said, x, y, theme.muted if card.lit > 0 else theme.text)
    if more:
        area = EntryArea(x, y + 34 * unit, sheet.right - x, foot)
        draw_entries(sheet, more, 1, card, area)


def initials_of(name: str) -> str:
    """Return one or two letters for a name: JL for Jan Leike, 李 for 李飞飞."""
    if name and is_cjk_letter(name[0]):
        return name[0]
    words = [word for word in name.replace("·", " ").split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or name[:1]


def draw_definition_card(sheet: CardSheet, card: Card) -> None:
    """Draw a term, large, and below a rule what it is."""
    unit, theme = sheet.unit, sheet.theme
    top, foot = draw_running_head(sheet, card), draw_terms(sheet, card)
    icon = card.icon or icon_for(card.heading) or "bulb"
    radius = (70 if sheet.is_near_square else 84) * unit
    term = sheet.fit_block(card.heading, TITLE_SIZE * 1.05, sheet.width, max_lines=2)
    points = card.points
    size = LEAD_SIZE * 1.1
    blocks = [
        sheet.fit_block(
            point.text,
            size,
            sheet.width * (1 if sheet.is_tall else 0.86),
            max_lines=5,
            max_height=(foot - top) * 0.42 / len(points),
        )
        for point in points
    ]
    gap = 40 * unit
    height = 2 * radius + term.height + sum(block.height + gap for block in blocks) + 2 * gap
    y = top + max((foot - top - height) * 0.42, 26 * unit)
    draw_disc(sheet.canvas, sheet.left + radius, y + radius, radius, theme.accent, opacity=PANEL)
    draw_icon(sheet.canvas, icon, sheet.left + radius, y + radius, 1.2 * radius, theme.accent)
    y = sheet.draw_block(term, sheet.left - 0.03 * term.size, y + 2 * radius + gap, theme.accent)
    draw_panel(
        sheet.canvas, sheet.left, y + 0.8 * gap, 84 * unit, 6 * unit, theme.accent, radius=3 * unit
    )
    y += 1.6 * gap
    for place, block in enumerate(blocks[: card.shown]):
        lit = place == card.lit
        y = gap + sheet.draw_block(
            block if lit else replace(block, weight="regular"),
            sheet.left,
            y,
            theme.text if lit else sheet.dimmed,
        )
