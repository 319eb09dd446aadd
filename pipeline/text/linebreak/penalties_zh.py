"""The points of a break between two Chinese words: 0 after a sentence, about 12 on average.

The word lists are the closed classes of the language. For the open classes the parts of speech of
jieba's dictionary decide. Sources: Netflix's and TED's Chinese guides: break after punctuation and
before a preposition or conjunction; a modifier stays with its head.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.text.unicode_scripts import DIGIT, HAN_NUMERALS
from pipeline.text.word_lists import load_words

if TYPE_CHECKING:
    from collections.abc import Callable

FORBIDDEN_PENALTY = 700
"""Points of a break that is made only if every other one is worse."""

CLOSING_PUNCTUATION = frozenset("。，、；：？！…—·～)]}）】》〉」』”’,.;:?!%‰℃”")
"""Characters a line never begins with."""

OPENING_PUNCTUATION = frozenset("（【《〈「『“‘([{#￥$")
"""Characters a line never ends with."""


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PARTICLES = _word_set("的 了 吗 呢 吧 啊 呀 嘛 哦 哇 啦 呐 们 似的 的话 而已 罢了")

_ENCLITICS = _word_set(
    "地 得 着 么 之一 等 等等"
)  # some of them are also words of their own: 得了糖尿病

_POSTPOSITIONS = load_words("zh/postpositions")

_ASPECTS = _word_set("了 着 过")

_PREPOSITIONS = load_words("zh/prepositions")

_CONJUNCTIONS = _word_set("和 与 及 以及 或 或者 并 并且 而 而且 还是 兼 且 跟 同")

_CLAUSE_OPENERS = load_words("zh/clause_openers")

_AUXILIARIES = load_words("zh/auxiliaries")

_NEGATIONS = load_words("zh/negations")

_DEGREE_ADVERBS = load_words("zh/degree_adverbs")

_ADVERBS = load_words("zh/adverbs")

_DEMONSTRATIVES = load_words("zh/demonstratives")

_SHORT_SUBJECTS = _word_set("我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 咱 谁 大家")

_PREFIXES = load_words("zh/prefixes")

_SUFFIXES = load_words("zh/suffixes")

_COMPLEMENTS = _word_set(
    "到 在 给 成 为 向 于 进 入 出 上 下 起 掉 住 完 好 开 走 回 满 死 过头 出来 起来 不到 不了"
)

_NUMBER = re.compile(rf"[第好前后近这那每几数]?[{DIGIT}{HAN_NUMERALS}].*|[几数].+")
_TIME = re.compile(r".*(?:年|月|日|号|天|点|时|分|周|世纪|年代|小时|分钟|季度|年前|年后)$")
_DEMONSTRATIVE = re.compile(rf"[这那每某各另哪][{HAN_NUMERALS}]?.?")
_ORDER_WORDS = _word_set("最后 最早 最近 仅有 唯一 过去 未来 其中")
_LEAST_PENALTY = 7


def is_particle(word: str) -> bool:
    """Return whether no line may begin with a word, whatever stands before it, such as 的 or 吗."""
    return word in _PARTICLES


def is_postposition(word: str) -> bool:
    """Return whether a word belongs to what stands before it, such as 之后 or 来说."""
    return word in _POSTPOSITIONS


def han_break_penalty(
    left: str,
    right: str,
    part_of_speech: Callable[[str], str],
    *,
    before: str = "",
    after: str = "",
) -> int:
    """Return the points of a break between two Chinese words.

    `part_of_speech` gives a word's tag in jieba's dictionary, or "". `before` and `after` are the
    words around the two: a line may end after 的是, but not between 占 and 到了.
    """
    if right in _ENCLITICS:
        return FORBIDDEN_PENALTY
    if left == "是" and before == "的":
        return _LEAST_PENALTY
    left_tag, right_tag = (
        part_of_speech(left) or "n",
        "m" if right[0].isdigit() else part_of_speech(right) or "n",
    )
    penalty = max(
        _LEAST_PENALTY,
        _penalty_after(left, left_tag, right_tag) + _penalty_before(right, right_tag),
    )
    if left == "的" and len(right) == 1:
        penalty += 12
    elif left in _ORDER_WORDS and _NUMBER.fullmatch(right):
        penalty = 30
    if (
        right in _COMPLEMENTS
        and left_tag[0] == "v"
        and (len(left) == 1 or after in _ASPECTS or right in {"到", "成", "于"})
    ):
        penalty += 30
    elif right == "在" and left_tag == "v":
        penalty += 8
    return penalty


def _penalty_after(word: str, tag: str, following_tag: str) -> int:
    """Return the points for separating a word from what follows it."""
    for words, points in _PENALTIES_AFTER:
        if word in words:
            return points
    if word in _ASPECTS:
        return 12 if following_tag[0] in "nmr" else 6
    if _NUMBER.fullmatch(word):
        return 9 if _TIME.fullmatch(word) else 26
    if _DEMONSTRATIVE.fullmatch(word) or (len(word) > 1 and word[-1] == "于"):
        return 26
    return _open_class_penalty(tag, following_tag)


_PENALTIES_AFTER = (
    (_word_set("的"), 21),
    (_word_set("地 得 之 所"), 30),
    (_NEGATIONS | _DEGREE_ADVERBS, 34),
    (_CONJUNCTIONS, 46),
    (_PREPOSITIONS, 30),
    (_DEMONSTRATIVES | _PREFIXES, 26),
    (_AUXILIARIES | _ADVERBS, 22),
    (_word_set("是 有 叫 说是 即"), 20),
    (_CLAUSE_OPENERS, 24),
    (_SHORT_SUBJECTS, 18),
    (_POSTPOSITIONS - _ASPECTS, 4),
)


def _open_class_penalty(tag: str, following_tag: str) -> int:
    """Return the points between two words of the open classes, by their tags."""
    left, right = tag[0], following_tag[0]
    if left == "t":
        return 24 if right == "m" else 14
    if left in "fs":
        return 6
    if left == "a" or tag in {"b", "z"}:
        return 26 if right in "nav" else 14
    if left in "vl":
        return 17 if right in "nrm" else 13
    if left == "n":
        return _PENALTIES_AFTER_NOUN.get(following_tag, _PENALTIES_AFTER_NOUN.get(right, 12))
    return 22 if left == "d" else 12


_PENALTIES_AFTER_NOUN = {
    "n": 25,
    "vn": 22,
    "v": 11,
    "f": 14,
    "s": 18,
    "q": 30,
    "k": 30,
    "j": 20,
    "l": 14,
    "i": 14,
    "d": 9,
    "t": 10,
}


def _penalty_before(word: str, tag: str) -> int:
    """Return the points for beginning a line with a word; below 0 it is a good start."""
    for words, points in _PENALTIES_BEFORE:
        if word in words:
            return points
    if word[0] in "最更":  # 增长速度最快的: what is compared stays with how much
        return 9
    return -3 if tag[0] in "rt" else 0


_PENALTIES_BEFORE = (
    (_POSTPOSITIONS, 40),
    (_SUFFIXES, 25),
    (_word_set("于"), 20),
    (_CLAUSE_OPENERS | _CONJUNCTIONS | _PREPOSITIONS, -8),
    (_word_set("是"), -6),
    (_AUXILIARIES | _ADVERBS | _NEGATIONS, -4),
)
