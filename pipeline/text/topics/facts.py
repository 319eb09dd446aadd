"""Facts that have a slide of their own: steps, dates, figures, quotations, people, definitions.

Each kind is claimed only where its wording is plain. A number keeps its sign, its unit and what is
denied of it; a year is one because 年 or its context says so; what stands in marks is a quotation
only if somebody says it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.text.display_width import display_width
from pipeline.text.topics.clauses import MAX_CLAUSE_WIDTH, asks, join_rows, without_opener
from pipeline.text.traditional import simplified_copy
from pipeline.text.unicode_scripts import HAN, HAN_NUMERALS, has_han

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.text.topics.clauses import ClauseFinder

_MAX_ITEMS = 6
_MIN_DATES = 3
_MAX_ROWS_BETWEEN = 40
"""Rows between two items of one list or two dates of one timeline."""

_MAX_ROWS_BETWEEN_DATES = 15
_MIN_EVENT_CHARACTERS = 4
_MIN_QUOTATION_WIDTH, _MAX_QUOTATION_WIDTH = 8, 40
_MAX_TERM_WIDTH = 10
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "十": 10,
}

_COUNTED = (
    r"(?:个|点|条|步|种|类|项|层|大|件|部分|阶段|方面|道)?(?:核心|主要|重要|关键)?"
    r"(?:原因|问题|特点|优点|缺点|方面|阶段|步骤|路径|陷阱|观点|思想|好处|坏处|优势|挑战|方向|条件|原则|规则|要素|要点"
    r"|因素|维度|变化|误区|技巧|办法|方法|建议|理由|例子|说法|指标|情况|类型|层面)"
)
_AFTER_COUNT = r"(?:就?是|则是|，|、|：|,|:|\s)"
_COUNTER = re.compile(
    rf"第(?P<number>[{HAN_NUMERALS}]|\d{{1,2}})"
    rf"(?:(?P<what>{_COUNTED}|步|部分|件事){_AFTER_COUNT}*"
    rf"|(?:个|点|条|种|类|项|层|大|件|方面|道)?(?:{_AFTER_COUNT}+|$))(?P<rest>.*)"
)
"""第N counts before a counted noun, a comma or 是; elsewhere it is a part of a word: 第一天."""

_ADVERB_COUNTER = re.compile(r"(?P<what>首先|其次|再次|再者|最后)(?:是|，|、|：|,)?(?P<rest>.+)")
_ENUMERATOR = re.compile(
    rf"(?P<number>[{HAN_NUMERALS}]|\d{{1,2}})(?:、|\.(?=\D)|．|[)）]|是)\s*(?P<rest>\D.*)"
)
_ENGLISH_COUNTER = re.compile(
    r"(?P<number>First|Second|Third|Fourth|Fifth|Step (?:one|two|three|four|\d))(?:ly)?[,:]?\s+"
    r"(?P<rest>.+)"
)
_ENGLISH_NUMBERS = {
    "First": 1,
    "Second": 2,
    "Third": 3,
    "Fourth": 4,
    "Fifth": 5,
    "Step one": 1,
    "Step two": 2,
    "Step three": 3,
    "Step four": 4,
}
_ITEM_STARTS = "把将在用从让做加多少不要再"
"""What an item of a list begins with, though a clause that stands alone does not: 把面粉过筛."""

_STEP = re.compile("步|阶段|Step")

_DATE = re.compile(
    r"(?:时间来到|时间回到|到了|直到|早在|而?在|到)?"
    r"(?P<date>(?:公元前?)?(?:1[0-9]{3}|20[0-9]{2}|[一二][零〇一二三四五六七八九]{3})年"
    r"(?:\d{1,2}月|[一二三四五六七八九十]{1,2}月)?(?:\d{1,2}[日号])?(?:初|底|末|春天|夏天|秋天|冬天)?)"
    r"(?!代|前|以来|以后|之后|来|间|开始|的)[，,]?(?P<rest>.*)"
)
_DATE_INSIDE = re.compile(
    r"(?<=[于在自到])(?P<date>(?:1[0-9]{3}|20[0-9]{2}|[一二][零〇一二三四五六七八九]{3})年(?:\d{1,2}月)?(?:\d{1,2}[日号])?)"
    r"(?!代|前|以来|以后|之后|来|间|开始|的)"
)
_ENGLISH_DATE = re.compile(
    r"(?:In|By|On) (?P<date>(?:[A-Z][a-z]+ )?(?:\d{1,2}, )?(?:1[0-9]{3}|20[0-9]{2})),? (?P<rest>.+)"
)
_NUMBER_VALUE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_FIGURE = re.compile(
    r"(?P<sign>超过|不到|不足|至少|多达|高达|仅有|只有|仅|近|约|大约|将近|达到)?"
    r"(?P<label>[$€£¥￥]?\d+(?:,\d{3})*(?:\.\d+)?\s*(?:多|余)?(?:"
    r"[%％‰]|(?:[十百千]?(?:万亿|亿|万)多?)(?:美元|欧元|英镑|日元|港元|人民币|元|人次|人|次|个|家|名|台|份|张|吨"
    r"|公里|平方米|用户|参数)?"
    r"|倍|(?:美元|欧元|英镑|元)))"
    r"(?![\d.])"
)
_DENIED = re.compile(r"(?:不是|并非|而非|没有|未|别|不要)[^，。]{0,6}$")
_FROM_TO = re.compile(
    r"从(?P<one>\d[\d.,]*\s*(?P<unit>[%％倍]|[十百千]?(?:万亿|亿|万)?(?:美元|元|人|台|个|家|吨)))[^\d]{0,8}?"
    r"(?:提升|提高|上升|增长|增加|涨|降低|下降|降|减少|跌|缩减|变|扩大)[^\d]{0,3}(?:到|至|为|成)了?"
    r"(?P<two>\d[\d.,]*\s*(?P=unit))"
)
_SAYING = re.compile(
    r"(?P<speaker>[^，。、：“”\s][^，。、：“”]{0,15}?)(?:曾经?|就|也|还|在[^，。“”]{1,10}[中里上])?"
    r"(?:说道|说过|说|表示|写道|指出|强调|坦言|直言|认为|感叹|回答|反问|提到)[，,：:道]?\s*$"
)
_QUOTED = re.compile(r"“(?P<words>[^“”]+)”|「(?P<words2>[^「」]+)」")
_ROLE_NAME = re.compile(
    r"^(?P<role>[^，。、：“”]{0,16}?(?:联合创始人|创始人|首席[^，。、]{1,5}官|CEO|CTO|CFO|总裁|董事长|副总裁|教授"
    r"|主席|研究员|科学家|经济学家|心理学家|哲学家|作家|工程师|院士|得主))\s*"
    rf"(?P<name>[A-Z][A-Za-z.’'-]+(?: [A-Z][A-Za-z.’'-]+){{1,3}}|[{HAN}]{{1,6}}·[{HAN}·]{{1,10}})"
)
_DEFINITION = re.compile(
    r"^(?:所谓的?)?[“《]?(?P<term>[^，。、：“”《》是]{2,12}?)[”》]?[，,]?(?:其实|本质上)?"
    r"(?:就是指|指的是|是指|指的就是|是一种|是一类|是一套)(?P<what>[^，。？]{5,})$"
)
_ONE_OTHER = (re.compile(r"一方面[，,]?(?P<rest>.+)"), re.compile(r"另一方面[，,]?(?P<rest>.+)"))
_CONTEXT = re.compile(r"[他她它其该此]|这|那")


@dataclass(frozen=True, slots=True)
class FactItem:
    """A point of a fact: see `Point`."""

    row: int
    text: str
    label: str = ""
    value: float | None = None
    side: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Rows [first_row, end_row) that have a slide with this layout; "" is the chapter's title."""

    layout: str
    first_row: int
    end_row: int
    title: str
    items: tuple[FactItem, ...]


def find_facts(finder: ClauseFinder, first: int, end: int) -> list[Fact]:
    """Return the facts in rows [first, end) in order; of two that overlap, the surer kind."""
    found: list[Fact] = []
    for kind in (
        _lists,
        _timelines,
        _quotations,
        _persons,
        _definitions,
        _comparisons,
        _bars,
        _figures,
        _questions,
    ):
        for fact in kind(finder, first, end):
            if not any(
                fact.first_row < other.end_row and other.first_row < fact.end_row for other in found
            ):
                found.append(fact)
    return sorted(found, key=lambda fact: fact.first_row)


def _lists(finder: ClauseFinder, first: int, end: int) -> Iterator[Fact]:
    """Yield lists whose items are counted 1, 2, 3 …, each with a whole text."""
    for pattern in (_COUNTER, _ENUMERATOR, _ENGLISH_COUNTER):
        items: list[FactItem] = []
        kinds: list[str] = []
        last_row = first
        for row in range(first, end):
            match = pattern.match(finder.copies[row])
            if match is None:
                continue
            number = _number(match["number"])
            if number == 1 or (items and row - last_row > _MAX_ROWS_BETWEEN):
                yield from _as_list(items, kinds, last_row)
                items, kinds = [], []
            text = _item_text(finder, row, match.start("rest"), end)
            if text and number == len(items) + 1:
                items.append(FactItem(row, text, str(number)))
                kinds.append(match.groupdict().get("what") or match["number"])
                last_row = row
        yield from _as_list(items, kinds, last_row)
    yield from _adverb_list(finder, first, end)


def _as_list(items: Sequence[FactItem], kinds: Sequence[str], last_row: int) -> Iterator[Fact]:
    if len(items) > 1:
        layout = "steps" if _STEP.search(kinds[0]) else "outline"
        yield Fact(layout, items[0].row, last_row + 2, "", tuple(items[:_MAX_ITEMS]))


def _adverb_list(finder: ClauseFinder, first: int, end: int) -> Iterator[Fact]:
    order = ("首先", "其次", "再次", "再者", "最后")
    items: list[FactItem] = []
    seen: list[int] = []
    for row in range(first, end):
        match = _ADVERB_COUNTER.match(finder.copies[row])
        if match is None:
            continue
        place = order.index(match["what"])
        if place == 0:
            items, seen = [], []
        text = _item_text(finder, row, match.start("rest"), end)
        if text and (place > seen[-1] if seen else place == 0):
            items.append(FactItem(row, text, str(len(items) + 1)))
            seen.append(place)
    if len(items) > 1 and items[-1].row - items[0].row <= _MAX_ROWS_BETWEEN:
        yield Fact("outline", items[0].row, items[-1].row + 2, "", tuple(items))


def _item_text(finder: ClauseFinder, row: int, start: int, end: int) -> str:
    """Return the whole text of an item whose counter ends at a character; "" if it is none."""
    rest = finder.rows[row][start:].strip()
    candidates = [rest] if rest else []
    if row + 1 < end:
        candidates.append(join_rows([rest, finder.rows[row + 1]]) if rest else finder.rows[row + 1])
    for index, text in enumerate(candidates):
        shown = without_opener(text).rstrip("，。；,.;： ")
        last_row = row + index if rest else row + 1
        if (
            display_width(shown, "visual") >= len("两个字") - 1
            and finder.is_whole(shown, MAX_CLAUSE_WIDTH, may_begin=_ITEM_STARTS)
            and not _CONTEXT.search(simplified_copy(shown))
            and finder.ends_clause(last_row)
        ):
            return shown if has_han(shown) else shown[:1].upper() + shown[1:]
    return ""


def _timelines(finder: ClauseFinder, first: int, end: int) -> Iterator[Fact]:
    """Yield three or more dated events in order of their years."""
    items: list[FactItem] = []
    for row in range(first, end):
        dated = _dated_event(finder, row, end)
        if dated is None:
            continue
        date, text, year = dated
        if items and (
            year < (items[-1].value or 0) or row - items[-1].row > _MAX_ROWS_BETWEEN_DATES
        ):
            yield from _as_timeline(items)
            items = []
        items.append(FactItem(row, text, date, year))
    yield from _as_timeline(items)


def _dated_event(finder: ClauseFinder, row: int, end: int) -> tuple[str, str, float] | None:
    """Return the date at the beginning of a row or inside it, the event and the year, or None."""
    pattern = _DATE if has_han(finder.rows[row]) else _ENGLISH_DATE
    match = pattern.match(finder.copies[row])
    if match is not None:
        text = _item_text(finder, row, match.start("rest"), end)
    else:
        dates = list(_DATE_INSIDE.finditer(finder.copies[row]))
        match = dates[0] if len(dates) == 1 else None
        text = _item_text(finder, row, 0, row + 1)
    year = _year(match["date"]) if match else None
    if match is None or not text or year is None:
        return None
    date = finder.rows[row][slice(*match.span("date"))]
    return (
        (date, text, year)
        if len(text) >= len(date) + _MIN_EVENT_CHARACTERS or (date not in text)
        else None
    )


def _as_timeline(items: Sequence[FactItem]) -> Iterator[Fact]:
    if len(items) >= _MIN_DATES:
        shown = tuple(items[:_MAX_ITEMS])
        yield Fact("timeline", shown[0].row, shown[-1].row + 2, "", shown)


def _quotations(finder: ClauseFinder, first: int, end: int) -> Iterator[Fact]:
    """Yield words in quotation marks that a named speaker says."""
    for row in range(first, end):
        for match in _QUOTED.finditer(finder.rows[row]):
            words = match["words"] or match["words2"]
            if not _MIN_QUOTATION_WIDTH <= display_width(words, "visual") <= _MAX_QUOTATION_WIDTH:
                continue
            before = finder.copies[row][: match.start()] or (
                finder.copies[row - 1] if row > first else ""
            )
            saying = _SAYING.search(before)
            if saying is None or _CONTEXT.search(saying["speaker"]):
                continue
            speaker = without_opener(saying["speaker"])
            terms = finder.terms_of(speaker)
            if terms and terms[-1].tag in {"nr", "nrt", "eng", "nz", "nt"}:
                yield Fact("quotation", row, row + 1, "", (FactItem(row, words, speaker),))
                break


def _persons(finder: ClauseFinder, first: int, end: int) -> Iterator[Fact]:
    """Yield people at their first mention with a role: OpenAI 应用 CEO Fidji Simo."""
    for row in range(first, end):
        match = _ROLE_NAME.match(finder.rows[row])
        if match is None or _CONTEXT.search(simplified_copy(match["role"])):
            continue
        role = without_opener(match["role"]).strip()
        said_before = any(match["name"] in text for text in finder.rows[:row])
        if not said_before and len(role) > 1 and finder.is_whole(role, MAX_CLAUSE_WIDTH):
            yield Fact("person", row, row + 1, match["name"], (FactItem(row, role),))


def _definitions(finder: ClauseFinder, first: int, end: int) -> Iterator[Fact]:
    """Yield a term of the talk with what it is, once."""
    found: list[Fact] = []
    for row in range(first, end):
        text = without_opener(finder.rows[row]).rstrip("，。；,.; ")
        match = _DEFINITION.match(simplified_copy(text))
        if match is None or not (finder.begins_clause(row) and finder.ends_clause(row)):
            continue
        term, what = text[slice(*match.span("term"))], text[match.end("term") :]
        what = what.lstrip("”》，,")
        terms = finder.terms_of(match["term"])
        if (
            len(terms) == 1
            and terms[0].is_topic_word
            and display_width(term, "visual") <= _MAX_TERM_WIDTH
            and not _CONTEXT.search(match["what"])
            and not any(match["term"] in other.title for other in found)
            and finder.is_whole(text, MAX_CLAUSE_WIDTH)
        ):
            found.append(Fact("definition", row, row + 1, term, (FactItem(row, what),)))
    yield from found


def _comparisons(finder: ClauseFinder, first: int, end: int) -> Iterator[Fact]:
    """Yield what is said on one hand and on the other."""
    one, other = _ONE_OTHER
    for row in range(first, end):
        left = one.match(finder.copies[row])
        if left is None:
            continue
        for later in range(row + 1, min(row + 12, end)):
            right = other.match(finder.copies[later])
            if right is None:
                continue
            texts = (
                _item_text(finder, row, left.start("rest"), end),
                _item_text(finder, later, right.start("rest"), end),
            )
            if all(texts):
                items = (
                    FactItem(row, texts[0], side="left"),
                    FactItem(later, texts[1], side="right"),
                )
                yield Fact("comparison", row, later + 2, "", items)
            break


def _bars(finder: ClauseFinder, first: int, end: int) -> Iterator[Fact]:
    """Yield two numbers of one unit, the one that was and the one that is."""
    for row in range(first, end):
        match = _FROM_TO.search(finder.copies[row])
        clause = finder.at(row)
        if match is None or clause is None or _DENIED.search(finder.copies[row][: match.start()]):
            continue
        items = tuple(
            FactItem(row, "", match[name], _value(match[name])) for name in ("one", "two")
        )
        if all(item.value for item in items):
            yield Fact("bars", row, clause.end_row, clause.text, items)


def _figures(finder: ClauseFinder, first: int, end: int) -> Iterator[Fact]:
    """Yield a number with its unit in a clause that says what it counts."""
    for row in range(first, end):
        clause = finder.at(row)
        if clause is None:
            continue
        copy = simplified_copy(clause.text)
        numbers = list(_FIGURE.finditer(copy))
        if len(numbers) != 1 or _DENIED.search(copy[: numbers[0].start()]):
            continue
        label = clause.text[slice(*numbers[0].span())].strip()
        items = (FactItem(row, clause.text, label, _value(label)),)
        yield Fact("figure", row, clause.end_row, "", items)


def _questions(finder: ClauseFinder, first: int, end: int) -> Iterator[Fact]:
    """Yield a question that is understood alone, with up to three clauses that follow it."""
    for row in range(first, end):
        text = without_opener(finder.rows[row])
        if not text.endswith(("？", "?")) or not finder.begins_clause(row):
            continue
        question = text.rstrip("？?呢 ")
        if (
            _CONTEXT.search(simplified_copy(question))
            or not asks(question)
            or not finder.is_whole(question, MAX_CLAUSE_WIDTH)
        ):
            continue
        if display_width(question, "visual") < len("为什么会这样"):
            continue
        answers = list(finder.clauses(row + 1, min(row + 16, end)))[:3]
        if answers:
            items = tuple(FactItem(answer.first_row, answer.text) for answer in answers)
            yield Fact("question", row, answers[-1].end_row, question + "？", items)


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return _ENGLISH_NUMBERS.get(text, _DIGITS.get(text, 0))


def _year(date: str) -> float | None:
    digits = "".join(
        str(_DIGITS[character]) if character in _DIGITS else character for character in date
    )
    match = re.search(r"1[0-9]{3}|20[0-9]{2}", digits)
    if match is None:
        return None
    return -float(match.group()) if "公元前" in date else float(match.group())


def _value(label: str) -> float | None:
    match = _NUMBER_VALUE.search(label)
    if match is None:
        return None
    value = float(match.group().replace(",", ""))
    for unit, factor in (("万亿", 1e12), ("亿", 1e8), ("万", 1e4)):
        if unit in label:
            return value * factor
    return value
