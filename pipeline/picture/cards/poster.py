"""The poster: the title made for a thumbnail, legible at a hundred pixels."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pipeline.picture.canvas import Canvas
from pipeline.picture.cards.backdrop import backdrop
from pipeline.picture.cards.card_sheet import CardSheet
from pipeline.picture.typography.text_renderer import TextRenderer

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.style.look import EpisodeLook
    from pipeline.text.word_segmenter import Segmenter

_LONG_SIDE = 1280
_TITLE_SIZE, _NOTE_SIZE = 280.0, 44.0
_MIN_TITLE_SCALE = 0.46  # 87 px of 1280: 11 px where the picture is 160 px wide


def render_poster(card: Card, look: EpisodeLook, segmenter: Segmenter) -> bytes:
    """Return a PNG of the title card's words in the video's shape, its longer side 1280 px.

    A wide one has YouTube's 1280 × 720.
    """
    longer = max(look.width, look.height)
    width, height = (
        round(side * _LONG_SIDE / longer / 2) * 2 for side in (look.width, look.height)
    )
    return render_thumbnail(card, look, segmenter, (width, height))


def render_thumbnail(
    card: Card, look: EpisodeLook, segmenter: Segmenter, size: tuple[int, int]
) -> bytes:
    """Return a PNG of the title card's words at a size (width, height) in px."""
    from PIL import Image

    width, height = size
    theme = look.theme
    second = theme.accents[1 % len(theme.accents)] if theme.accents else theme.accent
    pixels = backdrop(width, height, theme, theme.accent, second).copy()
    canvas = Canvas(pixels, TextRenderer.for_fonts(look.fonts))
    sheet = CardSheet(canvas, look.theme, height * 0.92, segmenter)
    _draw_poster(sheet, card)
    out = io.BytesIO()
    Image.fromarray(canvas.pixels).save(out, "PNG", compress_level=9)
    return out.getvalue()


def _draw_poster(sheet: CardSheet, card: Card) -> None:
    """Draw the title as large as possible beside a bar of the accent colour.

    The first topic that the title contains is highlighted.
    """
    unit, theme, canvas = sheet.unit, sheet.theme, sheet.canvas
    bar = 0.022 * canvas.width
    canvas.fill_rectangle(0, 0, bar, canvas.height, theme.accent)
    left = bar + 0.055 * canvas.width
    room = canvas.width - left - 0.05 * canvas.width
    note = sheet.fit_block(card.note, _NOTE_SIZE, room, weight="bold", max_lines=1)
    low = canvas.height - 0.09 * canvas.height - (note.height + 56 * unit if note.lines else 0)
    top = 0.09 * canvas.height
    title = sheet.fit_block(
        card.heading,
        _TITLE_SIZE,
        room,
        max_lines=6 if sheet.is_tall else 4,
        max_height=low - top,
        min_scale=_MIN_TITLE_SCALE,
    )
    y = top + (low - top - title.height) / 2
    sheet.draw_block(
        title,
        left,
        y,
        theme.text,
        highlighted=[item for item in card.terms if item in card.heading][:1],
        accent=theme.accent,
    )
    sheet.draw_block(note, left, canvas.height - 0.09 * canvas.height - note.height, theme.muted)
