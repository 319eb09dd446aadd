"""Where the characters on the screen stand in the author's row: lines may have lost spaces and punctuation, never order."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_SKIPPED = 12
_EQUIVALENTS = {"“": '"', "”": '"', "•": "·", "・": "·", "‧": "·", "…": "."}


def source_indices(source: str, lines: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Return, for each character of each line, its index in the source (the next one's for a character the source does not have)."""
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
    """Return what a character and the forms a profile may show it in have in common."""
    compatible = unicodedata.normalize("NFKC", char)
    return _EQUIVALENTS.get(char) or (compatible if len(compatible) == 1 else char)


def line_ends_in_source(source: str, lines: Sequence[str]) -> tuple[int, ...]:
    """Return where each line ends in the source, so that the slices between, joined, are the source; the last one is its length.

    A line ends where the next one begins: what a profile dropped at a break belongs to the line before it.
    """
    begins = [indices[0] for indices in source_indices(source, lines) if indices]
    return (*begins[1:], len(source)) if begins else ()
