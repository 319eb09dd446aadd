"""Which code points form one visible character."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def grapheme_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of visible characters: a letter with accents, an emoji with its parts."""
    start = 0
    for end, continues in enumerate(grapheme_continuations(text)):
        if end and not continues:
            yield start, end
            start = end
    if text:
        yield start, len(text)


def grapheme_continuations(text: str) -> list[bool]:
    """Return for each character whether it belongs to the visible character before it."""
    continuations: list[bool] = []
    flag_letters = 0  # flag letters so far: every second one belongs to the one before
    before = ""
    for char in text:
        flag_letters = flag_letters + 1 if "\U0001f1e6" <= char <= "\U0001f1ff" else 0
        continuations.append(
            bool(before)
            and char >= "\u0300"
            and (_extends_grapheme(before, char) or (flag_letters > 0 and flag_letters % 2 == 0))
        )
        before = char
    return continuations


def _extends_grapheme(before: str, char: str) -> bool:
    if (
        before == "\u200d"
        or char == "\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    ):
        return True
    return unicodedata.category(char)[0] == "M"
