"""The things a talk is about, found in its rows: names whole, words that always come together as one, empty words apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.text.atoms import DIGIT, HAN, LATIN, NUMERAL
from pipeline.text.english import EVERYDAY, FUNCTION
from pipeline.text.words import is_foreign_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.text.words import Segmenter

_CORPUS = 60_101_967
"""Words jieba counted to make its dictionary."""

_UNKNOWN = 40
"""A word jieba does not know weighs as if it had been seen so often: rarer than most, yet not above every name."""

_LATIN_NAME, _LATIN_WORD_WEIGHT = 10.5, 8.0
"""What Latin words weigh, of which jieba knows nothing: a name among the Chinese, `token` like a word of the subject."""

_HAN_WORD = re.compile(f"[{HAN}·]+")
_LATIN_WORD = re.compile(f"(?=.*[{LATIN}])[^{HAN}]+")
_NUMBER = re.compile(r"[$€£¥￥+\-−±]?\d[\d.,:/–-]*[%°℃]*\S{0,2}")
_COUNT = re.compile(f"[这那每某各另哪上下前后近头好几第数]?[{NUMERAL}{DIGIT}]")
_GUESSED = "?"  # jieba made the word up: it counts when it comes again
_RANKS = frozenset({"CEO", "CTO", "CFO", "COO", "Dr", "Dr.", "Mr", "Mr.", "Ms", "Ms.", "Mrs", "Mrs.", "Prof", "Prof."})
_TOPIC_TAGS = frozenset({"n", "nr", "ns", "nt", "nz", "nrt", "nrfg", "ng", "vn", "an", "j", "b", "a"})
_LONGEST_COMPOUND = 8
_TITLE = re.compile("《([^《》]{2,24})》")
_LATIN_PHRASE = 3
"""Words of a Latin phrase among Chinese (`machine learning model`): more is a sentence."""
_TIMES = 2  # a pair that comes once may be chance
_EMPTY = frozenset(
    re.findall(
        r"\S+",
        """
        时候 东西 事情 方面 情况 结果 问题 部分 一点 样子 感觉 意思 办法 方法 方式 过程 时间 地方 原因 关系 内容
        重要 进行 出来 起来 知道 觉得 认为 可能 能够 需要 没有 还有 开始 成为 表示 大家 我们 你们 他们 自己 今天
        昨天 明天 现在 后来 当时 之后 之前 期间 频道 节目 视频 本期 下期 上期 观众 朋友 感谢 观看 关注 点赞 订阅
        再见 欢迎 收看 来说 想法 目前 最后 首先 其次 直接 完全 真正 特别 非常 其他 其实 不同 一定 相关 有关 继续
        发现 看到 提到 说道 写道 指出 包括 通过 作为 使用 用来 出现 发生 得到 获得 受到 希望 一起 一样 有人 有点
        全部 所有 个人 基本 主要 许多 很多 大量 各种 同时 以及 同样 目的 最近 未来 过去 以后 以前 一直 人们 别人
        有些 只有 不能 不会 不要 不是 完成 进一步 意味着 世纪 年代 中期 小时 分钟 名字 原话 本质 实际上
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a name or a compound in a row: its characters, where it begins, its part of speech (`eng` for Latin words)."""

    text: str
    start: int
    tag: str

    @property
    def end(self) -> int:
        """Where it ends in the row."""
        return self.start + len(self.text)

    @property
    def names_something(self) -> bool:
        """Whether it can stand for what is talked about: a noun or a name of at least two characters, not an empty word."""
        if self.tag == "eng":
            return not _is_everyday(self.text) and len(self.text) > 1 and not _NUMBER.fullmatch(self.text)
        if self.text[0] in "更最很不没这那每前" or self.text[-1] in "来去着了过的":
            return False
        return len(self.text) > 1 and self.text not in _EMPTY and (self.tag[0] in "nj" or self.tag == "vn")


def terms_of(rows: Sequence[str], segmenter: Segmenter) -> list[list[Term]]:
    """Return the terms of each row, in order; punctuation and spaces are terms with the tag `x`."""
    found = [_tagged(row, segmenter) for row in rows]
    times = Counter(term.text for row in found for term in row if term.tag == _GUESSED)
    found = [
        [replace(term, tag="nz" if times[term.text] >= _TIMES else "x") if term.tag == _GUESSED else term for term in row] for row in found
    ]
    for _ in range(2):  # pairs, then pairs of pairs
        found = _compounded(found)
    return found


def weight(term: str, segmenter: Segmenter) -> float:
    """Return how much a term tells (its inverse frequency by jieba's counts, in nats): 4 for 我们, 14 for a rare name."""
    if _LATIN_WORD.fullmatch(term):
        return _LATIN_NAME if any(map(str.isupper, term)) else _LATIN_WORD_WEIGHT
    return math.log(_CORPUS / max(segmenter.frequency(term), _UNKNOWN))


def _is_everyday(word: str) -> bool:
    low = word.replace("’", "'").lower()
    return low in FUNCTION or low in EVERYDAY or (low == word and low.endswith("ly"))


def _tagged(row: str, segmenter: Segmenter) -> list[Term]:
    terms: list[Term] = []
    titles = {found.start(1): found[1] for found in _TITLE.finditer(row)}
    chinese = re.search(f"[{HAN}]", row) is not None
    after = 0
    for start, end in segmenter.words(row):
        word = row[start:end]
        if start < after:
            continue  # inside a title
        if start in titles:
            terms.append(Term(titles[start], start, "nz" if re.search(f"[{HAN}]", titles[start]) else "eng"))
            after = terms[-1].end
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
    if _COUNT.match(word) and len(word) > 1:
        return segmenter.tag(word) or "m"
    return segmenter.tag(word) or (_GUESSED if len(word) > 1 else "x")


def _continues_name(name: Term, space: Term, word: str, *, chinese: bool) -> bool:
    """Return whether a Latin word goes on with the name before it: `Sam` `Altman`, `iPhone` `Pro`; among Chinese also `gut` `flora`."""
    words = name.text.split(" ")
    if space.text != " " or name.tag != "eng" or words[-1] in _RANKS or _is_everyday(words[-1]):
        return False
    if any(map(str.isupper, words[-1])) and any(map(str.isupper, word)):
        return True
    phrase = chinese and len(words) < _LATIN_PHRASE and not _is_everyday(word)
    return phrase and not any(map(str.isupper, name.text + word))


def _compounded(rows: list[list[Term]]) -> list[list[Term]]:
    """Return the rows with words that come together at least twice, and half the time one of them comes at all, made one term."""
    single = Counter(term.text for row in rows for term in row)
    pairs = Counter((one.text, two.text) for row in rows for one, two in pairwise(row) if _may_join(one, two))
    joined = {pair for pair, times in pairs.items() if times >= _TIMES and times * 2 >= min(single[pair[0]], single[pair[1]])}
    return [_joined(row, joined) for row in rows]


def _is_one_name(one: Term, two: Term) -> bool:
    """Return whether two words are halves of a foreign name jieba cut: 卡利 | 卡特."""
    halves = all(1 < len(term.text) <= len("卡利卡") and is_foreign_name(term.text) for term in (one, two))
    return halves and one.end == two.start and {one.tag, two.tag} <= {"nr", "nrt", "ns", "x", _GUESSED} and "nr" in one.tag + two.tag


def _may_join(one: Term, two: Term) -> bool:
    if not (_HAN_WORD.fullmatch(one.text) and _HAN_WORD.fullmatch(two.text)) or len(one.text) + len(two.text) > _LONGEST_COMPOUND:
        return False
    if {one.text, two.text} & _EMPTY or 1 in {len(one.text), len(two.text)}:
        return False
    return one.tag in _TOPIC_TAGS and two.tag[0] in "nv"


def _joined(row: list[Term], pairs: set[tuple[str, str]]) -> list[Term]:
    out: list[Term] = []
    for term in row:
        if out and out[-1].end == term.start and ((out[-1].text, term.text) in pairs or _is_one_name(out[-1], term)):
            first = out.pop()
            out.append(Term(first.text + term.text, first.start, "nz"))
        else:
            out.append(term)
    return out
