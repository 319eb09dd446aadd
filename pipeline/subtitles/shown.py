"""Where the characters on the screen stand in the author's row: lines may have lost spaces and punctuation, never order."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FARTHEST = 12
_ALIKE = {"“": '"', "”": '"', "•": "·", "・": "·", "‧": "·", "…": "."}


def places(source: str, lines: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Return, for each character of each line, its index in the source (the next one's for a character the source does not have)."""
    text = "".join(map(_folded, source))
    at = 0
    out = []
    for line in lines:
        here = []
        for char in line:
            found = text.find(_folded(char), at, at + _FARTHEST) if not char.isspace() else -1
            at = found if found >= 0 else at
            here.append(min(at, max(0, len(source) - 1)))
            at = at + 1 if found >= 0 else at
        out.append(tuple(here))
    return tuple(out)


def _folded(char: str) -> str:
    """Return what a character and the forms a profile may show it in have in common."""
    plain = unicodedata.normalize("NFKC", char)
    return _ALIKE.get(char) or (plain if len(plain) == 1 else char)


def line_ends(source: str, lines: Sequence[str]) -> tuple[int, ...]:
    """Return where each line ends in the source, so that the slices between, joined, are the source; the last one is its length.

    A line ends where the next one begins: what a profile dropped at a break belongs to the line before it.
    """
    begins = [where[0] for where in places(source, lines) if where]
    return (*begins[1:], len(source)) if begins else ()
