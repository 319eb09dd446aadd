"""Cache of segmented words and line breaks for open pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.text.linebreak.line_breaker import break_row
from pipeline.text.word_segmenter import CachedSegmenter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.subtitle_profiles import CueLimits
    from pipeline.text.linebreak.line_breaker import CueText

_MAX_CACHED_TEXTS = 20_000
"""Texts that are cached: the rows of several episodes, each edited many times."""


class RowBreakCache(CachedSegmenter):
    """A cached segmenter that also breaks each row into cues only once."""

    def __init__(self) -> None:
        """Start empty; the dictionary is loaded with the first Chinese word."""
        super().__init__(max_texts=_MAX_CACHED_TEXTS)
        self._parts_by_row: dict[tuple[str, str], tuple[CueText, ...]] = {}

    def row_parts(self, rows: Iterable[str], limits: CueLimits) -> list[tuple[CueText, ...]]:
        """Return the cues that each row is broken into."""
        if len(self._parts_by_row) >= _MAX_CACHED_TEXTS:
            self._parts_by_row.clear()
        parts_of_rows = []
        for text in rows:
            key = (limits.name, text)
            if key not in self._parts_by_row:
                self._parts_by_row[key] = break_row(text, limits, self)
            parts_of_rows.append(self._parts_by_row[key])
        return parts_of_rows
