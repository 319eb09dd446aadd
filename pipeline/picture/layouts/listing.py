"""The numbered list: what the talk counts up, one entry a line between hairlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.layouts.frame import running_head
from pipeline.picture.sheet import BODY, COLUMNS, LEAD

if TYPE_CHECKING:
    from pipeline.picture.cards import Card
    from pipeline.picture.sheet import Block, Sheet

MOST = 5
"""More entries than this cannot be taken in while somebody speaks."""

_LARGEST, _SMALLEST, _STEP = 1.2 * LEAD, 0.5 * LEAD, 0.94
_AIR = 0.62  # above and below an entry, in em


def draw(sheet: Sheet, card: Card) -> None:
    """Draw up to five entries at one size, each as high as its lines, with the same air between them."""
    unit, theme = sheet.unit, sheet.theme
    y = running_head(sheet, card)
    heading = sheet.block(card.heading, BODY, sheet.width, most=1)
    y = sheet.draw(heading, sheet.left, y + 40 * unit, theme.accent) + 14 * unit
    x = sheet.column(2 if sheet.tall else 1)
    entries = _set(sheet, card.items[:MOST], sheet.right - x, sheet.foot - y)
    for number, block in enumerate(entries, 1):
        if number > 1:
            sheet.rule(sheet.left, y, sheet.width)
        y += _AIR * block.size
        figure = sheet.block(str(number), block.size / unit, sheet.width / COLUMNS, most=1, smallest=1.0)
        sheet.draw(figure, sheet.left, y, theme.accent)
        y = sheet.draw(block, x, y, theme.text) + _AIR * block.size


def _set(sheet: Sheet, items: tuple[str, ...], width: float, room: float) -> list[Block]:
    """Return the entries at the largest size at which all of them fit; at the smallest one as many as do, cut to a line each."""
    most = 3 if sheet.tall else 2
    size = _LARGEST
    while size > _SMALLEST:
        blocks = [sheet.block(item, size, width, most=most, smallest=1.0) for item in items]
        if _height(blocks) <= room and not any(block.lines[-1].endswith("…") for block in blocks):
            return blocks
        size *= _STEP
    blocks = [sheet.block(item, _SMALLEST, width, most=1, smallest=1.0) for item in items]
    while blocks and _height(blocks) > room:
        blocks.pop()
    return blocks


def _height(blocks: list[Block]) -> float:
    return sum(block.height + 2 * _AIR * block.size for block in blocks)
