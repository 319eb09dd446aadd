"""The page cards are set on: margins, a grid of twelve columns, one type scale, and text set into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.picture.balance import balanced
from pipeline.picture.shaping import is_han
from pipeline.text.breaks import INSIDE, places
from pipeline.text.grammar import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.canvas import Canvas, Colour
    from pipeline.picture.fonts import Weight
    from pipeline.picture.theme import Theme
    from pipeline.text.breaks import Place
    from pipeline.text.words import Segmenter

COLUMNS = 12
DISPLAY, TITLE, HEADING, LEAD, BODY, SMALL = 118.0, 104.0, 76.0, 54.0, 40.0, 29.0
"""The type scale in px of a 1080-line picture, a step about × 1.36."""

LEADING_HAN, LEADING_LATIN = 1.32, 1.25
CAP_HAN = 0.86
"""How far Han reaches above the baseline, in em, in Noto Sans CJK."""

_SMALLEST = 0.45
_LOGO_HEIGHT = 72.0
_STEP = 0.94
_BETTER = 0.66  # how far a heading shrinks for the sake of better breaks
_COST_OF_SIZE = 3.0


@dataclass(frozen=True, slots=True)
class Block:
    """Lines set at one size, ready to draw; `height` runs from the first line's top to the last line's foot, in px."""

    lines: tuple[str, ...]
    weight: Weight
    size: float
    leading: float
    chinese: bool

    @property
    def height(self) -> float:
        """Height in px."""
        return CAP_HAN * self.size + (len(self.lines) - 1) * self.leading * self.size + 0.10 * self.size if self.lines else 0.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A canvas with its theme and margins; `foot` is the row above which content ends (captions stand below it)."""

    canvas: Canvas
    theme: Theme
    foot: float
    segmenter: Segmenter
    logo: NDArray[np.uint8] | None = None

    @property
    def unit(self) -> float:
        """Scale of all lengths: 1 in a 1080-line wide picture."""
        return min(self.canvas.height / 1080, self.canvas.width / (960 if self.tall else 1400))

    @property
    def tall(self) -> bool:
        """Whether the picture is upright or square: columns are stacked then."""
        return self.canvas.width < self.canvas.height * 1.15

    @property
    def square(self) -> bool:
        """Whether there is little height to stack things in."""
        return self.tall and self.canvas.height < self.canvas.width * 1.3

    @property
    def left(self) -> float:
        """Left margin, one column and a bit: generous on purpose."""
        return self.canvas.width * 0.0833

    @property
    def right(self) -> float:
        """Right edge of the content."""
        return self.canvas.width - self.left

    @property
    def width(self) -> float:
        """Width of the content."""
        return self.right - self.left

    @property
    def top(self) -> float:
        """Top margin."""
        return self.canvas.height * (0.13 if self.tall and not self.square else 0.1)

    def column(self, number: int) -> float:
        """Return the left edge of column `number`, counted from 0."""
        return self.left + self.width * number / COLUMNS

    def block(
        self,
        text: str,
        size: float,
        width: float,
        *,
        weight: Weight = "bold",
        most: int = 3,
        smallest: float = _SMALLEST,
        height: float = float("inf"),
    ) -> Block:
        """Return a text set at a size of the scale, smaller where it would need more than `most` lines or a height in px.

        A little smaller also where the lines then break at better places. What does not fit at `smallest` (part of the size) is cut short.
        """
        text = " ".join(text.split())
        if not text:
            return Block((), weight, size * self.unit, 0.0, chinese=False)
        setting = self._setting(text, weight, width / (size * self.unit * smallest))
        fits: list[tuple[float, Block]] = []
        scale = 1.0
        while scale >= smallest and not (fits and scale < fits[0][1].size / (size * self.unit) * _BETTER):
            found = _set(setting, size * self.unit * scale, width, most)
            if found is not None and found[1].height <= height:
                fits.append((found[0] + _COST_OF_SIZE * (1 - scale), found[1]))
            scale *= _STEP
        return min(fits, key=lambda fit: fit[0])[1] if fits else _cut(setting, size * self.unit * smallest, width, most, height)

    def _setting(self, text: str, weight: Weight, most_em: float) -> _Setting:
        """Return a text measured, with the places its lines may end; words wider than `most_em` may be cut."""
        chinese = any(map(is_han, text))
        ends = (0.0, *self.canvas.press.shaper.line(text, weight, 1.0, chinese=chinese).ends)
        found = places(text, text, lambda first, last: ends[last] - ends[first] <= most_em, self.segmenter)
        allowed = tuple(place for place in found if place.cost < FORBIDDEN or place.cost >= INSIDE / 2)
        return _Setting(text, weight, chinese, ends, allowed)

    def draw(
        self,
        block: Block,
        x: float,
        top: float,
        colour: Colour,
        *,
        align: float = 0.0,
        picked: Sequence[str] = (),
        accent: Colour | None = None,
    ) -> float:
        """Draw a block with its top left at (x, top); return the row below it. `align` 0 is left of x, 1 right, ½ centred.

        Words `picked` out are drawn in the accent colour.
        """
        baseline = top + CAP_HAN * block.size
        for text in block.lines:
            line = self.canvas.press.shaper.line(text, block.weight, block.size, chinese=block.chinese)
            bright = _characters(text, picked) if accent is not None else frozenset()
            self.canvas.text(line, x - line.width * align, round(baseline), colour, frozenset(range(len(text))) - bright)
            if accent is not None and bright:
                self.canvas.text(line, x - line.width * align, round(baseline), accent, bright)
            baseline += block.leading * block.size
        return top + block.height

    def sign(self, text: str, size: float, colour: Colour) -> None:
        """Put the logo in the top right corner, or where there is none the channel's name."""
        if self.logo is None:
            block = self.block(text, size, self.width * 0.6, weight="regular", most=1)
            self.draw(block, self.right, self.top - 0.3 * block.size, colour, align=1.0)
            return
        import numpy as np
        from PIL import Image

        picture = Image.fromarray(self.logo)
        scale = min(_LOGO_HEIGHT * self.unit / picture.height, self.width * 0.3 / picture.width)
        inside = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
        small = picture.resize(inside, Image.Resampling.LANCZOS, reducing_gap=3.0)
        self.canvas.picture(np.asarray(small), round(self.right) - small.width, round(self.top - (small.height - 8 * self.unit) / 2))

    def rule(self, x: float, y: float, width: float, colour: Colour | None = None, thickness: float = 2.0) -> None:
        """Draw a horizontal rule, a hairline unless told otherwise."""
        self.canvas.bar(x, y, width, max(thickness * self.unit, 1), colour or self.theme.line)


def _characters(text: str, words: Sequence[str]) -> frozenset[int]:
    """Return the places of a line's characters that belong to one of the words."""
    found: set[int] = set()
    for word in words:
        at = text.find(word)
        while word and at >= 0:
            found.update(range(at, at + len(word)))
            at = text.find(word, at + len(word))
    return frozenset(found)


class _Setting(NamedTuple):
    """A text to set: where each character ends, in em, after 0, and where a line may end."""

    text: str
    weight: Weight
    chinese: bool
    ends: Sequence[float]
    places: Sequence[Place]

    def shortened(self, length: int) -> _Setting:
        """Return the first characters and an ellipsis."""
        text = self.text[:length].rstrip("，。、；：,.;: ") + "…"
        ends = (*self.ends[: len(text)], self.ends[len(text) - 1] + 1.0)
        return self._replace(text=text, ends=ends, places=[place for place in self.places if place.at < len(text) - 1])


def _set(setting: _Setting, size: float, width: float, most: int) -> tuple[float, Block] | None:
    """Return a text at just this size, with the cost of its breaks, or None where it does not fit."""
    ends = setting.ends
    found = balanced(setting.text, setting.places, width / size, lambda first, last: ends[last] - ends[first], most)
    if found is None:
        return None
    leading = LEADING_HAN if setting.chinese else LEADING_LATIN
    return found[1], Block(found[0], setting.weight, size, leading, setting.chinese)


def _cut(setting: _Setting, size: float, width: float, most: int, height: float) -> Block:
    """Return as much of a text as fits, ended by an ellipsis: a card quotes, the captions have every word."""
    low, high = 1, len(setting.text)
    best = Block(("…",), setting.weight, size, LEADING_HAN, setting.chinese)
    while low <= high:
        middle = (low + high) // 2
        found = _set(setting.shortened(middle), size, width, most)
        if found is None or found[1].height > height:
            high = middle - 1
        else:
            best, low = found[1], middle + 1
    return best
