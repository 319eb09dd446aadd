"""The positions of displayed characters in the author's row.

Lines may lack spaces and punctuation of the row, but never change its order.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_SKIPPED = 12
"""So many characters of the source may be missing in a row on the screen."""

_EQUIVALENTS = {"“": '"', "”": '"', "•": "·", "・": "·", "‧": "·", "…": "."}


def source_indices(source: str, lines: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Return the index in the source of each character of each line.

    A character that the source does not have gets the index of the next one.
    """
    text = "".join(map(_fold_character, source))
    position = 0
    out = []
    for line in lines:
        indices = []
        for char in line:
            match = (
                text.find(_fold_character(char), position, position + _MAX_SKIPPED)
                if not char.isspace()
                else -1
            )
            position = match if match >= 0 else position
            indices.append(min(position, max(0, len(source) - 1)))
            position = position + 1 if match >= 0 else position
        out.append(tuple(indices))
    return tuple(out)


def _fold_character(char: str) -> str:
    """Return the form that a character shares with those a profile may show it in."""
    compatible = unicodedata.normalize("NFKC", char)
    return _EQUIVALENTS.get(char) or (compatible if len(compatible) == 1 else char)


def line_ends_in_source(source: str, lines: Sequence[str]) -> tuple[int, ...]:
    """Return the end of each line in the source; the slices between them join to the source.

    A line ends where the next one begins, so characters that a profile dropped at a break belong to
    the line before it. The last end is the length of the source.
    """
    begins = [indices[0] for indices in source_indices(source, lines) if indices]
    return (*begins[1:], len(source)) if begins else ()
