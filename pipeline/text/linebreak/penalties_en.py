"""The points of a break between two English words, on the scale of `penalties_zh`.

Source: Netflix's English Timed Text Style Guide. Break after punctuation, before conjunctions and
prepositions; keep together article and noun, adjective and noun, first and last name, verb and
subject pronoun, verb and its preposition, auxiliary and verb.
"""

from __future__ import annotations

import re

from pipeline.text.word_lists import english_function_words, load_words

_ABBREVIATIONS = load_words("en/abbreviations")

_TITLES = frozenset({"mr", "mrs", "ms", "dr", "prof", "sir", "st", "mount", "lake"})

_RANKS = load_words("en/ranks")

_MEASURES = load_words("en/measures")

_DETERMINERS = load_words("en/determiners")

_CONJUNCTIONS = load_words("en/conjunctions")

_PREPOSITIONS = load_words("en/prepositions")

_PRONOUNS = load_words("en/pronouns")

_AUXILIARIES = load_words("en/auxiliaries")

_ADVERBS = load_words("en/adverbs")
_FUNCTION_WORDS = english_function_words()

_NUMBER = re.compile(r"[$€£¥]?\d[\d,.:]*(?:st|nd|rd|th|%|s)?")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][\w.'’-]*")
_NAME_PENALTY = 90
_ADJECTIVE = re.compile(r".*(?:al|ive|ous|ful|ic|ent|ant|able|ible|less|ing|ary|ern|ese|ian|ish)")


def latin_break_penalty(left: str, right: str, text_before: str = "") -> int:
    """Return the points of a break at the space between two words, which include punctuation.

    `text_before` has the few words before `left`: in `a latent ability` the adjective belongs to
    the noun.
    """
    lowercase = _lowercase(left)
    left_word, right_word = lowercase.strip(_PUNCTUATION), _bare_word(right)
    if _ends_clause(left, lowercase):
        return 0 if left.rstrip("\"'”’)]")[-1:] in ".!?…" else 2
    if (
        lowercase in _ABBREVIATIONS
        or (left_word in _TITLES and _CAPITAL.match(right))
        or (_NUMBER.fullmatch(left) and right_word in _MEASURES)
    ):
        return _NAME_PENALTY
    if left_word in _RANKS and _CAPITAL.match(right):
        return 26
    if (
        _CAPITAL.fullmatch(left)
        and (_CAPITAL.match(right) or _NUMBER.match(right))
        and left_word not in _FUNCTION_WORDS
        and right_word not in _FUNCTION_WORDS
    ):
        return _NAME_PENALTY
    penalty = _penalty_after(left, left_word, right_word) + _penalty_before(right_word)
    if left_word not in _FUNCTION_WORDS and right_word not in _FUNCTION_WORDS:
        nearest = next(
            (
                word
                for word in map(_bare_word, reversed(text_before.split()))
                if word in _FUNCTION_WORDS
            ),
            "",
        )
        penalty += 9 if nearest in _DETERMINERS or _ADJECTIVE.fullmatch(left_word) else 0
    return penalty


def _bare_word(word: str) -> str:
    return _lowercase(word).strip(_PUNCTUATION)


_PUNCTUATION = "\"'“”‘’()[].,;:!?…"


def _lowercase(word: str) -> str:
    return word.replace("’", "'").lower()


def _ends_clause(left: str, lowercase: str) -> bool:
    tail = left.rstrip("\"'”’)]")[-1:]
    return (
        left[-1:] in ")]”"
        or left.endswith(("—", "–"))
        or tail in set(",;:!?…")
        or (tail == "." and lowercase not in _ABBREVIATIONS)
    )


def _penalty_after(left: str, left_word: str, right_word: str) -> int:
    if left_word in _DETERMINERS:
        return 36
    if _NUMBER.fullmatch(left):
        return 8 if right_word in _FUNCTION_WORDS else 40
    for words, points in _PENALTIES_AFTER:
        if left_word in words:
            return points
    return 28 if left_word.endswith(("'s", "s'")) else 14


_PENALTIES_AFTER = (
    (_AUXILIARIES, 28),
    (_PREPOSITIONS, 30),
    (_CONJUNCTIONS, 28),
    (_PRONOUNS, 26),
    (_ADVERBS, 24),
)


def _penalty_before(right_word: str) -> int:
    if right_word == "of":
        return 2
    if right_word in _CONJUNCTIONS:
        return -9
    if right_word in _PREPOSITIONS or right_word == "to":
        return -6
    if right_word in _PRONOUNS:
        return -4
    return -2 if right_word in _DETERMINERS else 0
