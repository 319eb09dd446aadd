"""An RGB picture that lines of text, rectangles and other pictures are laid on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.picture.glyphs import SUBPIXELS, Foundry
from pipeline.picture.shaping import Shaper

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.fonts import Faces
    from pipeline.picture.shaping import Line

Colour = tuple[int, int, int]
"""Red, green, blue, each 0–255."""


@dataclass(frozen=True, slots=True)
class Press:
    """What text is drawn with: a shaper and a foundry of glyphs; it travels between processes as the fonts' paths."""

    shaper: Shaper
    foundry: Foundry

    @classmethod
    def of(cls, faces: Faces) -> Press:
        """Return a press for an episode's fonts."""
        return cls(Shaper(faces), Foundry())


def colour_of(text: str) -> Colour:
    """Return the colour `#rrggbb` means."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mixed(one: Colour, other: Colour, part: float) -> Colour:
    """Return the colour `part` (0–1) of the way from one to another."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def stamp(
    mask: NDArray[np.uint8], press: Press, line: Line, at: tuple[float, float], pen: float = 0.0, chosen: frozenset[int] | None = None
) -> None:
    """Lay a line's coverage into a mask, the brighter winning; `at` is where its baseline starts, `chosen` limits the characters."""
    import numpy as np

    rows, columns = mask.shape
    for left, top, coverage in _sprites(press, line, at, pen, chosen):
        y, x = max(top, 0), max(left, 0)
        below, right = min(top + coverage.shape[0], rows), min(left + coverage.shape[1], columns)
        if y < below and x < right:
            area = mask[y:below, x:right]
            np.maximum(area, coverage[y - top : below - top, x - left : right - left], out=area)


def _sprites(
    press: Press, line: Line, at: tuple[float, float], pen: float, chosen: frozenset[int] | None
) -> Iterator[tuple[int, int, NDArray[np.uint8]]]:
    import math

    chain = press.shaper.faces.chain(line.weight)
    for glyph in line.glyphs:
        if chosen is not None and glyph.character not in chosen:
            continue
        exact = round((at[0] + glyph.x) * SUBPIXELS)
        column, shift = divmod(exact, SUBPIXELS)
        sprite = press.foundry.sprite(chain[glyph.font], glyph.glyph, line.size, shift, pen)
        yield column + sprite.left, math.floor(at[1] - glyph.y + 0.5) - sprite.top, sprite.coverage


def over(pixels: NDArray[np.uint8], cover: NDArray[np.uint8], colour: Colour) -> NDArray[np.uint8]:
    """Return RGB pixels with a colour laid on through a mask of their size (by Pillow, five times as fast as array arithmetic)."""
    import numpy as np
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.paste(colour, (0, 0), Image.fromarray(np.ascontiguousarray(cover)))
    return np.asarray(picture)


@dataclass(frozen=True, slots=True)
class Canvas:
    """Pixels of shape (height, width, 3) that are drawn on in place."""

    pixels: NDArray[np.uint8]
    press: Press

    @classmethod
    def filled(cls, width: int, height: int, colour: Colour, press: Press) -> Canvas:
        """Return a canvas of one colour."""
        import numpy as np

        return cls(np.full((height, width, 3), colour, np.uint8), press)

    @property
    def width(self) -> int:
        """Width in px."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in px."""
        return int(self.pixels.shape[0])

    def text(self, line: Line, x: float, baseline: float, colour: Colour, chosen: frozenset[int] | None = None) -> None:
        """Draw a line (of its characters the chosen ones) with its baseline starting at (x, baseline)."""
        import numpy as np

        margin = round(line.size)
        left, top = round(x) - margin, round(baseline) - 2 * margin
        mask = np.zeros((3 * margin, round(line.width) + 2 * margin), np.uint8)
        stamp(mask, self.press, line, (x - left, baseline - top), chosen=chosen)
        self.blend(mask, left, top, colour)

    def blend(self, mask: NDArray[np.uint8], left: int, top: int, colour: Colour) -> None:
        """Lay a colour on through a coverage mask whose top left lies at (left, top); what lies outside is cut off."""
        y, x = max(top, 0), max(left, 0)
        below, right = min(top + mask.shape[0], self.height), min(left + mask.shape[1], self.width)
        if y >= below or x >= right:
            return
        self.pixels[y:below, x:right] = over(self.pixels[y:below, x:right], mask[y - top : below - top, x - left : right - left], colour)

    def bar(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle, its edges on whole pixels (at least one px thick)."""
        left, top = round(x), round(y)
        right, below = max(round(x + width), left + 1), max(round(y + height), top + 1)
        self.pixels[max(top, 0) : max(below, 0), max(left, 0) : max(right, 0)] = colour

    def picture(self, pixels: NDArray[np.uint8], left: int, top: int) -> None:
        """Lay RGBA pixels of shape (rows, columns, 4) on."""
        import numpy as np

        y, x = max(top, 0), max(left, 0)
        below, right = min(top + pixels.shape[0], self.height), min(left + pixels.shape[1], self.width)
        if y >= below or x >= right:
            return
        area = self.pixels[y:below, x:right]
        part = pixels[y - top : below - top, x - left : right - left].astype(np.uint16)
        alpha = part[..., 3:]
        area[:] = (area * (255 - alpha) + part[..., :3] * alpha + 127) // 255
