"""Captions over a slide: their size and position, and the pixels they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.language import uses_full_width
from pipeline.picture.canvas import blend_mask
from pipeline.picture.captions.caption_lines import fit_caption_lines
from pipeline.picture.captions.caption_style import (
    CAPTION_LEADING,
    MAX_CAPTION_LINES,
    CaptionStyle,
    caption_size,
)
from pipeline.picture.typography.text_renderer import draw_line_mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.scene import Caption
    from pipeline.picture.typography.shaping import ShapedLine
    from pipeline.picture.typography.text_renderer import TextRenderer


class PlacedLine(NamedTuple):
    """A line of a caption, where its baseline starts (px), and its highlighted characters."""

    line: ShapedLine
    x: float
    baseline: float
    highlighted: frozenset[int]


def draw_captions(
    base: NDArray[np.uint8],
    captions: Sequence[Caption],
    style: CaptionStyle,
    text_renderer: TextRenderer,
) -> tuple[int, NDArray[np.uint8]] | None:
    """Return the rows of a picture that captions change: the even top row and the new pixels.

    `base` is RGB of shape (height, width, 3). Returns None if the captions show nothing.
    """
    lines = lay_out_captions(captions, style, text_renderer)
    if not lines:
        return None
    left, top, right, below = _changed_area(lines, style)
    band = base[top:below].copy()
    part = band[:, left:right]
    local_lines = [
        PlacedLine(line, x - left, baseline - top, highlighted)
        for line, x, baseline, highlighted in lines
    ]
    part[:] = (_draw_boxed if style.backing == "box" else _draw_outlined)(
        part, local_lines, style, text_renderer
    )
    return top, band


def lay_out_captions(
    captions: Sequence[Caption], style: CaptionStyle, text_renderer: TextRenderer
) -> list[PlacedLine]:
    """Return the lines of the captions with their positions.

    They are centred, the last one lowest, and inside the title safe area.
    """
    blocks: list[tuple[list[tuple[ShapedLine, tuple[int, ...]]], float, Caption]] = []
    shown = [caption for caption in captions if any(line.strip() for line in caption.lines)]
    for number, caption in enumerate(shown):
        size = caption_size(style, caption.language, number)
        full_width = uses_full_width(caption.language)
        parts, scale = fit_caption_lines(
            [line for line in caption.lines if line.strip()],
            style.max_line_width,
            lambda text, size=size, full_width=full_width: (
                text_renderer.shaper.shape_line(text, "bold", size, full_width=full_width).width
            ),  # type: ignore[misc]
            MAX_CAPTION_LINES,
        )
        fitted_size = round(size * scale * 4) / 4
        blocks.append(
            (
                [
                    (
                        text_renderer.shaper.shape_line(
                            text, "bold", fitted_size, full_width=full_width
                        ),
                        places,
                    )
                    for text, places in parts
                ],
                fitted_size,
                caption,
            )
        )
    placed: list[PlacedLine] = []
    bottom = style.bottom
    for lines, size, caption in reversed(blocks):
        for line, places in reversed(lines):
            baseline = bottom - 0.30 * size
            highlighted = (
                frozenset()
                if caption.highlighted is None
                else frozenset(
                    i
                    for i, place in enumerate(places)
                    if caption.highlighted[0] <= place < caption.highlighted[1]
                )
            )
            placed.append(
                PlacedLine(line, (style.width - line.width) / 2, round(baseline), highlighted)
            )
            bottom -= CAPTION_LEADING * size
        bottom -= 0.18 * style.size
    return placed


def _changed_area(lines: Sequence[PlacedLine], style: CaptionStyle) -> tuple[int, int, int, int]:
    """Return (left, top, right, below) in px of the area that captions can change.

    `top` and `below` are even.
    """
    margin = style.size * 0.6
    left = max(int(min(item.x for item in lines) - margin), 0)
    right = min(int(max(item.x + item.line.width for item in lines) + margin) + 1, style.width)
    top = (
        max(int(min(item.baseline - 1.05 * item.line.size for item in lines) - margin / 2), 0)
        // 2
        * 2
    )
    below = min(
        int(max(item.baseline + 0.35 * item.line.size for item in lines) + margin / 2) // 2 * 2 + 2,
        style.height,
    )
    return left, top, right, below


def _draw_outlined(
    area: NDArray[np.uint8],
    lines: Sequence[PlacedLine],
    style: CaptionStyle,
    text_renderer: TextRenderer,
) -> NDArray[np.uint8]:
    """Return the area with a soft shadow, a dark outline and the letters over it."""
    import numpy as np
    from PIL import Image, ImageFilter

    rows, columns, _ = area.shape
    border = np.zeros((rows, columns), np.uint8)
    for line, x, baseline, _ in lines:
        draw_line_mask(
            border,
            text_renderer,
            line,
            (x, baseline),
            stroke_width=round(max(line.size * 0.055, 1.2) * 4) / 4,
        )
    shadow_offset = round(style.size * 0.04)
    soft = np.zeros_like(border)
    soft[shadow_offset:] = border[: rows - shadow_offset]
    # The blur is made at half size, in a third of the time.
    half = Image.fromarray(soft).reduce(2).filter(ImageFilter.GaussianBlur(style.size * 0.045))
    shadow = np.asarray(half.resize((columns, rows), Image.Resampling.BILINEAR))
    cover = np.maximum(border, (shadow * np.float32(0.62)).astype(np.uint8))
    return _draw_letters(blend_mask(area, cover, style.outline_colour), lines, style, text_renderer)


def _draw_boxed(
    area: NDArray[np.uint8],
    lines: Sequence[PlacedLine],
    style: CaptionStyle,
    text_renderer: TextRenderer,
) -> NDArray[np.uint8]:
    """Return the area with a dark plate behind the letters."""
    import numpy as np
    from PIL import Image, ImageDraw

    pad = style.size * 0.42
    left, right = (
        min(item.x for item in lines) - pad,
        max(item.x + item.line.width for item in lines) + pad,
    )
    top = min(item.baseline - 0.98 * item.line.size for item in lines) - pad * 0.35
    below = max(item.baseline + 0.26 * item.line.size for item in lines) + pad * 0.35
    oversampling = 4
    rows, columns, _ = area.shape
    plate = Image.new("L", (columns * oversampling, rows * oversampling))
    corners = tuple(round(value * oversampling) for value in (left, top, right, below))
    ImageDraw.Draw(plate).rounded_rectangle(
        corners, radius=round(style.size * 0.2 * oversampling), fill=round(255 * 0.78)
    )
    cover = np.asarray(plate.reduce(oversampling))
    return _draw_letters(blend_mask(area, cover, style.outline_colour), lines, style, text_renderer)


def _draw_letters(
    area: NDArray[np.uint8],
    lines: Sequence[PlacedLine],
    style: CaptionStyle,
    text_renderer: TextRenderer,
) -> NDArray[np.uint8]:
    import numpy as np

    plain_mask, highlight_mask = (
        np.zeros(area.shape[:2], np.uint8),
        np.zeros(area.shape[:2], np.uint8),
    )
    for line, x, baseline, highlighted in lines:
        for mask, characters in (
            (highlight_mask, highlighted),
            (plain_mask, frozenset(range(len(line.text))) - highlighted),
        ):
            if characters:
                draw_line_mask(mask, text_renderer, line, (x, baseline), characters=characters)
    area = blend_mask(area, plain_mask, style.text_colour)
    return (
        blend_mask(area, highlight_mask, style.highlight_colour) if highlight_mask.any() else area
    )
