"""A slide card: what it says and how it is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CardKind = Literal["title", "chapter", "key_line", "quotation", "list", "year", "figure", "closing"]


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. It is shown from row `row` on (one past the last row: when the talk is over); `chapter` counts from 1.

    `heading` is the main text, `second` its translation, `items` terms or entries, `mark` a number or year set large, `note` a small
    line, `head` and `place` the running head's two ends.
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
