"""What stays at hand while a page is open: words cut once, rows broken into lines once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.text.words import Segmenter
from pipeline.text.wrap import break_row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.text.profiles import Limits
    from pipeline.text.words import Spans
    from pipeline.text.wrap import Part

_MOST = 20_000
"""Texts remembered: several episodes' rows, each edited many times."""


class Bench(Segmenter):
    """A segmenter that cuts each text once, and breaks each row once; it forgets all when it holds too much."""

    def __init__(self) -> None:
        """Know nothing yet; the dictionary is read at the first Chinese word."""
        self._words: dict[str, Spans] = {}
        self._parts: dict[tuple[str, str], tuple[Part, ...]] = {}

    def words(self, text: str) -> Spans:
        """Return the words of a text as ranges of characters."""
        if text not in self._words:
            if len(self._words) >= _MOST:
                self._words.clear()
            self._words[text] = super().words(text)
        return self._words[text]

    def parts(self, rows: Iterable[str], limits: Limits) -> list[tuple[Part, ...]]:
        """Return the cues each row is broken into."""
        if len(self._parts) >= _MOST:
            self._parts.clear()
        found = []
        for text in rows:
            key = (limits.name, text)
            if key not in self._parts:
                self._parts[key] = break_row(text, limits, self)
            found.append(self._parts[key])
        return found
