"""A segmenter that remembers: choosing cards asks for the words of every row once a chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.text.words import Segmenter

if TYPE_CHECKING:
    from pipeline.text.words import Spans


class RememberingSegmenter(Segmenter):
    """Answers as the segmenter it is made from, and cuts each text once. It is made for one call and thrown away."""

    def __init__(self, segmenter: Segmenter) -> None:
        """Ask `segmenter` what is not known yet."""
        self._asked = segmenter
        self._known: dict[str, Spans] = {}

    def words(self, text: str) -> Spans:
        """Return the words of a text as ranges of characters."""
        if text not in self._known:
            self._known[text] = self._asked.words(text)
        return self._known[text]

    def tag(self, word: str) -> str:
        """Return the part of speech of a word."""
        return self._asked.tag(word)

    def frequency(self, word: str) -> int:
        """Return how often a word was counted."""
        return self._asked.frequency(word)
