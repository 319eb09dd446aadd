"""The quotation card: quoted words beside or below a large quotation mark, and their source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import (
    BODY_SIZE,
    HAN_CAP_HEIGHT,
    TITLE_SIZE,
    draw_running_head,
)

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet

_MARK_SIZE = 320.0
_MARK_TOP, _MARK_HEIGHT = 0.72, 0.27  # of “ in Noto Sans CJK Bold, in em above the baseline


def draw_quotation_card(sheet: CardSheet, card: Card) -> None:
    """Draw words quoted."""
    unit, theme = sheet.unit, sheet.theme
    top = draw_running_head(sheet, card) + 50 * unit
    mark = sheet.canvas.text_renderer.shaper.shape_line(
        "“", "bold", _MARK_SIZE * unit * (0.7 if sheet.is_near_square else 1), full_width=False
    )
    above = _MARK_HEIGHT * mark.size + 46 * unit if sheet.is_tall else 0.0
    x = sheet.left if sheet.is_tall else sheet.column_left(2)
    note = sheet.fit_block(card.note, BODY_SIZE, sheet.right - x, weight="regular", max_lines=1)
    gap = 48 * unit if note.lines else 0
    room = sheet.content_bottom - top - above - gap - note.height
    words = sheet.fit_block(
        card.heading,
        TITLE_SIZE * 0.87,
        sheet.right - x,
        max_lines=6 if sheet.is_tall else 4,
        max_height=room,
    )
    y = top + (room - words.height) * 0.42
    first_baseline_top = y + above + (HAN_CAP_HEIGHT - 0.78) * words.size
    sheet.canvas.draw_text(
        mark,
        sheet.left - 0.06 * mark.size,
        round((y if sheet.is_tall else first_baseline_top) + _MARK_TOP * mark.size),
        theme.accent,
    )
    y = sheet.draw_block(words, x, y + above, theme.text)
    sheet.draw_block(note, x, y + gap, theme.muted)
