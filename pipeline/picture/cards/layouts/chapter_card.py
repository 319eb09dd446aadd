"""The chapter card: its number in the accent colour, its title, and its topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import BODY_SIZE, TITLE_SIZE, draw_running_head

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet

_NUMBER_SIZE = 230.0
_TERM_SIZE = 46.0


def draw_chapter_card(sheet: CardSheet, card: Card) -> None:
    """Draw a chapter's card.

    The number is beside the title, or above it in an upright picture.
    """
    unit, theme = sheet.unit, sheet.theme
    y = draw_running_head(sheet, card) + (40 if sheet.is_near_square else 76) * unit
    number = sheet.fit_block(
        card.figure,
        _NUMBER_SIZE * (0.7 if sheet.is_near_square else 1),
        sheet.width / 3,
        max_lines=1,
    )
    x, width = sheet.left, sheet.width
    if sheet.is_tall:
        y = sheet.draw_block(number, sheet.left - 0.05 * number.size, y, theme.accent) + 44 * unit
    else:
        sheet.draw_block(
            number, sheet.left - 0.05 * number.size, y - 0.13 * number.size, theme.accent
        )
        x, width = sheet.column_left(4), sheet.right - sheet.column_left(4)
    title = sheet.fit_block(
        card.heading,
        TITLE_SIZE,
        width,
        max_lines=4 if sheet.is_tall else 3,
        max_height=(sheet.content_bottom - y) * 0.6,
    )
    y = sheet.draw_block(title, x - 0.04 * title.size, y, theme.text)
    translation = sheet.fit_block(
        card.translation,
        BODY_SIZE,
        width,
        weight="regular",
        max_lines=2,
        max_height=sheet.content_bottom - y - 30 * unit,
    )
    y = sheet.draw_block(translation, x, y + 30 * unit, theme.muted)
    if card.items:
        (
            _draw_terms_stacked
            if sheet.is_tall and not sheet.is_near_square
            else _draw_terms_in_columns
        )(sheet, card.items, x, width, y + 60 * unit)


def _draw_terms_in_columns(
    sheet: CardSheet, items: tuple[str, ...], x: float, width: float, above: float
) -> None:
    """Draw terms side by side along the foot, each under a rule of its own.

    None is drawn if the title leaves no room.
    """
    unit = sheet.unit
    gutter = 40 * unit
    column = (width - gutter * (len(items) - 1)) / len(items)
    blocks = [
        sheet.fit_block(item, _TERM_SIZE, column, weight="regular", max_lines=2) for item in items
    ]
    size = min(block.size for block in blocks)
    blocks = [
        sheet.fit_block(item, size / unit, column, weight="regular", max_lines=2, min_scale=1.0)
        for item in items
    ]
    y = sheet.content_bottom - max(block.height for block in blocks)
    if y - 28 * unit < above:
        return
    for number, block in enumerate(blocks):
        left = x + number * (column + gutter)
        sheet.draw_rule(left, y - 28 * unit, column)
        sheet.draw_block(block, left, y, sheet.theme.text)


def _draw_terms_stacked(
    sheet: CardSheet, items: tuple[str, ...], x: float, width: float, above: float
) -> None:
    """Draw terms one below the other, ending at the foot, as many as there is room for."""
    unit = sheet.unit
    step = 40 * unit
    blocks = [
        sheet.fit_block(item, _TERM_SIZE, width, weight="regular", max_lines=2) for item in items
    ]
    while (
        blocks
        and sum(block.height + step for block in blocks) + step * (len(blocks) - 1)
        > sheet.content_bottom - above
    ):
        blocks.pop()
    y = (
        sheet.content_bottom
        - sum(block.height + step for block in blocks)
        - step * max(len(blocks) - 1, 0)
    )
    for block in blocks:
        sheet.draw_rule(x, y, width)
        y = sheet.draw_block(block, x, y + step, sheet.theme.text) + step
