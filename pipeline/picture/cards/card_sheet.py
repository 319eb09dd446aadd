"""The page that cards are set on: margins, twelve columns, a type scale, and text blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.picture.cards.shapes import draw_panel
from pipeline.picture.colours import mix_colours
from pipeline.text.linebreak.line_balance import balance_lines
from pipeline.text.linebreak.opportunities import permitted_opportunities
from pipeline.text.unicode_scripts import is_cjk_letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.canvas import Canvas
    from pipeline.picture.cards.card import Card
    from pipeline.picture.colours import Colour
    from pipeline.picture.style.theme import Theme
    from pipeline.picture.typography.fonts import FontWeight
    from pipeline.text.linebreak.opportunities import BreakOpportunity
    from pipeline.text.word_segmenter import Segmenter


GRID_COLUMNS = 12

DISPLAY_SIZE, TITLE_SIZE, HEADING_SIZE, LEAD_SIZE, BODY_SIZE, SMALL_SIZE = (
    118.0,
    104.0,
    82.0,
    60.0,
    44.0,
    30.0,
)
"""The type scale in px of a 1080-line picture, a step about × 1.36."""

MIN_TEXT_SIZE = 28.0
"""No text is smaller, in px of a 1080-line picture: less cannot be read on a telephone."""

LEADING_HAN, LEADING_LATIN = 1.32, 1.25
HAN_CAP_HEIGHT = 0.86
"""How far Han reaches above the baseline, in em, in Noto Sans CJK."""

_MIN_SCALE = 0.45
_LOGO_HEIGHT = 72.0
_SCALE_STEP = 0.94
_MIN_SCALE_FOR_BREAKS = 0.66  # how far a heading shrinks for the sake of better breaks
_SHRINK_COST = 3.0


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines set at one size, ready to draw.

    `height` is the distance in px from the top of the first line to the foot of the last.
    """

    lines: tuple[str, ...]
    weight: FontWeight
    size: float
    leading: float
    full_width: bool

    @property
    def height(self) -> float:
        """Height in px."""
        return (
            HAN_CAP_HEIGHT * self.size
            + (len(self.lines) - 1) * self.leading * self.size
            + 0.10 * self.size
            if self.lines
            else 0.0
        )


@dataclass(frozen=True, slots=True)
class CardSheet:
    """A canvas with its theme and margins; content ends above row `content_bottom`.

    Captions are below that row.
    """

    canvas: Canvas
    theme: Theme
    content_bottom: float
    segmenter: Segmenter
    logo: NDArray[np.uint8] | None = None

    @property
    def unit(self) -> float:
        """Scale of all lengths: 1 in a 1080-line wide picture."""
        return min(self.canvas.height / 1080, self.canvas.width / (960 if self.is_tall else 1400))

    @property
    def is_tall(self) -> bool:
        """Whether the picture is upright or square: columns are stacked then."""
        return self.canvas.width < self.canvas.height * 1.15

    @property
    def is_near_square(self) -> bool:
        """Whether there is little height to stack things in."""
        return self.is_tall and self.canvas.height < self.canvas.width * 1.3

    @property
    def left(self) -> float:
        """Left margin: most of a column."""
        return self.canvas.width * (0.074 if self.is_tall else 0.0667)

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
        return self.canvas.height * (0.1 if self.is_tall and not self.is_near_square else 0.067)

    @property
    def dimmed(self) -> Colour:
        """The colour of what was said before: it can be read, and steps back."""
        return mix_colours(self.theme.text, self.theme.muted, 0.6)

    def column_left(self, number: int) -> float:
        """Return the left edge of column `number`, counted from 0."""
        return self.left + self.width * number / GRID_COLUMNS

    def fit_block(
        self,
        text: str,
        size: float,
        width: float,
        *,
        weight: FontWeight = "bold",
        max_lines: int = 3,
        min_scale: float = _MIN_SCALE,
        max_height: float = float("inf"),
    ) -> TextBlock:
        """Return a text set at a size of the scale, or smaller where it would not fit.

        It fits if it has at most `max_lines` lines and is at most `max_height` px high.

        A little smaller also where the lines then break at better places. What does not fit at
        `min_scale` times the size is truncated.
        """
        text = " ".join(text.split())
        min_scale = max(min_scale, min(MIN_TEXT_SIZE / size, 1.0))
        if not text:
            return TextBlock((), weight, size * self.unit, 0.0, full_width=False)
        measured = self._measure(text, weight, width / (size * self.unit * min_scale))
        fits: list[tuple[float, TextBlock]] = []
        scale = 1.0
        while scale >= min_scale and not (
            fits and scale < fits[0][1].size / (size * self.unit) * _MIN_SCALE_FOR_BREAKS
        ):
            fit_at_size = _fit_at_size(measured, size * self.unit * scale, width, max_lines)
            if fit_at_size is not None and fit_at_size[1].height <= max_height:
                fits.append((fit_at_size[0] + _SHRINK_COST * (1 - scale), fit_at_size[1]))
            scale *= _SCALE_STEP
        return (
            min(fits, key=lambda fit: fit[0])[1]
            if fits
            else _truncate_to_fit(
                measured, size * self.unit * min_scale, width, max_lines, max_height
            )
        )

    def _measure(self, text: str, weight: FontWeight, most_em: float) -> _MeasuredText:
        """Return a text measured, with its break opportunities.

        Words wider than `most_em` may be broken.
        """
        full_width = any(map(is_cjk_letter, text))
        ends = (
            0.0,
            *self.canvas.text_renderer.shaper.shape_line(
                text, weight, 1.0, full_width=full_width
            ).character_ends,
        )
        break_places = permitted_opportunities(
            text, lambda first, last: ends[last] - ends[first] <= most_em, self.segmenter
        )
        return _MeasuredText(text, weight, full_width, ends, break_places)

    def draw_block(
        self,
        block: TextBlock,
        x: float,
        top: float,
        colour: Colour,
        *,
        align: float = 0.0,
        highlighted: Sequence[str] = (),
        accent: Colour | None = None,
    ) -> float:
        """Draw a block with its top at `top`, and return the row below it.

        `align` is 0 for left of x, 1 for right, ½ for centred.

        The words of `highlighted` are drawn in the colour `accent`.
        """
        baseline = top + HAN_CAP_HEIGHT * block.size
        for text in block.lines:
            line = self.canvas.text_renderer.shaper.shape_line(
                text, block.weight, block.size, full_width=block.full_width
            )
            highlighted_indexes = (
                _character_indexes(text, highlighted) if accent is not None else frozenset()
            )
            self.canvas.draw_text(
                line,
                x - line.width * align,
                round(baseline),
                colour,
                frozenset(range(len(text))) - highlighted_indexes,
            )
            if accent is not None and highlighted_indexes:
                self.canvas.draw_text(
                    line, x - line.width * align, round(baseline), accent, highlighted_indexes
                )
            baseline += block.leading * block.size
        return top + block.height

    def draw_logo_or_name(self, text: str, size: float, colour: Colour) -> float:
        """Put the logo in the top right corner, or where there is none the channel's name.

        Returns its left edge.
        """
        if self.logo is None:
            block = self.fit_block(text, size, self.width * 0.6, weight="regular", max_lines=1)
            self.draw_block(block, self.right, self.top, colour, align=1.0)
            return self.right - block_width(self, block)
        import numpy as np
        from PIL import Image

        picture = Image.fromarray(self.logo)
        scale = min(_LOGO_HEIGHT * self.unit / picture.height, self.width * 0.3 / picture.width)
        inside = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
        small = picture.resize(inside, Image.Resampling.LANCZOS, reducing_gap=3.0)
        self.canvas.paste_picture(
            np.asarray(small),
            round(self.right) - small.width,
            round(self.top + SMALL_SIZE * self.unit / 2 - small.height / 2),
        )
        return self.right - small.width

    def draw_rule(
        self, x: float, y: float, width: float, colour: Colour | None = None, thickness: float = 2.0
    ) -> None:
        """Draw a horizontal rule, by default a hairline."""
        self.canvas.fill_rectangle(
            x, y, width, max(thickness * self.unit, 1), colour or self.theme.hairline
        )


def _character_indexes(text: str, words: Sequence[str]) -> frozenset[int]:
    """Return the places of a line's characters that belong to one of the words."""
    indexes: set[int] = set()
    for word in words:
        start = text.find(word)
        while word and start >= 0:
            indexes.update(range(start, start + len(word)))
            start = text.find(word, start + len(word))
    return frozenset(indexes)


class _MeasuredText(NamedTuple):
    """A text to set: where each character ends, in em, after 0, and where a line may end."""

    text: str
    weight: FontWeight
    full_width: bool
    character_ends: Sequence[float]
    break_places: Sequence[BreakOpportunity]

    def truncated(self, length: int) -> _MeasuredText:
        """Return the first characters and an ellipsis."""
        text = self.text[:length].rstrip("，。、；：,.;: ") + "…"
        ends = (*self.character_ends[: len(text)], self.character_ends[len(text) - 1] + 1.0)
        return self._replace(
            text=text,
            character_ends=ends,
            break_places=[place for place in self.break_places if place.position < len(text) - 1],
        )


def _fit_at_size(
    measured: _MeasuredText, size: float, width: float, max_lines: int
) -> tuple[float, TextBlock] | None:
    """Return a text at this size with the cost of its breaks, or None if it does not fit."""
    ends = measured.character_ends
    balanced_lines = balance_lines(
        measured.text,
        measured.break_places,
        width / size,
        lambda first, last: ends[last] - ends[first],
        max_lines,
    )
    if balanced_lines is None:
        return None
    leading = LEADING_HAN if measured.full_width else LEADING_LATIN
    return balanced_lines[1], TextBlock(
        balanced_lines[0], measured.weight, size, leading, measured.full_width
    )


def _truncate_to_fit(
    measured: _MeasuredText, size: float, width: float, max_lines: int, max_height: float
) -> TextBlock:
    """Return as much of a text as fits, ended by an ellipsis.

    A card quotes; the captions have every word.
    """
    low, high = 1, len(measured.text)
    best = TextBlock(("…",), measured.weight, size, LEADING_HAN, measured.full_width)
    while low <= high:
        middle = (low + high) // 2
        fit = _fit_at_size(measured.truncated(middle), size, width, max_lines)
        if fit is None or fit[1].height > max_height:
            high = middle - 1
        else:
            best, low = fit[1], middle + 1
    return best


def draw_running_head(sheet: CardSheet, card: Card) -> float:
    """Draw the chapter's number and title, a mark for each chapter, and the channel's name.

    Returns the row below it.
    """
    unit, theme = sheet.unit, sheet.theme
    gap = 22 * unit
    number = sheet.fit_block(card.figure or card.position, SMALL_SIZE * 1.15, sheet.width / 5)
    number_width = block_width(sheet, number)
    channel = sheet.fit_block(
        "" if sheet.logo is not None else card.note,
        SMALL_SIZE,
        sheet.width * 0.25,
        weight="regular",
        max_lines=1,
    )
    if sheet.logo is not None:
        right = sheet.draw_logo_or_name("", SMALL_SIZE, theme.muted) - gap
    else:
        sheet.draw_block(channel, sheet.right, sheet.top, theme.muted, align=1.0)
        right = sheet.right - (block_width(sheet, channel) + gap if channel.lines else 0)
    x = sheet.left + (number_width + gap if number.lines else 0)
    head = sheet.fit_block(
        "" if card.running_head == card.heading else card.running_head,
        SMALL_SIZE,
        right - x if sheet.is_tall else sheet.width * 0.36,
        weight="regular",
        max_lines=1,
        min_scale=1.0,
    )
    sheet.draw_block(number, sheet.left, sheet.top - 0.08 * number.size, theme.accent)
    sheet.draw_block(head, x, sheet.top, theme.muted)
    below = sheet.top + SMALL_SIZE * unit
    if sheet.is_tall:
        below += 24 * unit
        _draw_chapter_marks(sheet, card, sheet.left, sheet.right, below)
    else:
        x += block_width(sheet, head) + gap if head.lines else 0
        _draw_chapter_marks(sheet, card, x, right, sheet.top + SMALL_SIZE * 0.5 * unit)
    return below + 6 * unit


def _draw_chapter_marks(sheet: CardSheet, card: Card, left: float, right: float, y: float) -> None:
    """Draw a bar for each chapter, in the accent's colour as far as the talk has come."""
    if not card.chapters:
        return
    unit = sheet.unit
    gap = 8 * unit
    width = (right - left - gap * (card.chapters - 1)) / card.chapters
    for place in range(card.chapters):
        x = left + place * (width + gap)
        done = min(max(card.chapter - 1 + max(card.progress, 0.08) - place, 0.0), 1.0)
        for part, colour in ((1.0, sheet.theme.hairline), (done, sheet.theme.accent)):
            if part:
                draw_panel(
                    sheet.canvas, x, y - 3 * unit, width * part, 6 * unit, colour, radius=3 * unit
                )


def block_width(sheet: CardSheet, block: TextBlock) -> float:
    """Return the width of the longest line of a block in px."""
    shaper = sheet.canvas.text_renderer.shaper
    return max(
        (
            shaper.shape_line(line, block.weight, block.size, full_width=block.full_width).width
            for line in block.lines
        ),
        default=0.0,
    )
