"""How bad it is to break a Chinese line between two words, in points: 0 after a sentence, about 12 between any two words.

The lists are the closed classes of the language; for the open ones the parts of speech of jieba's dictionary are asked.
Sources: Netflix's and TED's Chinese guides (after punctuation, before a preposition or conjunction, a modifier stays with its head).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.text.unicode_scripts import DIGIT, HAN_NUMERALS

if TYPE_CHECKING:
    from collections.abc import Callable

FORBIDDEN_PENALTY = 700
"""Points of a break that only happens where every other way is worse still."""

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

_POSTPOSITIONS = _word_set(
    """
    上 下 中 里 内 外 前 后 时 间 之前 之后 之间 之中 之上 之下 之内 之外 之际 以前 以后 以来 以上 以下 以内 以外 期间 左右 当中
    里面 上面 来说 来讲 而言 为止 一样 一般 过 起来 下来 下去 出来 出去 过来 过去 进去 进来 上去 上来 方面 时候 时期 与否 不已 不了
    之类 本身
    """,
)

_ASPECTS = _word_set("了 着 过")

_PREPOSITIONS = _word_set(
    """
    在 从 对 对于 关于 由 向 往 朝 把 被 将 给 跟 同 以 按 按照 根据 依据 通过 随着 除了 为 为了 比 像 如 作为 经过 沿着 针对 自
    自从 当 让 使 令 叫 替 用 因 凭 靠 基于 至于 到 受 围绕 面对 据 距 距离 趁 依 凭借 远比 比起 于 沿 顺着 随 由于 每当 等到
    """,
)

_CONJUNCTIONS = _word_set("和 与 及 以及 或 或者 并 并且 而 而且 还是 兼 且 跟 同")

_CLAUSE_OPENERS = _word_set(
    """
    但 但是 不过 然而 可是 只是 所以 因此 因而 于是 因为 由于 如果 要是 假如 倘若 虽然 尽管 即使 即便 哪怕 只要 只有 除非 无论 不管
    不论 甚至 以至于 以致 然后 接着 那么 那 就 才 却 则 便 也 都 又 再 还 更是 而是 就是 尤其 尤其是 特别是 比如 比方说 例如 包括
    其实 其中 另外 此外 同时 一旦 直到 直接 来 去 以便 从而 进而 反而 既 不仅 不但 不光 最后 最终 首先 其次
    """,
)

_AUXILIARIES = _word_set(
    """
    可以 可能 能 能够 会 要 应该 应当 必须 需要 想 愿意 敢 得以 开始 继续 打算 准备 试图 尝试 决定 希望 想要 有幸 善于 请 无法 难以
    有机会 才能 就能 就会 都会 也会 还会 只能 将会 会不会 能不能 是否 能否 不得不 不断 至今
    """,
)

_NEGATIONS = _word_set(
    "不 没 没有 未 别 无 非 不要 不能 不会 不用 不是 并不 从不 从未 决不 绝不 毫不 不再 没能 并非"
)

_DEGREE_ADVERBS = _word_set(
    """
    很 非常 更 更加 最 太 十分 特别 极 极其 比较 相当 越 越来越 越发 这么 那么 多么 如此 颇 挺 稍 略 多 真 好 格外 尤为 几乎 完全
    差不多 大约 大概 约 近 将近 接近 超过 至少 最多 至多 不到 足足 整整
    """,
)

_ADVERBS = _word_set(
    """
    已经 正在 正 曾经 曾 刚 刚刚 一直 仍 仍然 依然 始终 常常 经常 总是 终于 突然 逐渐 渐渐 立刻 马上 只 只能 只是 仅 仅仅 共 一起
    一同 自己 亲自 直接 主要 并 先 首次 再次 更是 终究 似乎 好像 所 怎么 如何 为什么 为何 怎样 何时 何以
    """,
)

_DEMONSTRATIVES = _word_set(
    """
    这 那 每 某 各 该 本 此 另 其 哪 这些 那些 某些 一些 这个 那个 某个 各个 每个 整个 单个 这种 那种 各种 这样 那样 哪些 哪个 什么
    怎样 任何 所有 全部 其他 其它 其余 另一个 另外 多个 多数 大多数 许多 很多 不少 多项 一系列
    """,
)

_SHORT_SUBJECTS = _word_set("我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 咱 谁 大家")

_PREFIXES = _word_set(
    """
    超 反 多 单 双 可 预 半 准 副 总 老 小 大 新 首 前 后 近 好 全 各 原 再 自 无 非 深 联合 首席 高级 资深 主要 重要 著名 相关 特定
    单一 全新 巨大 潜在 普通
    """,
)

_SUFFIXES = _word_set(
    """
    式 性 化 型 者 率 力 度 学 论 法 器 机 员 家 业 界 史 权 感 值 量 层 级 类 群 体 品 物 款 费 版 页 队 组 团 团队 公司 大学 先生
    女士 教授 博士 老师 医生 总统 总理
    """,
)

_COMPLEMENTS = _word_set(
    "到 在 给 成 为 向 于 进 入 出 上 下 起 掉 住 完 好 开 走 回 满 死 过头 出来 起来 不到 不了"
)

_NUMBER = re.compile(rf"[第好前后近这那每几数]?[{DIGIT}{HAN_NUMERALS}].*|[几数].+")
_TIME = re.compile(r".*(?:年|月|日|号|天|点|时|分|周|世纪|年代|小时|分钟|季度|年前|年后)$")
_DEMONSTRATIVE = re.compile(rf"[这那每某各另哪][{HAN_NUMERALS}]?.?")
_ORDER_WORDS = _word_set("最后 最早 最近 仅有 唯一 过去 未来 其中")
_LEAST_PENALTY = 7


def is_particle(word: str) -> bool:
    """Return whether no line may begin with a word, whatever stands before it: 的, 了, 吗."""
    return word in _PARTICLES


def is_postposition(word: str) -> bool:
    """Return whether a word belongs to what stands before it: 之后, 期间, 来说."""
    return word in _POSTPOSITIONS


def han_break_penalty(
    left: str,
    right: str,
    part_of_speech: Callable[[str], str],
    *,
    before: str = "",
    after: str = "",
) -> int:
    """Return the points of a break between two Chinese words; `tag` gives a word's part of speech.

    `before` and `after` are the words next to them: 的是 is a place to break after, 占 | 到了 is none.
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
    """Return the points for cutting off what a word leans on to its right."""
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
    """Return the points between two words of the open classes: times and places, adjectives, adverbs, verbs, nouns."""
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
    """Return the points (below 0: a gain) for beginning a line with a word."""
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
