"""An episode's slides, ready in the store: the cards made from its text, and the pictures its author gave."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from pipeline.picture import card_drawing
from pipeline.picture.canvas import Press
from pipeline.picture.card_drawing import draw_card
from pipeline.picture.slides import KIND, Slide, keep
from pipeline.store import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Observe
    from pipeline.picture.cards import Card
    from pipeline.picture.look import Look
    from pipeline.store import Store
    from pipeline.text.words import Segmenter

_DRAWN = "card"


@dataclass(frozen=True, slots=True)
class Deck:
    """Cards with their slides, in the order shown; numbered slides in their order; the slides rows name, by those names."""

    cards: tuple[tuple[Card, Slide], ...]
    numbered: tuple[Slide, ...] = ()
    named: tuple[tuple[str, Slide], ...] = ()
    notices: tuple[str, ...] = ()


def draw_cards(cards: Sequence[Card], look: Look, segmenter: Segmenter, store: Store, observe: Observe) -> tuple[tuple[Card, Slide], ...]:
    """Return every card with its slide; one drawn before (by what it says, not by when) is not drawn again."""
    press = Press.of(look.faces)
    drawn = []
    for number, card in enumerate(cards, 1):
        drawn.append((card, Slide(_drawn(card, look, press, segmenter, store), f"{card.kind.replace('_', ' ')} card")))
        observe("slides", number, len(cards))
    return tuple(drawn)


def _drawn(card: Card, look: Look, press: Press, segmenter: Segmenter, store: Store) -> str:
    said = asdict(replace(card, row=0, chapter=0))
    recipe = digest("card", card_drawing.VERSION, said, look.key, version("jieba"))
    known = store.get(_DRAWN, recipe)
    if known is not None and store.path(KIND, known.decode("ascii")).exists():
        return known.decode("ascii")
    key = keep(store, draw_card(card, (look.width, look.height), look.foot, look.theme, press, segmenter))
    store.put(_DRAWN, recipe, key.encode("ascii"))
    return key
