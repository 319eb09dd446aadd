"""A card layout: the stages of a process side by side.

For chapters whose titles name them with arrows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.cards.card_sheet import TITLE_SIZE, draw_running_head
from pipeline.picture.cards.layouts.base import CardLayout

if TYPE_CHECKING:
    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet

ARROW = "→"
_GAP = 40.0


def draw_stages_card(sheet: CardSheet, card: Card) -> None:
    """Draw each stage under a bar of the accent colour."""
    top = draw_running_head(sheet, card) + 120 * sheet.unit
    stages = [stage.strip() for stage in card.heading.split(ARROW)]
    gap = _GAP * sheet.unit
    width = (sheet.width - gap * (len(stages) - 1)) / len(stages)
    for number, stage in enumerate(stages):
        left = sheet.left + number * (width + gap)
        sheet.draw_rule(left, top, width, sheet.theme.accent, 16)
        block = sheet.fit_block(stage, TITLE_SIZE, width, max_lines=2)
        sheet.draw_block(block, left, top + gap, sheet.theme.text)


def claims(card: Card) -> bool:
    """Return whether a card opens a chapter whose title has an arrow.

    With an arrow the author asks for this layout.
    """
    return card.kind == "chapter" and ARROW in card.heading


LAYOUT = CardLayout(
    "stages", "stages card", draw_stages_card, ("heading",), claims=claims, priority=1
)
