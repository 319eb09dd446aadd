"""An RGB picture on which text, rectangles and other pictures are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.picture.typography.text_renderer import TextRenderer, draw_line_mask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.colours import Colour
    from pipeline.picture.typography.shaping import ShapedLine


def blend_mask(
    pixels: NDArray[np.uint8], cover: NDArray[np.uint8], colour: Colour
) -> NDArray[np.uint8]:
    """Return RGB pixels with a colour blended in through a coverage mask of their size.

    Pillow does it five times as fast as array arithmetic.
    """
    import numpy as np
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.paste(colour, (0, 0), Image.fromarray(np.ascontiguousarray(cover)))
    return np.asarray(picture)


@dataclass(frozen=True, slots=True)
class Canvas:
    """Pixels of shape (height, width, 3) that are drawn on in place."""

    pixels: NDArray[np.uint8]
    text_renderer: TextRenderer

    @classmethod
    def blank(cls, width: int, height: int, colour: Colour, text_renderer: TextRenderer) -> Canvas:
        """Return a canvas of one colour."""
        import numpy as np

        return cls(np.full((height, width, 3), colour, np.uint8), text_renderer)

    @property
    def width(self) -> int:
        """Width in px."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in px."""
        return int(self.pixels.shape[0])

    def draw_text(
        self,
        line: ShapedLine,
        x: float,
        baseline: float,
        colour: Colour,
        characters: frozenset[int] | None = None,
    ) -> None:
        """Draw a line, or some of its characters, with its baseline at (x, baseline) in px."""
        import numpy as np

        margin = round(line.size)
        left, top = round(x) - margin, round(baseline) - 2 * margin
        mask = np.zeros((3 * margin, round(line.width) + 2 * margin), np.uint8)
        draw_line_mask(
            mask, self.text_renderer, line, (x - left, baseline - top), characters=characters
        )
        self.blend_colour(mask, left, top, colour)

    def blend_colour(self, mask: NDArray[np.uint8], left: int, top: int, colour: Colour) -> None:
        """Blend a colour in through a coverage mask whose top left is at (left, top) in px.

        Parts of the mask outside the canvas are cut off.
        """
        y, x = max(top, 0), max(left, 0)
        below, right = min(top + mask.shape[0], self.height), min(left + mask.shape[1], self.width)
        if y >= below or x >= right:
            return
        self.pixels[y:below, x:right] = blend_mask(
            self.pixels[y:below, x:right],
            mask[y - top : below - top, x - left : right - left],
            colour,
        )

    def fill_rectangle(
        self, x: float, y: float, width: float, height: float, colour: Colour
    ) -> None:
        """Fill a rectangle, its edges rounded to whole pixels, at least 1 px thick."""
        left, top = round(x), round(y)
        right, below = max(round(x + width), left + 1), max(round(y + height), top + 1)
        self.pixels[max(top, 0) : max(below, 0), max(left, 0) : max(right, 0)] = colour

    def paste_picture(self, pixels: NDArray[np.uint8], left: int, top: int) -> None:
        """Draw RGBA pixels of shape (rows, columns, 4) with their top left at (left, top) in px."""
        import numpy as np

        y, x = max(top, 0), max(left, 0)
        below, right = (
            min(top + pixels.shape[0], self.height),
            min(left + pixels.shape[1], self.width),
        )
        if y >= below or x >= right:
            return
        area = self.pixels[y:below, x:right]
        part = pixels[y - top : below - top, x - left : right - left].astype(np.uint16)
        alpha = part[..., 3:]
        area[:] = (area * (255 - alpha) + part[..., :3] * alpha + 127) // 255
