"""The numbered list: what the talk counts up, one entry a line between hairlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import (
    BODY_SIZE,
    GRID_COLUMNS,
    LEAD_SIZE,
    draw_running_head,
)

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet, TextBlock

MAX_ENTRIES = 5
"""More entries than this cannot be taken in while somebody speaks."""

_MAX_SIZE, _MIN_SIZE, _SIZE_STEP = 1.2 * LEAD_SIZE, 0.5 * LEAD_SIZE, 0.94
_PADDING = 0.62  # above and below an entry, in em


def draw_list_card(sheet: CardSheet, card: Card) -> None:
    """Draw up to five entries at one size, with equal padding."""
    unit, theme = sheet.unit, sheet.theme
    y = draw_running_head(sheet, card)
    heading = sheet.fit_block(card.heading, BODY_SIZE, sheet.width, max_lines=1)
    y = sheet.draw_block(heading, sheet.left, y + 40 * unit, theme.accent) + 14 * unit
    x = sheet.column_left(2 if sheet.is_tall else 1)
    entries = _fit_entries(
        sheet, card.items[:MAX_ENTRIES], sheet.right - x, sheet.content_bottom - y
    )
    for number, block in enumerate(entries, 1):
        if number > 1:
            sheet.draw_rule(sheet.left, y, sheet.width)
        y += _PADDING * block.size
        figure = sheet.fit_block(
            str(number), block.size / unit, sheet.width / GRID_COLUMNS, max_lines=1, min_scale=1.0
        )
        sheet.draw_block(figure, sheet.left, y, theme.accent)
        y = sheet.draw_block(block, x, y, theme.text) + _PADDING * block.size


def _fit_entries(
    sheet: CardSheet, items: tuple[str, ...], width: float, max_height: float
) -> list[TextBlock]:
    """Return the entries at the largest size at which all of them fit.

    At the smallest size, those that fit are returned, cut to one line each.
    """
    max_lines = 3 if sheet.is_tall else 2
    size = _MAX_SIZE
    while size > _MIN_SIZE:
        blocks = [
            sheet.fit_block(item, size, width, max_lines=max_lines, min_scale=1.0) for item in items
        ]
        if _total_height(blocks) <= max_height and not any(
            block.lines[-1].endswith("…") for block in blocks
        ):
            return blocks
        size *= _SIZE_STEP
    blocks = [sheet.fit_block(item, _MIN_SIZE, width, max_lines=1, min_scale=1.0) for item in items]
    while blocks and _total_height(blocks) > max_height:
        blocks.pop()
    return blocks


def _total_height(blocks: list[TextBlock]) -> float:
    return sum(block.height + 2 * _PADDING * block.size for block in blocks)
