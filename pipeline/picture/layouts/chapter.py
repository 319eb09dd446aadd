"""The chapter card: its number in the accent colour, its title, and below a rule what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.layouts.frame import running_head
from pipeline.picture.sheet import BODY, TITLE

if TYPE_CHECKING:
    from pipeline.picture.cards import Card
    from pipeline.picture.sheet import Sheet

_NUMBER = 230.0
_TERM = 46.0


def draw(sheet: Sheet, card: Card) -> None:
    """Draw a chapter's card; the number stands beside the title, or above it where the picture is upright."""
    unit, theme = sheet.unit, sheet.theme
    y = running_head(sheet, card) + (40 if sheet.square else 76) * unit
    number = sheet.block(card.mark, _NUMBER * (0.7 if sheet.square else 1), sheet.width / 3, most=1)
    x, width = sheet.left, sheet.width
    if sheet.tall:
        y = sheet.draw(number, sheet.left - 0.05 * number.size, y, theme.accent) + 44 * unit
    else:
        sheet.draw(number, sheet.left - 0.05 * number.size, y - 0.13 * number.size, theme.accent)
        x, width = sheet.column(4), sheet.right - sheet.column(4)
    title = sheet.block(card.heading, TITLE, width, most=4 if sheet.tall else 3, height=(sheet.foot - y) * 0.6)
    y = sheet.draw(title, x - 0.04 * title.size, y, theme.text)
    second = sheet.block(card.second, BODY, width, weight="regular", most=2, height=sheet.foot - y - 30 * unit)
    y = sheet.draw(second, x, y + 30 * unit, theme.muted)
    if card.items:
        (_stacked if sheet.tall and not sheet.square else _beside)(sheet, card.items, x, width, y + 60 * unit)


def _beside(sheet: Sheet, items: tuple[str, ...], x: float, width: float, above: float) -> None:
    """Draw terms side by side along the foot, each under a rule of its own; none where the title leaves no room."""
    unit = sheet.unit
    gutter = 40 * unit
    column = (width - gutter * (len(items) - 1)) / len(items)
    blocks = [sheet.block(item, _TERM, column, weight="regular", most=2) for item in items]
    size = min(block.size for block in blocks)
    blocks = [sheet.block(item, size / unit, column, weight="regular", most=2, smallest=1.0) for item in items]
    y = sheet.foot - max(block.height for block in blocks)
    if y - 28 * unit < above:
        return
    for place, block in enumerate(blocks):
        left = x + place * (column + gutter)
        sheet.rule(left, y - 28 * unit, column)
        sheet.draw(block, left, y, sheet.theme.text)


def _stacked(sheet: Sheet, items: tuple[str, ...], x: float, width: float, above: float) -> None:
    """Draw terms one below the other, ending at the foot; as many as the title leaves room for."""
    unit = sheet.unit
    step = 40 * unit
    blocks = [sheet.block(item, _TERM, width, weight="regular", most=2) for item in items]
    while blocks and sum(block.height + step for block in blocks) + step * (len(blocks) - 1) > sheet.foot - above:
        blocks.pop()
    y = sheet.foot - sum(block.height + step for block in blocks) - step * max(len(blocks) - 1, 0)
    for block in blocks:
        sheet.rule(x, y, width)
        y = sheet.draw(block, x, y + step, sheet.theme.text) + step
