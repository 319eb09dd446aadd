"""Captions over a slide: how large and where they stand, and the pixels they change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipeline.picture.canvas import over, stamp
from pipeline.picture.caption_lines import fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.canvas import Colour, Press
    from pipeline.picture.scene import Caption
    from pipeline.picture.shaping import Line

VERSION = 2
"""Drawing version: raise it when the pixels change."""

SAFE = 0.05
"""Title safe area: no caption within 5 % of an edge (EBU R 95 and SMPTE ST 2046-1 keep graphics inside 90 %)."""

_SIZE_OF_HEIGHT, _SIZE_OF_WIDTH = 0.052, 0.056
_SECOND, _LATIN_ALONE = 0.64, 0.88
_LEADING = 1.34
_TALL, _TALL_BOTTOM = 1.2, 0.17  # players lay their buttons over the lowest sixth of a vertical picture
MOST_LINES = 3
_FULL_WIDTH = ("zh", "ja", "ko", "yue")


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    """Everything but the text that decides a caption's pixels; lengths in px."""

    width: int
    height: int
    size: float
    look: Literal["outline", "box"] = "outline"
    text: Colour = (255, 255, 255)
    lit: Colour = (255, 205, 70)
    dark: Colour = (8, 9, 12)

    @property
    def bottom(self) -> float:
        """Lower edge of the lowest caption."""
        tall = self.height > self.width * _TALL
        return self.height * (1 - (_TALL_BOTTOM if tall else SAFE))

    @property
    def room(self) -> float:
        """Width a line may take."""
        padding = 0.0 if self.look == "outline" else self.size
        return self.width * (1 - 2 * SAFE) - padding


def caption_style(
    width: int, height: int, look: Literal["outline", "box"] = "outline", *, scale: float = 1.0, lit: Colour | None = None
) -> CaptionStyle:
    """Return the style for a picture of this size: type is 5.2 % of a wide picture's height, 5.6 % of a tall one's width."""
    size = round(min(_SIZE_OF_HEIGHT * height, _SIZE_OF_WIDTH * width) * scale * 4) / 4
    style = CaptionStyle(width, height, size, look)
    return style if lit is None else CaptionStyle(width, height, size, look, lit=lit)


def characters_a_line(style: CaptionStyle) -> int:
    """Return how many full-width characters one line holds, for the engine that breaks rows into lines."""
    return max(int(style.room / style.size), 4)


def captions_top(style: CaptionStyle, languages: Sequence[str]) -> int:
    """Return the row above which no caption reaches (of two lines a language, of three in upright and square pictures)."""
    lines = 2 if style.width > style.height * _TALL else MOST_LINES
    deep = sum(lines * _LEADING * size_of(style, language, number) for number, language in enumerate(languages))
    gap = 0.25 * style.size * max(len(languages) - 1, 0)
    return int(style.bottom - deep - gap - 0.4 * style.size) if languages else style.height


class Set(NamedTuple):
    """A line of a caption, where its baseline starts, and which characters are lit."""

    line: Line
    x: float
    baseline: float
    lit: frozenset[int]


def draw_captions(
    base: NDArray[np.uint8], captions: Sequence[Caption], style: CaptionStyle, press: Press
) -> tuple[int, NDArray[np.uint8]] | None:
    """Return the rows of a picture (RGB, shape (height, width, 3)) that captions change: the even top row, and their new pixels.

    None where the captions show nothing.
    """
    lines = lay_out(captions, style, press)
    if not lines:
        return None
    left, top, right, below = _area(lines, style)
    band = base[top:below].copy()
    part = band[:, left:right]
    moved = [Set(line, x - left, baseline - top, lit) for line, x, baseline, lit in lines]
    part[:] = (_boxed if style.look == "box" else _outlined)(part, moved, style, press)
    return top, band


def lay_out(captions: Sequence[Caption], style: CaptionStyle, press: Press) -> list[Set]:
    """Return every line of the captions where it stands: centred, the last one lowest, all of them inside the safe area."""
    blocks: list[tuple[list[tuple[Line, tuple[int, ...]]], float, Caption]] = []
    shown = [caption for caption in captions if any(line.strip() for line in caption.lines)]
    for number, caption in enumerate(shown):
        size = size_of(style, caption.language, number)
        chinese = is_chinese(caption.language)
        parts, scale = fitted(
            [line for line in caption.lines if line.strip()],
            style.room,
            lambda text, size=size, chinese=chinese: press.shaper.line(text, "bold", size, chinese=chinese).width,  # type: ignore[misc]
            MOST_LINES,
        )
        set_at = round(size * scale * 4) / 4
        blocks.append(([(press.shaper.line(text, "bold", set_at, chinese=chinese), places) for text, places in parts], set_at, caption))
    placed: list[Set] = []
    foot = style.bottom
    for lines, size, caption in reversed(blocks):
        for line, places in reversed(lines):
            baseline = foot - 0.30 * size
            lit = (
                frozenset()
                if caption.lit is None
                else frozenset(i for i, place in enumerate(places) if caption.lit[0] <= place < caption.lit[1])
            )
            placed.append(Set(line, (style.width - line.width) / 2, round(baseline), lit))
            foot -= _LEADING * size
        foot -= 0.18 * style.size
    return placed


def size_of(style: CaptionStyle, language: str, number: int) -> float:
    """Return the size in px of a language's letters; `number` counts the captions from 0, the first on top."""
    if number:
        return round(style.size * _SECOND * 4) / 4
    return style.size if is_chinese(language) else round(style.size * _LATIN_ALONE * 4) / 4


def is_chinese(language: str) -> bool:
    """Return whether a language is written on the full-width grid."""
    return language.partition("-")[0] in _FULL_WIDTH


def _area(lines: Sequence[Set], style: CaptionStyle) -> tuple[int, int, int, int]:
    """Return left, top, right, below of all that captions can change, rows even, inside the picture."""
    margin = style.size * 0.6
    left = max(int(min(item.x for item in lines) - margin), 0)
    right = min(int(max(item.x + item.line.width for item in lines) + margin) + 1, style.width)
    top = max(int(min(item.baseline - 1.05 * item.line.size for item in lines) - margin / 2), 0) // 2 * 2
    below = min(int(max(item.baseline + 0.35 * item.line.size for item in lines) + margin / 2) // 2 * 2 + 2, style.height)
    return left, top, right, below


def _outlined(part: NDArray[np.uint8], lines: Sequence[Set], style: CaptionStyle, press: Press) -> NDArray[np.uint8]:
    """Return the area with a soft shadow, a dark outline and the letters laid on."""
    import numpy as np
    from PIL import Image, ImageFilter

    rows, columns, _ = part.shape
    border = np.zeros((rows, columns), np.uint8)
    for line, x, baseline, _ in lines:
        stamp(border, press, line, (x, baseline), pen=round(max(line.size * 0.055, 1.2) * 4) / 4)
    drop = round(style.size * 0.04)
    soft = np.zeros_like(border)
    soft[drop:] = border[: rows - drop]
    half = Image.fromarray(soft).reduce(2).filter(ImageFilter.GaussianBlur(style.size * 0.045))  # at half size: a third of the time
    shadow = np.asarray(half.resize((columns, rows), Image.Resampling.BILINEAR))
    cover = np.maximum(border, (shadow * np.float32(0.62)).astype(np.uint8))
    return _lettered(over(part, cover, style.dark), lines, style, press)


def _boxed(part: NDArray[np.uint8], lines: Sequence[Set], style: CaptionStyle, press: Press) -> NDArray[np.uint8]:
    """Return the area with a dark plate behind the letters."""
    import numpy as np
    from PIL import Image, ImageDraw

    pad = style.size * 0.42
    left, right = min(item.x for item in lines) - pad, max(item.x + item.line.width for item in lines) + pad
    top = min(item.baseline - 0.98 * item.line.size for item in lines) - pad * 0.35
    below = max(item.baseline + 0.26 * item.line.size for item in lines) + pad * 0.35
    fine = 4
    rows, columns, _ = part.shape
    plate = Image.new("L", (columns * fine, rows * fine))
    corners = tuple(round(value * fine) for value in (left, top, right, below))
    ImageDraw.Draw(plate).rounded_rectangle(corners, radius=round(style.size * 0.2 * fine), fill=round(255 * 0.78))
    cover = np.asarray(plate.reduce(fine))
    return _lettered(over(part, cover, style.dark), lines, style, press)


def _lettered(part: NDArray[np.uint8], lines: Sequence[Set], style: CaptionStyle, press: Press) -> NDArray[np.uint8]:
    import numpy as np

    plain, bright = np.zeros(part.shape[:2], np.uint8), np.zeros(part.shape[:2], np.uint8)
    for line, x, baseline, lit in lines:
        for mask, chosen in ((bright, lit), (plain, frozenset(range(len(line.text))) - lit)):
            if chosen:
                stamp(mask, press, line, (x, baseline), chosen=chosen)
    part = over(part, plain, style.text)
    return over(part, bright, style.lit) if bright.any() else part
