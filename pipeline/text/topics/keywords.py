"""The key terms of some rows, in the author's own words."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.text.topics.term_extraction import Term, extract_terms, term_weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.text.word_segmenter import Segmenter

_EARLY_FACTOR, _LONG_TERM_FACTOR, _PASSING_FACTOR = (
    1.4,
    1.3,
    0.5,
)  # named early in the rows; more than two characters; a short word said once

_FEW_ROWS = 4


def key_terms(
    rows: Sequence[str], segmenter: Segmenter, count: int, *, talk: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return up to `count` key terms of some rows, best first: TF-IDF with jieba's word counts.

    Names of several words, products and compounds stay whole, in the author's spelling. No term
    comes twice, in another case or as a part of another term. With the whole `talk`, terms that
    are frequent everywhere in it count less than terms of these rows alone.
    """
    row_terms, counts_in_talk = _terms_with_counts(rows, talk, segmenter)
    rows_by_term: dict[str, list[int]] = {}
    for index, row in enumerate(row_terms):
        for term in row:
            if term.is_topic_word:
                rows_by_term.setdefault(term.text, []).append(index)
    scores = {
        text: _term_score(text, at, counts_in_talk[text], len(rows)) * term_weight(text, segmenter)
        for text, at in rows_by_term.items()
    }
    chosen: list[str] = []
    for text in sorted(scores, key=lambda term: (-scores[term], rows_by_term[term][0])):
        lowercase = text.casefold()
        if not any(
            lowercase in other.casefold() or other.casefold() in lowercase for other in chosen
        ):
            chosen.append(text)
        if len(chosen) == count:
            break
    return tuple(chosen)


def _term_score(term: str, row_indexes: Sequence[int], count_in_talk: int, row_count: int) -> float:
    """Return how much a term stands out: often, here more than elsewhere, and early."""
    share = len(row_indexes) / max(len(row_indexes), count_in_talk)
    score = (
        math.pow(len(row_indexes), 0.7)
        * share
        * (_LONG_TERM_FACTOR if len(term) > len("名词") else 1.0)
    )
    passing = len(row_indexes) == 1 and len(term) <= len("名词") and row_count > _FEW_ROWS
    return (
        score
        * (_EARLY_FACTOR if row_indexes[0] * 3 <= row_count else 1.0)
        * (_PASSING_FACTOR if passing else 1.0)
    )


def _terms_with_counts(
    rows: Sequence[str], talk: Sequence[str], segmenter: Segmenter
) -> tuple[list[list[Term]], Counter[str]]:
    """Return the terms of the rows, and the count of each term in the whole talk.

    If the rows are not part of the talk, terms are counted in the rows.
    """
    row_list = list(rows)
    talk_list = list(talk)
    talk_start = next(
        (
            start
            for start in range(len(talk_list) - len(row_list) + 1)
            if talk_list[start : start + len(row_list)] == row_list
        ),
        None,
    )
    talk_terms = extract_terms(talk_list if talk_start is not None else row_list, segmenter)
    row_terms = (
        talk_terms if talk_start is None else talk_terms[talk_start : talk_start + len(row_list)]
    )
    return row_terms, Counter(term.text for row in talk_terms for term in row)
