"""Titles proposed from a talk: whole chapter titles, those with most of its key terms first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.text.topics.keywords import key_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.text.word_segmenter import Segmenter

_TERMS, _TERMS_IN_A_TITLE = 8, 3


def propose_titles(
    rows: Sequence[str], chapter_titles: Sequence[str], segmenter: Segmenter, given: str = ""
) -> tuple[str, ...]:
    """Return up to three different titles, the best first; empty for a talk without words.

    A title that the author has `given` comes first, alone and with chapters' titles.
    """
    terms = key_terms(rows, segmenter, _TERMS)

    def rank(title: str) -> int:
        weights = range(_TERMS, 0, -1)
        return -sum(weight for term, weight in zip(terms, weights, strict=False) if term in title)

    chapters = sorted(dict.fromkeys(title for title in chapter_titles if title), key=rank)
    joined = "、".join(terms[:_TERMS_IN_A_TITLE])
    found = (
        [given, *(f"{given} | {chapter}" for chapter in chapters if chapter != given)]
        if given
        else [*chapters[:2], joined, *chapters[2:]]
    )
    return tuple(dict.fromkeys(title for title in found if title))[:3]
