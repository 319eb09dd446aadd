"""A card: one state of a slide that is drawn from the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CardKind = Literal[
    "title",
    "chapter",
    "steps",
    "timeline",
    "figure",
    "bars",
    "comparison",
    "quotation",
    "person",
    "definition",
    "question",
    "agenda",
    "recap",
    "closing",
]


@dataclass(frozen=True, slots=True)
class CardPoint:
    """Something that appears on a card; the fields are those of `outline.Point`."""

    text: str
    label: str = ""
    value: float | None = None
    side: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says, from row `row` on; one past the last row is after the end of the talk.

    `chapter` counts from 1, of `chapters`. `heading` is the main text. Of `points` and `terms` the
    first `shown` and `terms_shown` are drawn, and places are kept for the others, so that nothing
    moves when they appear; point `lit` (-1: none) is the one being said. `items` are the texts
    drawn so far. `figure` is the chapter's number, `note` the channel's or author's name,
    `running_head` the chapter's title, `position` its place, `progress` how
    much of it (0–1) has been said.
    """

    kind: CardKind
    row: int
    chapter: int
    heading: str
    translation: str = ""
    items: tuple[str, ...] = ()
    figure: str = ""
    note: str = ""
    running_head: str = ""
    position: str = ""
    chapters: int = 0
    points: tuple[CardPoint, ...] = ()
    shown: int = 0
    lit: int = -1
    terms: tuple[str, ...] = ()
    terms_shown: int = 0
    icon: str = ""
    progress: float = 0.0

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that is written on the card."""
        return (
            self.heading,
            self.translation,
            *self.items,
            *(text for point in self.points for text in (point.label, point.text)),
            *self.terms,
            self.figure,
            self.note,
            self.running_head,
            self.position,
        )
