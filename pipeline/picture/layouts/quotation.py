"""The quotation: somebody's words beside (or below) a large quotation mark, and where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.layouts.frame import running_head
from pipeline.picture.sheet import BODY, CAP_HAN, TITLE

if TYPE_CHECKING:
    from pipeline.picture.cards import Card
    from pipeline.picture.sheet import Sheet

_MARK = 320.0
_MARK_TOP, _MARK_HEIGHT = 0.72, 0.27  # of “ in Noto Sans CJK Bold, in em above the baseline


def draw(sheet: Sheet, card: Card) -> None:
    """Draw words quoted."""
    unit, theme = sheet.unit, sheet.theme
    top = running_head(sheet, card) + 50 * unit
    mark = sheet.canvas.press.shaper.line("“", "bold", _MARK * unit * (0.7 if sheet.square else 1), chinese=False)
    above = _MARK_HEIGHT * mark.size + 46 * unit if sheet.tall else 0.0
    x = sheet.left if sheet.tall else sheet.column(2)
    note = sheet.block(card.note, BODY, sheet.right - x, weight="regular", most=1)
    gap = 48 * unit if note.lines else 0
    room = sheet.foot - top - above - gap - note.height
    words = sheet.block(card.heading, TITLE * 0.87, sheet.right - x, most=6 if sheet.tall else 4, height=room)
    y = top + (room - words.height) * 0.42
    first = y + above + (CAP_HAN - 0.78) * words.size
    sheet.canvas.text(mark, sheet.left - 0.06 * mark.size, round((y if sheet.tall else first) + _MARK_TOP * mark.size), theme.accent)
    y = sheet.draw(words, x, y + above, theme.text)
    sheet.draw(note, x, y + gap, theme.muted)
