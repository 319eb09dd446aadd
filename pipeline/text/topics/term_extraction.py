"""Find the terms of a talk: whole names, compounds of words that come together, no filler words."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.text.traditional import simplified_copy
from pipeline.text.unicode_scripts import DIGIT, HAN, HAN_NUMERALS, LATIN, has_han
from pipeline.text.word_lists import english_function_words, load_words
from pipeline.text.word_segmenter import is_foreign_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.text.word_segmenter import Segmenter

_CORPUS_WORDS = 60_101_967
"""Words in the corpus that jieba's dictionary was counted from."""

_UNKNOWN_FREQUENCY = 40
"""Assumed count of a word that jieba does not know: rarer than most, but not than every name."""

_LATIN_NAME_WEIGHT, _LATIN_WORD_WEIGHT = 10.5, 8.0
"""Weights of Latin words, which jieba has no counts for: a name, and a word such as `token`."""

_HAN_WORD = re.compile(f"[{HAN}·]+")
_LATIN_WORD = re.compile(f"(?=.*[{LATIN}])[^{HAN}]+")
_NUMBER = re.compile(r"[$€£¥￥+\-−±]?\d[\d.,:/–-]*[%°℃]*\S{0,2}")
_COUNT_WORD = re.compile(f"[这那每某各另哪上下前后近头好几第数]?[{HAN_NUMERALS}{DIGIT}]")
_GUESSED_TAG = "?"  # jieba made the word up: it counts when it comes again

_HONORIFICS = frozenset(
    {
        "CEO",
        "CTO",
        "CFO",
        "COO",
        "Dr",
        "Dr.",
        "Mr",
        "Mr.",
        "Ms",
        "Ms.",
        "Mrs",
        "Mrs.",
        "Prof",
        "Prof.",
    }
)

_TOPIC_TAGS = frozenset(
    {"n", "nr", "ns", "nt", "nz", "nrt", "nrfg", "ng", "vn", "an", "j", "b", "a"}
)

_MAX_COMPOUND_CHARACTERS = 8
_BOOK_TITLE = re.compile("《([^《》]{2,24})》")
_MAX_LATIN_PHRASE_WORDS = 3
"""Words of a Latin phrase among Chinese (`machine learning model`): more is a sentence."""

_MIN_OCCURRENCES = 2  # a pair that comes once may be chance

_GENERAL_WORDS = load_words("zh/general_words")
_ENGLISH_GENERAL_WORDS = load_words("en/general_words")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, name or compound of a row: its text, its start and its part of speech.

    The tag is jieba's; `eng` is a Latin word.
    """

    text: str
    start: int
    tag: str

    @property
    def end(self) -> int:
        """The index in the row after its last character."""
        return self.start + len(self.text)

    @property
    def is_topic_word(self) -> bool:
        """Whether it can name a subject: a noun of two or more characters, no filler word."""
        if self.tag == "eng":
            return (
                not _is_everyday(self.text)
                and len(self.text) > 1
                and not _NUMBER.fullmatch(self.text)
            )
        if self.text[0] in "更最很不没这那每前" or self.text[-1] in "来去着了过的":
            return False
        return (
            len(self.text) > 1
            and simplified_copy(self.text) not in _GENERAL_WORDS
            and (self.tag[0] in "nj" or self.tag == "vn")
        )


def extract_terms(rows: Sequence[str], segmenter: Segmenter) -> list[list[Term]]:
    """Return the terms of each row, in order; punctuation and spaces are terms with the tag `x`."""
    tagged_rows = [_tagged_terms(row, segmenter) for row in rows]
    occurrences = Counter(
        term.text for row in tagged_rows for term in row if term.tag == _GUESSED_TAG
    )
    tagged_rows = [
        [
            replace(term, tag="nz" if occurrences[term.text] >= _MIN_OCCURRENCES else "x")
            if term.tag == _GUESSED_TAG
            else term
            for term in row
        ]
        for row in tagged_rows
    ]
    for _ in range(2):  # pairs, then pairs of pairs
        tagged_rows = _join_compounds(tagged_rows)
    return tagged_rows


def term_weight(term: str, segmenter: Segmenter) -> float:
    """Return the inverse frequency of a term in nats: 4 for 我们, 14 for a rare name."""
    if _LATIN_WORD.fullmatch(term):
        return _LATIN_NAME_WEIGHT if any(map(str.isupper, term)) else _LATIN_WORD_WEIGHT
    return math.log(_CORPUS_WORDS / max(segmenter.frequency(term), _UNKNOWN_FREQUENCY))


def _is_everyday(word: str) -> bool:
    lowercase = word.replace("’", "'").lower()
    return (
        lowercase in english_function_words()
        or lowercase in _ENGLISH_GENERAL_WORDS
        or (lowercase == word and lowercase.endswith("ly"))
    )


def _tagged_terms(row: str, segmenter: Segmenter) -> list[Term]:
    terms: list[Term] = []
    titles = {match.start(1): match[1] for match in _BOOK_TITLE.finditer(row)}
    chinese = has_han(row)
    title_end = 0
    for start, end in segmenter.words(row):
        word = row[start:end]
        if start < title_end:
            continue  # inside a title
        if start in titles:
            terms.append(Term(titles[start], start, "nz" if has_han(titles[start]) else "eng"))
            title_end = terms[-1].end
        elif _HAN_WORD.fullmatch(word):
            terms.append(Term(word, start, _part_of_speech(word, segmenter)))
        elif _NUMBER.fullmatch(word) or not _LATIN_WORD.fullmatch(word):
            terms.append(Term(word, start, "m" if word[0].isalnum() else "x"))
        elif len(terms) > 1 and _continues_name(terms[-2], terms[-1], word, chinese=chinese):
            space, name = terms.pop(), terms.pop()
            terms.append(Term(name.text + space.text + word, name.start, "eng"))
        else:
            terms.append(Term(word, start, "eng"))
    return terms


def _part_of_speech(word: str, segmenter: Segmenter) -> str:
    if "·" in word:
        return "nr"
    if _COUNT_WORD.match(word) and len(word) > 1:
        return segmenter.tag(word) or "m"
    return segmenter.tag(word) or (_GUESSED_TAG if len(word) > 1 else "x")


def _continues_name(name: Term, space: Term, word: str, *, chinese: bool) -> bool:
    """Return whether a Latin word continues the name before it: `Sam` `Altman`, `iPhone` `Pro`.

    Among Chinese, lower-case words do so too: `gut` `flora`.
    """
    words = name.text.split(" ")
    if (
        space.text != " "
        or name.tag != "eng"
        or words[-1] in _HONORIFICS
        or _is_everyday(words[-1])
    ):
        return False
    if any(map(str.isupper, words[-1])) and any(map(str.isupper, word)):
        return True
    phrase = chinese and len(words) < _MAX_LATIN_PHRASE_WORDS and not _is_everyday(word)
    return phrase and not any(map(str.isupper, name.text + word))


def _join_compounds(rows: list[list[Term]]) -> list[list[Term]]:
    """Return the rows with frequent pairs joined to one term.

    A pair is frequent if it comes at least twice, and at least half as often as its rarer word.
    """
    term_counts = Counter(term.text for row in rows for term in row)
    pair_counts = Counter(
        (one.text, two.text) for row in rows for one, two in pairwise(row) if _can_join(one, two)
    )
    frequent_pairs = {
        pair
        for pair, times in pair_counts.items()
        if times >= _MIN_OCCURRENCES
        and times * 2 >= min(term_counts[pair[0]], term_counts[pair[1]])
    }
    return [_join_pairs(row, frequent_pairs) for row in rows]


def _is_split_name(left: Term, right: Term) -> bool:
    """Return whether two words are halves of a foreign name jieba cut: 卡利 | 卡特."""
    halves = all(
        1 < len(term.text) <= len("卡利卡") and is_foreign_name(term.text) for term in (left, right)
    )
    return (
        halves
        and left.end == right.start
        and {left.tag, right.tag} <= {"nr", "nrt", "ns", "x", _GUESSED_TAG}
        and "nr" in left.tag + right.tag
    )


def _can_join(left: Term, right: Term) -> bool:
    if (
        not (_HAN_WORD.fullmatch(left.text) and _HAN_WORD.fullmatch(right.text))
        or len(left.text) + len(right.text) > _MAX_COMPOUND_CHARACTERS
    ):
        return False
    if {left.text, right.text} & _GENERAL_WORDS or 1 in {len(left.text), len(right.text)}:
        return False
    return left.tag in _TOPIC_TAGS and right.tag[0] in "nv"


def _join_pairs(row: list[Term], pairs: set[tuple[str, str]]) -> list[Term]:
    joined_terms: list[Term] = []
    for term in row:
        if (
            joined_terms
            and joined_terms[-1].end == term.start
            and (
                (joined_terms[-1].text, term.text) in pairs
                or _is_split_name(joined_terms[-1], term)
            )
        ):
            left = joined_terms.pop()
            joined_terms.append(Term(left.text + term.text, left.start, "nz"))
        else:
            joined_terms.append(term)
    return joined_terms
