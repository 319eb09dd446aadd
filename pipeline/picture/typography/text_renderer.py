"""Lines of text as coverage masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.picture.typography.glyph_cache import SUBPIXEL_POSITIONS, GlyphCache
from pipeline.picture.typography.shaping import TextShaper

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.typography.fonts import FontSet
    from pipeline.picture.typography.shaping import ShapedLine


@dataclass(frozen=True, slots=True)
class TextRenderer:
    """What text is drawn with: a shaper and a cache of glyphs.

    It is pickled as the fonts' paths.
    """

    shaper: TextShaper
    glyphs: GlyphCache

    @classmethod
    def for_fonts(cls, fonts: FontSet) -> TextRenderer:
        """Return a renderer for an episode's fonts."""
        return cls(TextShaper(fonts), GlyphCache())


def draw_line_mask(
    mask: NDArray[np.uint8],
    text_renderer: TextRenderer,
    line: ShapedLine,
    origin: tuple[float, float],
    stroke_width: float = 0.0,
    characters: frozenset[int] | None = None,
) -> None:
    """Draw a line's coverage into a mask; the larger value wins.

    `origin` is where its baseline starts, `characters` limits what is drawn.
    """
    import numpy as np

    rows, columns = mask.shape
    for left, top, coverage in _line_bitmaps(text_renderer, line, origin, stroke_width, characters):
        y, x = max(top, 0), max(left, 0)
        below, right = min(top + coverage.shape[0], rows), min(left + coverage.shape[1], columns)
        if y < below and x < right:
            area = mask[y:below, x:right]
            np.maximum(area, coverage[y - top : below - top, x - left : right - left], out=area)


def _line_bitmaps(
    text_renderer: TextRenderer,
    line: ShapedLine,
    origin: tuple[float, float],
    stroke_width: float,
    characters: frozenset[int] | None,
) -> Iterator[tuple[int, int, NDArray[np.uint8]]]:
    import math

    chain = text_renderer.shaper.fonts.fallback_chain(line.weight)
    for glyph in line.glyphs:
        if characters is not None and glyph.character_index not in characters:
            continue
        exact = round((origin[0] + glyph.x) * SUBPIXEL_POSITIONS)
        column, shift = divmod(exact, SUBPIXEL_POSITIONS)
        bitmap = text_renderer.glyphs.glyph_bitmap(
            chain[glyph.font_number], glyph.glyph_id, line.size, shift, stroke_width
        )
        yield (
            column + bitmap.left,
            math.floor(origin[1] - glyph.y + 0.5) - bitmap.top,
            bitmap.coverage,
        )
