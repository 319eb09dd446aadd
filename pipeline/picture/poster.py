"""The poster: the title made for a thumbnail, legible at a hundred pixels."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pipeline.picture.canvas import Canvas, Press
from pipeline.picture.sheet import Sheet

if TYPE_CHECKING:
    from pipeline.picture.cards import Card
    from pipeline.picture.look import Look
    from pipeline.text.words import Segmenter

_LONG_SIDE = 1280
_TITLE, _NOTE = 210.0, 44.0


def poster(card: Card, look: Look, segmenter: Segmenter) -> bytes:
    """Return a PNG of the title card's words, in the video's shape, its longer side 1280 px (YouTube's 1280 × 720 for a wide one)."""
    from PIL import Image

    longer = max(look.width, look.height)
    width, height = (round(side * _LONG_SIDE / longer / 2) * 2 for side in (look.width, look.height))
    canvas = Canvas.filled(width, height, look.theme.background, Press.of(look.faces))
    sheet = Sheet(canvas, look.theme, height * 0.92, segmenter)
    _draw(sheet, card)
    out = io.BytesIO()
    Image.fromarray(canvas.pixels).save(out, "PNG", compress_level=9)
    return out.getvalue()


def _draw(sheet: Sheet, card: Card) -> None:
    """Draw the title as large as it goes beside a bar of the accent colour, with the words the talk is about picked out."""
    unit, theme, canvas = sheet.unit, sheet.theme, sheet.canvas
    bar = 0.022 * canvas.width
    canvas.bar(0, 0, bar, canvas.height, theme.accent)
    left = bar + 0.055 * canvas.width
    room = canvas.width - left - 0.05 * canvas.width
    note = sheet.block(card.note, _NOTE, room, weight="bold", most=1)
    low = canvas.height - 0.09 * canvas.height - (note.height + 56 * unit if note.lines else 0)
    top = 0.09 * canvas.height
    title = sheet.block(card.heading, _TITLE, room, most=6 if sheet.tall else 4, height=low - top, smallest=0.3)
    y = top + (low - top - title.height) / 2
    sheet.draw(title, left, y, theme.text, picked=[item for item in card.items if item in card.heading][:1], accent=theme.accent)
    sheet.draw(note, left, canvas.height - 0.09 * canvas.height - note.height, theme.muted)
