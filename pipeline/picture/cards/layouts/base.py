"""What a card layout is, and how to add one.

1. Write a drawing function `draw_NAME_card(sheet, card)` in a file of its own in this folder. The
   sheet gives it margins, twelve columns, type sizes and the colours of the theme (see
   `cards/card_sheet.py`). Draw nothing below `sheet.content_bottom`: captions are there.
2. Describe it by a `CardLayout`. In this package, add that to `CARD_LAYOUTS` in `card_drawing.py`.
   In another package, publish it as an entry point of the group `episode.cards`:

       [project.entry-points."episode.cards"]
       stages = "my_package.stages_card:LAYOUT"

3. Name in `needs` the fields of `Card` that the layout cannot do without. A card that lacks one of
   them is drawn by another layout.
4. Say in `claims` which cards it draws. Without `claims` these are the cards whose kind is its
   name. With `claims` the layout looks at what the card says:

       claims=lambda card: card.kind == "chapter" and "→" in card.heading

   So an author claims a chapter for a layout by what the chapter's title says.
5. Give it a `priority` above 0 if it goes before the layouts of this package. Of layouts with the
   same priority, the first in the table draws the card; this package's own come first.
6. In another package, raise `version` when the pixels change, so that cards in the cache are drawn
   again. The source of this package is part of the cache's keys already.

`tests/picture/test_card_layouts.py` tests the table; `tests/extension_package` contains a layout
of another package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.picture.cards.card import Card
    from pipeline.picture.cards.card_sheet import CardSheet


@dataclass(frozen=True, slots=True)
class CardLayout:
    """One way to draw a card.

    `label` is what people call the slides it makes, `draw` sets a card on a sheet, `needs` names
    fields of `Card` that must not be empty, `claims` chooses cards (None: those whose kind is
    `name`).
    """

    name: str
    label: str
    draw: Callable[[CardSheet, Card], None]
    needs: tuple[str, ...] = ()
    claims: Callable[[Card], bool] | None = None
    priority: int = 0
    version: int = 1

    def can_draw(self, card: Card) -> bool:
        """Return whether the layout claims a card that has every field it needs."""
        if not all(getattr(card, field) for field in self.needs):
            return False
        return card.kind == self.name if self.claims is None else self.claims(card)
