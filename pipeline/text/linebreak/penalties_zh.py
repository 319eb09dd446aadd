"""The points of a break between two Chinese words: 0 after a sentence, about 40 on average.

Where people break lines is learned (`learned_points`); the rules here add to that what no line may
do, however often it was seen. Sources: Netflix's and TED's Chinese guides: a modifier stays with
its head, a complement with its verb, a number with its unit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.text.linebreak.learned_points import learned_break_points
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


class Neighbours(NamedTuple):
    """A place in a text and the words around it.

    A line may end before the character at `position`, between the words `left` and `right`;
    `before` and `after` are the words around those two, "" at the ends of the row.
    """

    text: str
    position: int
    left: str
    right: str
    before: str = ""
    after: str = ""


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PARTICLES = _word_set("的 了 吗 呢 吧 啊 呀 嘛 哦 哇 啦 呐 们 似的 的话 而已 罢了")

_ENCLITICS = _word_set(
    "地 得 着 么 之一 等 等等"
)  # some of them are also words of their own: 得了糖尿病

_POSTPOSITIONS = load_words("zh/postpositions")

_SUFFIXES = load_words("zh/suffixes")

_CONJUNCTIONS = _word_set("和 与 及 以及 或 或者 并 并且 而 且 兼 跟 同")

_BOUND_TO_NEXT = load_words("zh/negations") | load_words("zh/degree_adverbs") | _CONJUNCTIONS

_LEANING_ON_NEXT = (
    load_words("zh/prefixes")
    | load_words("zh/prepositions")
    | load_words("zh/adverbs")
    | load_words("zh/auxiliaries")
    | load_words("zh/demonstratives")
)

_ASPECTS = _word_set("了 着 过")

_COMPLEMENTS = _word_set(
    "到 在 给 成 为 向 于 进 入 出 上 下 起 掉 住 完 好 开 走 回 满 死 过头 出来 起来 不到 不了"
)

_VERBAL_MEASURES = _word_set("一下子 一遍 一趟 一回 一阵 一会 一会儿 一把 一眼 一声")

_PLACE_CHARACTERS = _word_set("前 后 上 下 内 外 中")

_RESULTS = _word_set("到 成 于")

_FROM = re.compile("[从由自]")

_RANGE_WORDS = _word_set("到 至 - – — ~ ～ 〜")

_NUMBER = re.compile(rf"[第好前后近这那每几数]?[+\-−]?[{DIGIT}{HAN_NUMERALS}].*|[几数].+")
_TIME = re.compile(r".*(?:年|月|日|号|天|点|时|分|周|世纪|年代|小时|分钟|季度|年前|年后)")
_TIME_OR_NUMBER = re.compile(rf"{_NUMBER.pattern}|.*(?:世纪|年代|年|月)")
_VERBS_WITH_PERSON = _word_set(
    "说服 请 叫 要求 允许 帮助 帮 告诉 劝 劝说 邀请 鼓励 迫使 促使 教 陪 提醒 逼 派 命令"
)
_COUNTED = re.compile(
    rf"[第好几多数同某这那每各]?[{DIGIT}{HAN_NUMERALS},.多]*[个种把张条位名件项家台只款份群组批套座]"
)
_ORDER_WORDS = _word_set("最后 最早 最近 仅有 唯一 过去 未来 其中")

_BOUND_POINTS = 90
"""Points of a break between what belongs together: more than anything learned."""

_LOOSELY_BOUND_POINTS = 14
"""Points added for a break that is wrong more often than the words at it tell."""

_COMPOUND_POINTS = 14
"""Points added for a break between two nouns: a compound, 患者隐私, or the end of a clause."""

_AFTER_DE_POINTS = 65
"""The least points of a break between 的 and its head."""


def is_particle(word: str) -> bool:
    """Return whether no line may begin with a word, whatever stands before it, such as 的 or 吗."""
    return word in _PARTICLES


def is_postposition(word: str) -> bool:
    """Return whether a word belongs to what stands before it, such as 之后 or 来说."""
    return word in _POSTPOSITIONS


def han_break_penalty(words: Neighbours, part_of_speech: Callable[[str], str]) -> float:
    """Return the points of a break between two Chinese words.

    `part_of_speech` gives a word's tag in jieba's dictionary, or "".
    """
    if words.right in _ENCLITICS:
        return FORBIDDEN_PENALTY
    learned = learned_break_points(
        words.left, words.right, words.text, words.position, part_of_speech
    )
    if _is_bound(words, part_of_speech):
        return max(learned, _BOUND_POINTS)
    if words.left == "的" and words.right != "是":
        return max(learned, _AFTER_DE_POINTS)
    if _is_loosely_bound(words, part_of_speech):
        return learned + _LOOSELY_BOUND_POINTS
    nouns = {part_of_speech(words.left), part_of_speech(words.right)} <= _NOUN_TAGS
    return learned + (_COMPOUND_POINTS if nouns else 0)


def _is_bound(words: Neighbours, part_of_speech: Callable[[str], str]) -> bool:
    """Return whether two words are one for a reader: 感觉到, 总结一下, 20到30%, 很好."""
    left, right = words.left, words.right
    verb = part_of_speech(left)[:1] == "v"
    if left in _RANGE_WORDS and _NUMBER.fullmatch(right):
        return _NUMBER.fullmatch(words.before) is not None
    if right in _RANGE_WORDS and _NUMBER.fullmatch(left):
        return _NUMBER.fullmatch(words.after) is not None
    return (
        left in _BOUND_TO_NEXT
        or (left in _VERBS_WITH_PERSON and part_of_speech(right) == "r")
        or right in _POSTPOSITIONS
        or (not part_of_speech(left) and left[:1] in _BOUND_TO_NEXT)  # jieba made up 极有
        or (words.before == "的" and left in _PLACE_CHARACTERS)  # 的后 | 端系统
        or right in {"一下", "一番"}
        or (_COUNTED.fullmatch(left) is not None and _names_thing(right, part_of_speech))
        or (verb and right in _VERBAL_MEASURES)
        or (
            (left in _ORDER_WORDS or _TIME_OR_NUMBER.fullmatch(left) is not None)
            and _NUMBER.fullmatch(right) is not None
        )
        or (right in _COMPLEMENTS and verb and (len(left) == 1 or words.after in _ASPECTS))
        or (right in _RESULTS and len(left) > 1 and _takes_result(words, part_of_speech))
    )


def _takes_result(words: Neighbours, part_of_speech: Callable[[str], str]) -> bool:
    """Return whether 到, 成 or 于 belongs to the word before it: 感觉到, but not 从小学到大学.

    jieba's dictionary calls many verbs nouns, 感觉 and 影响 among them.
    """
    return part_of_speech(words.left)[:1] in {"v", "n"} and not (
        words.right == "到" and _FROM.search(words.text, 0, words.position)
    )


def _names_thing(word: str, part_of_speech: Callable[[str], str]) -> bool:
    """Return whether a word is a noun, or one before a noun: it stays with its count."""
    return part_of_speech(word)[:1] in {"n", "b", "a"} or (word.isascii() and word.isalpha())


def _is_loosely_bound(words: Neighbours, part_of_speech: Callable[[str], str]) -> bool:
    left, right = words.left, words.right
    return (
        right in _SUFFIXES
        or left in _LEANING_ON_NEXT
        or (len(left) > 1 and left[-1] == "于")
        or (_NUMBER.fullmatch(left) is not None and not _TIME.fullmatch(left))
        or (right == "在" and part_of_speech(left) == "v")
    )


_NOUN_TAGS = _word_set("n vn b an nz")
