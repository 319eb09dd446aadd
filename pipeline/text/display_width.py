"""The width of a text on the screen, in characters, by the two ways the standards count."""

from __future__ import annotations

import unicodedata
from typing import Literal

from pipeline.text.graphemes import grapheme_continuations
from pipeline.text.unicode_scripts import is_full_width

WidthKind = Literal["strict", "visual"]


# "Ambiguous" in Unicode Standard Annex 11, but full width in every Chinese font.
_WIDE_IN_CHINESE_FONTS = frozenset("“”‘…—‖※→←↑↓①②③④⑤⑥⑦⑧⑨⑩○●□■△▲☆★")
_FIRST_EMOJI = "\U0001f000"


def display_width(text: str, kind: WidthKind) -> float:
    """Return the width of a text in characters.

    `strict` counts every visible character as 1; `visual` counts half-width characters (Latin,
    digits, spaces) as ½. Accents and the further parts of an emoji count nothing.
    """
    return sum(character_widths(text, kind))


def character_widths(text: str, kind: WidthKind) -> list[float]:
    """Return the width of each character of a text, counted as in `display_width`."""
    counts: list[float] = []
    for char, continues in zip(text, grapheme_continuations(text), strict=True):
        if char == "\ufe0f" and counts:
            counts[-1] = max(counts[-1], 1.0)  # the selector that makes a symbol a picture
        counts.append(0.0 if continues or _is_invisible(char) else _character_width(char, kind))
    return counts


def _is_invisible(char: str) -> bool:
    return char >= "\u0300" and unicodedata.category(char) in {"Cf", "Mn", "Me"}


def _character_width(char: str, kind: WidthKind) -> float:
    if kind == "strict" or char in _WIDE_IN_CHINESE_FONTS:
        return 1.0
    return 1.0 if char >= _FIRST_EMOJI or is_full_width(char) else 0.5
