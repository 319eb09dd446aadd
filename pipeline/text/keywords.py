"""What a card can say about some rows: key terms, a line worth quoting, a year, a list. Everything is the author's own words."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.text.atoms import NUMERAL
from pipeline.text.terms import Term, terms_of, weight
from pipeline.text.widths import width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.text.words import Segmenter

_QUOTED = re.compile(r"“([^“”]+)”|「([^「」]+)」")
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?=年|\b)")
_FIGURE = re.compile(
    r"(?<![\dA-Za-z.第-])(?:[$€£¥￥]\d[\d,.]*\d(?:[十百千]*(?:万亿|[亿万]))?|\d+(?:[.,]\d+)*(?:[%％]|[十百千]*万亿|[十百千]*[亿万]|倍)(?:美元|欧元|英镑|日元|港元|人民币|元|人)?)"
)
_FIRST, _WHOLE, _PASSING = 1.4, 1.3, 0.5  # named early in the rows; more than two characters; a short word said once
_FEW_ROWS = 4
_LINE_WIDTH = (7, 24)
_NOT_A_START = re.compile(
    r"(?:但|而|并|以及|所以|因此|于是|然后|因为|由于|如果|虽然|尽管|即使|甚至|其中|另外|同时|也|就|都|又|还|来|去|从而|那么|不过|的|在|当|对|将|把|被|由|为|比|用|从|等|和|与|或|这|那|他|她|它|其|之|以|包括|尤其|第|首先|昨天|今天|很多人|有人|有的|我们|大家|如今|现在|再|一个|意味着|最后|可能|好了|说|或|不知道|有没有|[优高低大小多少等]于|觉得|认为)"
)
_NOT_AN_END = re.compile(
    r"(?:的|时|中|上|后|前|里|内|下|在|于|是|和|与|或|把|被|将|说|道|对|从|向|为|：|，|、|—|:|,|方面|方式|时候|发布|[？?])$"
)
_ABOUT_THE_SHOW = re.compile("大家好|感谢|再见|观看|收看|频道|节目|视频|本期|下期|上期|关注|点赞|订阅|转发|评论区|拍档")
_TELLING = re.compile(
    "不是|就是|才是|只有|唯一|永远|必须|最(?![后近早好初终])|从来|(?<!有)没有|不要|不能|意味着|而是|第一次|决定|真正|应该"
)
_ORDINAL = re.compile(rf"第([{NUMERAL}]|\d{{1,2}})(?:个|点|条|步|种|件事|部分|项)?(?:说法|原因|指标|问题)?(.+)")
_DIGIT = re.compile(r"(\d{1,2})[.、)）]\s*(\D.*)")
_ADVERB = re.compile(r"(首先|其次|再次|最后)(.+)")
_LEAD = re.compile(r"(?:则|就)?是|[，,、：:。\s]+|呢|我们|咱们|来|要")


def key_terms(rows: Sequence[str], segmenter: Segmenter, count: int, *, talk: Sequence[str] = ()) -> tuple[str, ...]:
    """Return up to `count` things some rows are about, the most telling first: TF-IDF over jieba's words and word counts.

    Names of several words, products and compounds stay whole, in the author's spelling; nothing comes twice, not in another case and
    not as a part of another term. Given the whole `talk`, what is said everywhere in it counts less than what is said only here.
    """
    found, everywhere = _found(rows, talk, segmenter)
    places: dict[str, list[int]] = {}
    for index, row in enumerate(found):
        for term in row:
            if term.names_something:
                places.setdefault(term.text, []).append(index)
    scores = {text: _score(text, at, everywhere[text], len(rows)) * weight(text, segmenter) for text, at in places.items()}
    chosen: list[str] = []
    for text in sorted(scores, key=lambda one: (-scores[one], places[one][0])):
        low = text.casefold()
        if not any(low in other.casefold() or other.casefold() in low for other in chosen):
            chosen.append(text)
        if len(chosen) == count:
            break
    return tuple(chosen)


def _score(term: str, places: Sequence[int], everywhere: int, rows: int) -> float:
    """Return how much a term stands out by where it comes: often, here more than elsewhere, early, and not as a passing word."""
    share = len(places) / max(len(places), everywhere)
    score = math.pow(len(places), 0.7) * share * (_WHOLE if len(term) > len("名词") else 1.0)
    passing = len(places) == 1 and len(term) <= len("名词") and rows > _FEW_ROWS
    return score * (_FIRST if places[0] * 3 <= rows else 1.0) * (_PASSING if passing else 1.0)


def key_line(rows: Sequence[str], segmenter: Segmenter) -> str | None:
    """Return a line worth quoting: a quotation, or a whole row that says one thing by itself; None where no row does."""
    best, line = 0.0, None
    for row in rows:
        for text, bonus in ((row, 0.0), *((quote, 2.5) for quote in quotations((row,)))):
            score = _quotable(text, segmenter) + bonus
            if score - bonus > 0 and score > best:
                best, line = score, text.rstrip("，。,.；;")
    return line


def quotations(rows: Sequence[str]) -> tuple[str, ...]:
    """Return what stands in quotation marks, in order; a quotation may run over rows."""
    return tuple("".join(found.groups(default="")).replace("\n", "") for found in _QUOTED.finditer("\n".join(rows)))


def key_year(rows: Sequence[str]) -> str | None:
    """Return the year named most often (the first of equals), as four digits; None where there is none."""
    years = Counter(year for row in rows for year in _YEAR.findall(row))
    return max(years, key=lambda year: years[year]) if years else None


def key_figure(rows: Sequence[str]) -> str | None:
    """Return the first share, sum or large number named (60%, 20亿美元, 10倍), in the author's characters; None where there is none."""
    return next((found[0] for row in rows for found in _FIGURE.finditer(row)), None)


def enumeration(rows: Sequence[str]) -> tuple[str, ...]:
    """Return the items of a list told in order (第一 … 第二 …, 1. … 2. …, 首先 … 其次 … 最后 …), or nothing where there are not two."""
    lists = (_counted(rows, _ORDINAL), _counted(rows, _DIGIT), _said_in_order(rows))
    longest = max(lists, key=len)
    return tuple(longest) if len(longest) > 1 else ()


def _counted(rows: Sequence[str], item: re.Pattern[str]) -> list[str]:
    items: list[str] = []
    for row in rows:
        found = item.fullmatch(row)
        if found and (int(found[1]) if found[1].isdigit() else NUMERAL.index(found[1]) - 1) == len(items) + 1:
            items.append(_bare(found[2]))
    return items


def _said_in_order(rows: Sequence[str]) -> list[str]:
    items: list[str] = []
    for row in rows:
        found = _ADVERB.fullmatch(row)
        if found and (bool(items) != (found[1] == "首先")):
            items.append(_bare(found[2]))
    return items


def _bare(item: str) -> str:
    """Return an item without the words that lead to it and without its last mark."""
    while (lead := _LEAD.match(item)) and lead.end() < len(item):
        item = item[lead.end() :]
    return item.rstrip("，。；,.; ")


def _found(rows: Sequence[str], talk: Sequence[str], segmenter: Segmenter) -> tuple[list[list[Term]], Counter[str]]:
    """Return the terms of the rows, and how often each term comes in the whole talk (or in the rows, where they are not part of it)."""
    given = list(rows)
    whole = list(talk)
    first = next((at for at in range(len(whole) - len(given) + 1) if whole[at : at + len(given)] == given), None)
    everywhere = terms_of(whole if first is not None else given, segmenter)
    found = everywhere if first is None else everywhere[first : first + len(given)]
    return found, Counter(term.text for row in everywhere for term in row)


def _quotable(text: str, segmenter: Segmenter) -> float:
    """Return how well a line stands alone; nothing where it does not."""
    least, most = _LINE_WIDTH
    if not least <= width(text, "visual") <= most or _ABOUT_THE_SHOW.search(text):
        return 0.0
    if _NOT_A_START.match(text) or _NOT_AN_END.search(text) or any(text.count(pair[0]) != text.count(pair[1]) for pair in ("“”", "《》")):
        return 0.0
    telling = len(set(_TELLING.findall(text))) + 0.5 * ("是" in text)
    if telling < 1:
        return 0.0
    told = [weight(term.text, segmenter) for row in terms_of([text], segmenter) for term in row if term.names_something]
    return telling + min(2.0, sum(told) / 12)
