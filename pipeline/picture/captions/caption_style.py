"""Sizes and positions of captions in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.language import uses_full_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.picture.colours import Colour

TITLE_SAFE_MARGIN = 0.05
"""Part of the width or height without captions at each edge.

EBU R 95 and SMPTE ST 2046-1 keep graphics inside 90 %.
"""

CAPTION_LEADING = 1.34
"""Distance of baselines in em."""

MAX_CAPTION_LINES = 3

_SIZE_OF_HEIGHT, _SIZE_OF_WIDTH = 0.052, 0.056
_SECOND_LANGUAGE_SCALE, _LATIN_SCALE = 0.64, 0.88

# Players lay their buttons over the lowest sixth of a vertical picture.
_TALL_RATIO, _TALL_BOTTOM = 1.2, 0.17


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    """All that decides the pixels of a caption except its text; lengths in px."""

    width: int
    height: int
    size: float
    backing: Literal["outline", "box"] = "outline"
    text_colour: Colour = (255, 255, 255)
    highlight_colour: Colour = (255, 205, 70)
    outline_colour: Colour = (8, 9, 12)

    @property
    def bottom(self) -> float:
        """Lower edge of the lowest caption, in px from the top."""
        tall = self.height > self.width * _TALL_RATIO
        return self.height * (1 - (_TALL_BOTTOM if tall else TITLE_SAFE_MARGIN))

    @property
    def max_line_width(self) -> float:
        """Largest width of a line in px."""
        padding = 0.0 if self.backing == "outline" else self.size
        return self.width * (1 - 2 * TITLE_SAFE_MARGIN) - padding


def make_caption_style(
    width: int,
    height: int,
    backing: Literal["outline", "box"] = "outline",
    *,
    scale: float = 1.0,
) -> CaptionStyle:
    """Return the style for a picture of a size in px.

    The type size is 5.2 % of the height of a wide picture and 5.6 % of the width of a tall one,
    times `scale`, rounded to a quarter of a pixel.
    """
    size = round(min(_SIZE_OF_HEIGHT * height, _SIZE_OF_WIDTH * width) * scale * 4) / 4
    return CaptionStyle(width, height, size, backing)


def captions_top(style: CaptionStyle, caption_languages: Sequence[str]) -> int:
    """Return the uppermost pixel row that captions of these languages can reach.

    It is computed for two lines per language, and for three in upright and square pictures.
    """
    lines = 2 if style.width > style.height * _TALL_RATIO else MAX_CAPTION_LINES
    text_height = sum(
        lines * CAPTION_LEADING * caption_size(style, language, number)
        for number, language in enumerate(caption_languages)
    )
    gap = 0.25 * style.size * max(len(caption_languages) - 1, 0)
    return (
        int(style.bottom - text_height - gap - 0.4 * style.size)
        if caption_languages
        else style.height
    )


def caption_size(style: CaptionStyle, language: str, caption_index: int) -> float:
    """Return the type size in px of a language's caption; index 0 is the caption on top."""
    if caption_index:
        return round(style.size * _SECOND_LANGUAGE_SCALE * 4) / 4
    return style.size if uses_full_width(language) else round(style.size * _LATIN_SCALE * 4) / 4
