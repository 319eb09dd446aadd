"""A card: a slide that is drawn from the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CardKind = Literal["title", "chapter", "key_line", "quotation", "list", "year", "figure", "closing"]


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says, from row `row` on; one past the last row is after the end of the talk.

    `chapter` counts from 1. `heading` is the main text, `items` are terms or entries, `figure` is a
    number or year set large, `note` is a small line; `running_head` and `position` are the two ends
    of the running head.
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

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that is written on the card."""
        return (
            self.heading,
            self.translation,
            *self.items,
            self.figure,
            self.note,
            self.running_head,
            self.position,
        )
