"""The contact sheet: every slide of an episode small, in order, with its rows and its time."""

from __future__ import annotations

import io
from bisect import bisect_left
from typing import TYPE_CHECKING

from pipeline.picture.canvas import Canvas
from pipeline.picture.slides.chapter_bar import split_slide_key
from pipeline.picture.slides.slide_store import load_slide
from pipeline.picture.typography.text_renderer import TextRenderer
from pipeline.timebase import clock_text, frame_from_samples, ms_from_samples, samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.cache import Store
    from pipeline.model import Timeline
    from pipeline.picture.colours import Colour
    from pipeline.picture.slides.deck import Deck
    from pipeline.picture.style.look import EpisodeLook
    from pipeline.picture.typography.fonts import FontWeight

_SHEET_WIDTH = 1_920
_COLUMNS = {True: 6, False: 4}
_MARGIN, _GUTTER, _LABEL_HEIGHT = 48, 24, 92
_LABEL_SIZE = 22.0


def render_contact_sheet(
    slide_frames: Sequence[tuple[int, str]],
    timeline: Timeline,
    deck: Deck,
    look: EpisodeLook,
    store: Store,
) -> bytes:
    """Return a PNG of the slides, each with its time, its rows and its name.

    `slide_frames` is as `slide_schedule.schedule_slides` returns it.
    """
    import numpy as np
    from PIL import Image

    columns = _COLUMNS[look.width < look.height]
    width = (_SHEET_WIDTH - 2 * _MARGIN - (columns - 1) * _GUTTER) // columns
    height = width * look.height // look.width
    rows = -(-len(slide_frames) // columns)
    canvas = Canvas.blank(
        _SHEET_WIDTH,
        2 * _MARGIN + rows * (height + _LABEL_HEIGHT),
        look.theme.background,
        TextRenderer.for_fonts(look.fonts),
    )
    names = {key: slide.name for key, slide in deck.slides.items()}
    ends = [first for first, _ in slide_frames[1:]] + [timeline.frames]
    for number, ((first, slide), end) in enumerate(zip(slide_frames, ends, strict=True)):
        left = _MARGIN + number % columns * (width + _GUTTER)
        top = _MARGIN + number // columns * (height + _LABEL_HEIGHT)
        key, _ = split_slide_key(slide)
        small = Image.fromarray(load_slide(store, key)).resize(
            (width, height), Image.Resampling.LANCZOS, reducing_gap=3.0
        )
        canvas.fill_rectangle(left - 1, top - 1, width + 2, height + 2, look.theme.hairline)
        canvas.pixels[top : top + height, left : left + width] = np.asarray(small)
        label = f"{_format_time(first, timeline.fps)}  {_row_range(first, end, timeline)}"
        _draw_label(canvas, label, (left, top + height + 32, width), look.theme.text, "bold")
        _draw_label(
            canvas,
            names.get(key, ""),
            (left, top + height + 62, width),
            look.theme.muted,
            "regular",
        )
    out = io.BytesIO()
    Image.fromarray(canvas.pixels).save(out, "PNG", compress_level=6)
    return out.getvalue()


def _draw_label(
    canvas: Canvas, text: str, position: tuple[int, int, int], colour: Colour, weight: FontWeight
) -> None:
    """Draw one line at (left, baseline, width), cut short where it is wider."""
    shaper = canvas.text_renderer.shaper
    line = shaper.shape_line(text, weight, _LABEL_SIZE)
    while line.width > position[2] and len(text) > 1:
        text = text[:-2].rstrip() + "…"
        line = shaper.shape_line(text, weight, _LABEL_SIZE)
    canvas.draw_text(line, position[0], position[1], colour)


def _format_time(frame: int, fps: int) -> str:
    return clock_text(ms_from_samples(samples_from_frame(frame, fps)), hours=True)


def _row_range(first_frame: int, end_frame: int, timeline: Timeline) -> str:
    """Return the rows that begin while frames [first, end) are shown."""
    starts = [frame_from_samples(row.span.start, timeline.fps) for row in timeline.rows]
    low, high = bisect_left(starts, first_frame) + 1, bisect_left(starts, end_frame)
    return "" if high < low else f"row {low}" if high == low else f"rows {low}–{high}"
