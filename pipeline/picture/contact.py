"""The contact sheet: every slide of an episode small, in order, with its rows and its time."""

from __future__ import annotations

import io
from bisect import bisect_left
from typing import TYPE_CHECKING

from pipeline.picture.canvas import Canvas, Press
from pipeline.picture.progress import parts
from pipeline.picture.slides import fetch
from pipeline.timebase import frame_from_samples, ms_from_samples, samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Timeline
    from pipeline.picture.canvas import Colour
    from pipeline.picture.deck import Deck
    from pipeline.picture.fonts import Weight
    from pipeline.picture.look import Look
    from pipeline.store import Store

_ACROSS = 1_920
_COLUMNS = {True: 6, False: 4}
_MARGIN, _GUTTER, _CAPTION = 48, 24, 92
_SIZE = 22.0


def contact_sheet(frames: Sequence[tuple[int, str]], timeline: Timeline, deck: Deck, look: Look, store: Store) -> bytes:
    """Return a PNG of the slides as `assign.slide_frames` gives them, each with its time, its rows and its name."""
    import numpy as np
    from PIL import Image

    columns = _COLUMNS[look.width < look.height]
    width = (_ACROSS - 2 * _MARGIN - (columns - 1) * _GUTTER) // columns
    height = width * look.height // look.width
    rows = -(-len(frames) // columns)
    canvas = Canvas.filled(_ACROSS, 2 * _MARGIN + rows * (height + _CAPTION), look.theme.background, Press.of(look.faces))
    names = {key: slide.name for key, slide in deck.slides.items()}
    ends = [first for first, _ in frames[1:]] + [timeline.frames]
    for number, ((first, slide), end) in enumerate(zip(frames, ends, strict=True)):
        left = _MARGIN + number % columns * (width + _GUTTER)
        top = _MARGIN + number // columns * (height + _CAPTION)
        key, _ = parts(slide)
        small = Image.fromarray(fetch(store, key)).resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        canvas.bar(left - 1, top - 1, width + 2, height + 2, look.theme.line)
        canvas.pixels[top : top + height, left : left + width] = np.asarray(small)
        below = f"{_clock(first, timeline.fps)}  {_rows(first, end, timeline)}"
        _write(canvas, below, (left, top + height + 32, width), look.theme.text, "bold")
        _write(canvas, names.get(key, ""), (left, top + height + 62, width), look.theme.muted, "regular")
    out = io.BytesIO()
    Image.fromarray(canvas.pixels).save(out, "PNG", compress_level=6)
    return out.getvalue()


def _write(canvas: Canvas, text: str, at: tuple[int, int, int], colour: Colour, weight: Weight) -> None:
    """Draw one line at (left, baseline, width), cut short where it is wider."""
    shaper = canvas.press.shaper
    line = shaper.line(text, weight, _SIZE)
    while line.width > at[2] and len(text) > 1:
        text = text[:-2].rstrip() + "…"
        line = shaper.line(text, weight, _SIZE)
    canvas.text(line, at[0], at[1], colour)


def _clock(frame: int, fps: int) -> str:
    seconds = ms_from_samples(samples_from_frame(frame, fps)) // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


def _rows(first: int, end: int, timeline: Timeline) -> str:
    """Return the rows that begin while frames [first, end) are shown."""
    starts = [frame_from_samples(row.span.start, timeline.fps) for row in timeline.rows]
    low, high = bisect_left(starts, first) + 1, bisect_left(starts, end)
    return "" if high < low else f"row {low}" if high == low else f"rows {low}–{high}"
