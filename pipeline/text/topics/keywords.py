"""What a card can say about some rows in the author's own words: terms, a quote, a year."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.text.display_width import display_width
from pipeline.text.topics.term_extraction import Term, extract_terms, term_weight
from pipeline.text.unicode_scripts import HAN_NUMERALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.text.word_segmenter import Segmenter

_QUOTATION = re.compile(r"“([^“”]+)”|「([^「」]+)」")
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?=年|\b)")

_FIGURE_PATTERN = re.compile(
    r"(?<![\dA-Za-z.第-])(?:[$€£¥￥]\d[\d,.]*\d(?:[十百千]*(?:万亿|[亿万]))?|\d+(?:[.,]\d+)*(?:[%％]|[十百千]*万亿|[十百千]*[亿万]|倍)(?:美元|欧元|英镑|日元|港元|人民币|元|人)?)"
)

_EARLY_FACTOR, _LONG_TERM_FACTOR, _PASSING_FACTOR = (
    1.4,
    1.3,
    0.5,
)  # named early in the rows; more than two characters; a short word said once

_FEW_ROWS = 4
_QUOTABLE_WIDTH = (7, 24)

_NOT_A_START = re.compile(
    r"(?:但|而|并|以及|所以|因此|于是|然后|因为|由于|如果|虽然|尽管|即使|甚至|其中|另外|同时|也|就|都|又|还|来|去|从而|那么|不过|的|在|当|对|将|把|被|由|为|比|用|从|等|和|与|或|这|那|他|她|它|其|之|以|包括|尤其|第|首先|昨天|今天|很多人|有人|有的|我们|大家|如今|现在|再|一个|意味着|最后|可能|好了|说|或|不知道|有没有|[优高低大小多少等]于|觉得|认为)"
)

_NOT_AN_END = re.compile(
    r"(?:的|时|中|上|后|前|里|内|下|在|于|是|和|与|或|把|被|将|说|道|对|从|向|为|：|，|、|—|:|,|方面|方式|时候|发布|[？?])$"
)

_SHOW_TALK = re.compile(
    "大家好|感谢|再见|观看|收看|频道|节目|视频|本期|下期|上期|关注|点赞|订阅|转发|评论区|拍档"
)

_EMPHATIC_WORDS = re.compile(
    "不是|就是|才是|只有|唯一|永远|必须|最(?![后近早好初终])|从来|(?<!有)没有|不要|不能|意味着|而是|第一次|决定|真正|应该"
)

AFTER_COUNT = (
    r"(?:[个种大条项]?(?:说法|原因|指标|问题|阶段|方面|特点|优点|缺点|好处|坏处|办法|方法|建议|理由|例子|误区|要点|因素"
    r"|观点|步骤|条件|规则)|步|点(?!钟)|部分|件事|[个条种项]?(?=[，,、：:；;。\s]|就?是|则是|呢))"
)
"""What follows 第N where it counts points of a talk; it is a part of a word elsewhere (第一天)."""

_ORDINAL_ITEM = re.compile(rf"第([{HAN_NUMERALS}]|\d{{1,2}}){AFTER_COUNT}(.+)")

_NUMBERED_ITEM = re.compile(r"(\d{1,2})[.、)）]\s*(\D.*)")
_ADVERB_ITEM = re.compile(r"(首先|其次|再次|最后)(.+)")
_LEAD_IN = re.compile(r"(?:则|就)?是|[，,、：:。\s]+|呢|我们|咱们|来|要")


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


def quotable_line(rows: Sequence[str], segmenter: Segmenter) -> str | None:
    """Return a line worth quoting: a quotation or a complete row; None if there is none."""
    best, line = 0.0, None
    for row in rows:
        for text, bonus in ((row, 0.0), *((quote, 2.5) for quote in quotations((row,)))):
            score = _quotability(text, segmenter) + bonus
            if score - bonus > 0 and score > best:
                best, line = score, text.rstrip("，。,.；;")
    return line


def quotations(rows: Sequence[str]) -> tuple[str, ...]:
    """Return the texts in quotation marks, in order; a quotation may run over several rows."""
    return tuple(
        "".join(match.groups(default="")).replace("\n", "")
        for match in _QUOTATION.finditer("\n".join(rows))
    )


def key_year(rows: Sequence[str]) -> str | None:
    """Return the most frequent year (the first of equals) as four digits; None if there is none."""
    years = Counter(year for row in rows for year in _YEAR.findall(row))
    return max(years, key=lambda year: years[year]) if years else None


def key_figure(rows: Sequence[str]) -> str | None:
    """Return the first percentage, sum or large number (60%, 20亿美元) as written, or None."""
    return next((match[0] for row in rows for match in _FIGURE_PATTERN.finditer(row)), None)


def enumerated_items(rows: Sequence[str]) -> tuple[str, ...]:
    """Return the items of a spoken list (第一 … 第二 …, 1. … 2. …); () if under two."""
    lists = (
        _numbered_items(rows, _ORDINAL_ITEM),
        _numbered_items(rows, _NUMBERED_ITEM),
        _adverb_items(rows),
    )
    longest = max(lists, key=len)
    return tuple(longest) if len(longest) > 1 else ()


def _numbered_items(rows: Sequence[str], item_pattern: re.Pattern[str]) -> list[str]:
    items: list[str] = []
    for row in rows:
        match = item_pattern.fullmatch(row)
        if (
            match
            and (int(match[1]) if match[1].isdigit() else HAN_NUMERALS.index(match[1]) - 1)
            == len(items) + 1
        ):
            items.append(_strip_lead_in(match[2]))
    return items


def _adverb_items(rows: Sequence[str]) -> list[str]:
    items: list[str] = []
    for row in rows:
        match = _ADVERB_ITEM.fullmatch(row)
        if match and (bool(items) != (match[1] == "首先")):
            items.append(_strip_lead_in(match[2]))
    return items


def _strip_lead_in(item: str) -> str:
    """Return an item without its introductory words and its last punctuation."""
    while (lead := _LEAD_IN.match(item)) and lead.end() < len(item):
        item = item[lead.end() :]
    return item.rstrip("，。；,.; ")


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


def _quotability(text: str, segmenter: Segmenter) -> float:
    """Return how well a line stands alone; 0 if it does not."""
    min_width, max_width = _QUOTABLE_WIDTH
    if not min_width <= display_width(text, "visual") <= max_width or _SHOW_TALK.search(text):
        return 0.0
    if (
        _NOT_A_START.match(text)
        or _NOT_AN_END.search(text)
        or any(text.count(pair[0]) != text.count(pair[1]) for pair in ("“”", "《》"))
    ):
        return 0.0
    emphasis = len(set(_EMPHATIC_WORDS.findall(text))) + 0.5 * ("是" in text)
    if emphasis < 1:
        return 0.0
    weights = [
        term_weight(term.text, segmenter)
        for row in extract_terms([text], segmenter)
        for term in row
        if term.is_topic_word
    ]
    return emphasis + min(2.0, sum(weights) / 12)
