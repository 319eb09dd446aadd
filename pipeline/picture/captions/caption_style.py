"""Sizes and places of captions in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.picture.colours import Colour

TITLE_SAFE_MARGIN = 0.05
"""Title safe area: no caption within 5 % of an edge (EBU R 95 and SMPTE ST 2046-1 keep graphics inside 90 %)."""

_SIZE_OF_HEIGHT, _SIZE_OF_WIDTH = 0.052, 0.056
_SECOND_LANGUAGE_SCALE, _LATIN_SCALE = 0.64, 0.88
CAPTION_LEADING = 1.34

_TALL_RATIO, _TALL_BOTTOM = (
    1.2,
    0.17,
)  # players lay their buttons over the lowest sixth of a vertical picture

MAX_CAPTION_LINES = 3
_FULL_WIDTH_LANGUAGES = ("zh", "ja", "ko", "yue")


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    """Everything but the text that decides a caption's pixels; lengths in px."""

    width: int
    height: int
    size: float
    backing: Literal["outline", "box"] = "outline"
    text_colour: Colour = (255, 255, 255)
    highlight_colour: Colour = (255, 205, 70)
    outline_colour: Colour = (8, 9, 12)

    @property
    def bottom(self) -> float:
        """Lower edge of the lowest caption."""
        tall = self.height > self.width * _TALL_RATIO
        return self.height * (1 - (_TALL_BOTTOM if tall else TITLE_SAFE_MARGIN))

    @property
    def max_line_width(self) -> float:
        """Width a line may take."""
        padding = 0.0 if self.backing == "outline" else self.size
        return self.width * (1 - 2 * TITLE_SAFE_MARGIN) - padding


def make_caption_style(
    width: int,
    height: int,
    backing: Literal["outline", "box"] = "outline",
    *,
    scale: float = 1.0,
    highlight_colour: Colour | None = None,
) -> CaptionStyle:
    """Return the style for a picture of this size: type is 5.2 % of a wide picture's height, 5.6 % of a tall one's width."""
    size = round(min(_SIZE_OF_HEIGHT * height, _SIZE_OF_WIDTH * width) * scale * 4) / 4
    style = CaptionStyle(width, height, size, backing)
    return (
        style
        if highlight_colour is None
        else CaptionStyle(width, height, size, backing, highlight_colour=highlight_colour)
    )


def characters_per_line(style: CaptionStyle) -> int:
    """Return how many full-width characters one line holds, for the engine that breaks rows into lines."""
    return max(int(style.max_line_width / style.size), 4)


def captions_top(style: CaptionStyle, caption_languages: Sequence[str]) -> int:
    """Return the row above which no caption reaches (of two lines a language, of three in upright and square pictures)."""
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
    """Return the size in px of a language's letters; `number` counts the captions from 0, the first on top."""
    if caption_index:
        return round(style.size * _SECOND_LANGUAGE_SCALE * 4) / 4
    return (
        style.size if is_full_width_language(language) else round(style.size * _LATIN_SCALE * 4) / 4
    )


def is_full_width_language(language: str) -> bool:
    """Return whether a language is written on the full-width grid."""
    return language.partition("-")[0] in _FULL_WIDTH_LANGUAGES
