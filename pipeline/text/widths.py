"""How wide a text is on the screen, in characters, by either of the two ways the standards count."""

from __future__ import annotations

import unicodedata
from typing import Literal

from pipeline.text.atoms import continuing

Kind = Literal["strict", "visual"]

# ambiguous in Unicode, as wide as a Chinese character in every Chinese font
_WIDE_HERE = frozenset("“”‘…—‖※→←↑↓①②③④⑤⑥⑦⑧⑨⑩○●□■△▲☆★")
_PICTURES = "\U0001f000"


def width(text: str, kind: Kind) -> float:
    """Return the width of a text in characters.

    `strict` counts every character a reader sees as 1; `visual` counts half-width characters (Latin, digits, spaces) as ½. An accent
    or the parts of one emoji count nothing.
    """
    return sum(widths(text, kind))


def widths(text: str, kind: Kind) -> list[float]:
    """Return the width of each character of a text, as `width` counts."""
    counted: list[float] = []
    for char, goes_on in zip(text, continuing(text), strict=True):
        if char == "\ufe0f" and counted:
            counted[-1] = max(counted[-1], 1.0)  # the mark that makes a symbol a picture
        counted.append(0.0 if goes_on or _unseen(char) else _one(char, kind))
    return counted


def _unseen(char: str) -> bool:
    return char >= "\u0300" and unicodedata.category(char) in {"Cf", "Mn", "Me"}


def _one(char: str, kind: Kind) -> float:
    if kind == "strict" or char in _WIDE_HERE:
        return 1.0
    return 1.0 if char >= _PICTURES or unicodedata.east_asian_width(char) in "WF" else 0.5
