"""The spoken form of symbols: pauses, names that are read out, and nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pipeline.text.normalization.cardinals import cardinal_reading
from pipeline.text.normalization.expressions import SpokenMatch, read_number
from pipeline.text.normalization.symbol_names import ENGLISH_SYMBOL_NAMES, SYMBOL_NAMES
from pipeline.text.normalization.units import SIMPLE_READINGS, SIMPLE_UNIT_PATTERN
from pipeline.text.unicode_scripts import is_han

if TYPE_CHECKING:
    from collections.abc import Callable

SENTENCE_PAUSES = "。！？"
CLAUSE_PAUSES = "，、；："
"""Punctuation that a voice gets: that which ends a sentence, and that which does not."""

_PAUSE_MARKS = {
    **{mark: mark for mark in SENTENCE_PAUSES + CLAUSE_PAUSES},
    **dict(zip(",;!?｡､", "，；！？。、", strict=True)),
    **dict.fromkeys("|｜•➔➙➛➝➞➡⟶⇨►▶", "，"),
}

_SPACES_AND_QUOTES = " ”’\"'»"
_CONTEXT_CHARACTERS = 40
_OPENING_BRACKETS = "（([{【〔［｛〖"
_CLOSING_BRACKETS = "）)]}】〕］｝〗"
_DASHES_AND_ELLIPSES = "…—–―⸺"
_HYPHENS = "-‐‑−"
_ARROWS = "→⇒➜⟶"
_TRENDS = {"↑": "上升", "↓": "下降", "⬆": "上升", "⬇": "下降", "↗": "上升", "↘": "下降"}
_SILENT_SYMBOLS = frozenset(
    "《》〈〉“”‘’\"'「」『』﹁﹂﹃﹄·‧・*`^\\♪♫†‡§¶©®™′″#✓✔✗✘☑✅❌★☆●○■□◆◇▲△▼▽◎※"
)

_POWER = re.compile(
    r"(?<=[A-Za-z0-9)）α-ω])\^[{(]?(?P<sign>[-−])?(?:(?P<digits>[0-9]{1,3})|(?P<letter>[A-Za-z](?![A-Za-z])))[})]?"
)
_POWER_NAMES = {"2": "平方", "3": "立方"}

_MODEL_SERIES = re.compile(
    r"(?:[歼运轰直苏教强米图安伊卫]|东风|长征|神舟|天宫|嫦娥|巨浪|红旗|鹰击|霹雳|天问|北斗|米格|枭龙)$"
)

_AMOUNT_WITH_UNIT = re.compile(
    r"[0-9][0-9.,]*[百千万亿]*[^\W0-9A-Za-z_]{1,3}$|(?<![A-Za-z0-9.,-])[0-9][0-9.,]*(?:[A-Za-z]{1,3}|[%℃°‰‱㎡])$"
)
"""A number with its unit: a hyphen after it means from-to, a slash means per."""

_NAME_WITH_NUMBER = re.compile(r"[A-Za-z][-\s]?[0-9.]+$")

_WEEKDAY_BEFORE = re.compile(
    r"(?:周|星期|礼拜)[一二三四五六日天]$|[一二三四五六七八九十]月(?:份|底|初)?$"
)
_WEEKDAY_AFTER = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天]|[一二三四五六七八九十]{1,3}月")
_SERIES_RANGE_BEFORE = re.compile(r"(?<![A-Za-z])(?P<name>[A-Z]|FY|Day|Week|Lv)\s?[0-9]{1,2}$")
_LETTER_RANGE_BEFORE = re.compile(r"(?<![A-Za-z0-9-])([A-Za-z])$")
_VARIABLE_BEFORE = re.compile(r"(?<![A-Za-z0-9])[a-z][²³]?$|平方$")
_ARROW_SIDE = re.compile(r"\s?[-−+$¥€£]?[0-9]")
_PRICE_BEFORE = re.compile(r"[$¥€£₹₩]\s?[0-9][0-9.,]*[百千万亿kKmM]?$")
_FACTOR_BEFORE = re.compile(r"[0-9][xX×倍]$")

_UNIT = re.compile(SIMPLE_UNIT_PATTERN)
_ABBREVIATION = re.compile(
    r"(?<![A-Za-z])(?:[A-Za-z]|Vol|VOL|vol|EP|Lv|LV|lv|No|Ch|Fig|Sec|Ep|Ver|Eq|Pt|Art|Mt|pp|approx|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Ltd|Co|Corp|vs|etc|al)$"
)


def read_symbol(text: str, start: int) -> SpokenMatch:
    """Return where the symbol at `start` ends and its spoken form in Chinese.

    A run of the same symbol is one symbol.
    """
    character = text[start]
    if character in _PAUSE_MARKS:
        return start + 1, _PAUSE_MARKS[character]
    if character in _SYMBOL_READERS:
        return _SYMBOL_READERS[character](text, start)
    if character in SYMBOL_NAMES:
        return start + 1, SYMBOL_NAMES[character]
    if character in _SILENT_SYMBOLS:
        return start + 1, ""
    return _read_space(text, start) if character.isspace() else (start + 1, _read_letter(character))


def read_english_symbol(text: str, start: int) -> SpokenMatch:
    """Return where the symbol at `start` ends and its spoken form in English."""
    name = ENGLISH_SYMBOL_NAMES.get(text[start])
    if name is None:
        return clean_symbol(text, start)
    if text[start] in "→⇒" and not is_pronounceable(_text_before(text, start)):
        return start + 1, ""
    end = start + 1
    while text[end : end + 1] == " ":
        end += 1
    return end, name


def clean_symbol(text: str, start: int) -> SpokenMatch:
    """Return where the symbol at `start` ends and its spoken form in other languages."""
    character = text[start]
    if character.isspace():
        return _run_end(text, start), " "
    if character in "’‘":
        return start + 1, "'" if text[start - 1 : start].isalpha() and text[
            start + 1 : start + 2
        ].isalpha() else ""
    if (
        character in _DASHES_AND_ELLIPSES
        or character in _OPENING_BRACKETS
        or character in _CLOSING_BRACKETS
    ):
        end = _run_end(text, start)
        needs_pause = _text_before(text, start).rstrip(_SPACES_AND_QUOTES)[
            -1:
        ].isalnum() and is_pronounceable(_text_after(text, end))
        return end, ", " if needs_pause else " "
    if character.isascii():
        return (
            start + 1,
            "" if character in _SILENT_SYMBOLS or not character.isprintable() else character,
        )
    return (
        start + 1,
        character
        if character in _PAUSE_MARKS or character in "€£¥°"
        else _letter_or_nothing(character),
    )


def is_pronounceable(text: str) -> bool:
    """Return whether a text has anything that a voice says: a letter or a digit."""
    return any(character.isalnum() for character in text)


def _text_before(text: str, start: int) -> str:
    """Return the text shortly before an index; rules look no further, so time stays linear."""
    return text[max(0, start - _CONTEXT_CHARACTERS) : start]


def _text_after(text: str, start: int) -> str:
    return text[start : start + _CONTEXT_CHARACTERS]


def _run_end(text: str, start: int) -> int:
    """Return where the run of the character at `start` ends; all white space is one character."""
    kind = text[start]
    rest = text[start:]
    return len(text) - len(rest.lstrip() if kind.isspace() else rest.lstrip(kind))


def _read_space(text: str, start: int) -> SpokenMatch:
    """Return a comma for a space between Han, which subtitles write for a comma; else a space."""
    end = _run_end(text, start)
    sides = text[start - 1 : start], text[end : end + 1]
    return end, "，" if all(is_han(side) for side in sides) else " "


def _read_letter(character: str) -> str:
    """Return a letter as it is, the reading of a number sign such as ①, and "" for a picture."""
    plain = unicodedata.normalize("NFKC", character).replace("⁄", "/")
    if plain.startswith("(") and plain.endswith(")") and len(plain) > len("()"):  # ⑴ ㈠ ㈱
        plain = plain[1:-1]
    if plain != character and is_han(plain[0]) and unicodedata.category(character)[0] != "L":
        return plain
    if plain != character and plain[0] in "0123456789":
        match = read_number(plain, 0)
        return match[1] if match else ""
    if "Ⅰ" <= character <= "Ⅿ" or "ⅰ" <= character <= "ⅿ":
        return cardinal_reading(str(int(unicodedata.numeric(character))))
    spoken = _letter_or_nothing(character)
    if not spoken and plain != character and character not in _NOT_READ_AS_LETTERS:  # ㊙ ㍻ ㈱ 🈚
        spoken = "".join(filter(str.isalpha, plain))
    if "㌀" <= character <= "㏿":  # a unit without a number
        return SIMPLE_READINGS.get(character, plain)
    return spoken


_NOT_READ_AS_LETTERS = frozenset("™℠©®🅮🆊")


def _letter_or_nothing(character: str) -> str:
    is_letter = (
        unicodedata.category(character)[0] in "LNM" and not "\ufe00" <= character <= "\ufe0f"
    )
    return character if is_letter else ""


def _read_opening(_: str, start: int) -> SpokenMatch:
    return start + 1, "，"


def _read_closing(text: str, start: int) -> SpokenMatch:
    return start + 1, "，" if is_pronounceable(_text_after(text, start + 1)) else ""


def _read_dash_or_ellipsis(text: str, start: int) -> SpokenMatch:
    end = _run_end(text, start)
    before = _text_before(text, start).rstrip()
    if text[start] in "–—―" and (
        (_ARROW_SIDE.match(text, end) and (_AMOUNT_WITH_UNIT.search(before) or _is_dated(before)))
        or _is_from_to(before, text[end : end + 8])
    ):
        return end, "到"
    if is_pronounceable(_text_after(text, end)):
        return end, "，"
    return end, "。" if text[start] == "…" else ""


def _read_hyphen(text: str, start: int) -> SpokenMatch:  # noqa: PLR0911 - one line for each use
    """Return how a hyphen is said: as minus, as from-to, or not at all inside a name."""
    before, previous, after = (
        _text_before(text, start),
        text[start - 1 : start],
        text[start + 1 : start + 2],
    )
    if _is_from_to(before, text[start + 1 : start + 8]):
        return start + 1, "到"
    if after.isalnum() and after.isascii() and _VARIABLE_BEFORE.search(before):
        return start + 1, "减"
    if after.isdigit():
        if _NAME_WITH_NUMBER.search(before):
            return start + 1, " "
        if previous.isdigit() or _AMOUNT_WITH_UNIT.search(before):
            return start + 1, "到"
        return start + 1, "" if _MODEL_SERIES.search(
            before
        ) else " " if previous.isascii() and previous.isalpha() else "负"
    if previous == " " and after == " ":
        return start + 1, "，"
    return start + 1, "" if is_han(previous) and is_han(after) else " "


def _is_from_to(before: str, after: str) -> bool:
    """Return whether a hyphen stands for 到: Q1-Q3, A-Z, 周一-周五."""
    if _WEEKDAY_BEFORE.search(before) and _WEEKDAY_AFTER.match(after):
        return True
    series = _SERIES_RANGE_BEFORE.search(before)
    if series and re.match(rf"{series['name']}\s?[0-9]{{1,2}}(?![0-9A-Za-z])", after):
        return True
    letter = _LETTER_RANGE_BEFORE.search(before)
    return bool(
        letter
        and re.match(r"[A-Za-z](?![A-Za-z0-9-])", after)
        and letter[1].isupper() == after[0].isupper()
        and (letter[1], after[0]) in {("A", "Z"), ("a", "z")}
    )


def _read_tilde(text: str, start: int) -> SpokenMatch:
    before = _text_before(text, start).rstrip()
    if _ARROW_SIDE.match(text, start + 1):
        is_range = before[-1:].isdigit() or _AMOUNT_WITH_UNIT.search(before) or _is_dated(before)
        return start + 1, "到" if is_range or _FACTOR_BEFORE.search(before) else "大约"
    if _is_from_to(before, text[start + 1 : start + 8]):
        return start + 1, "到"
    return start + 1, ""


def _is_dated(before: str) -> bool:
    return re.search(r"[0-9](?:年|月|日|号|点|时|分|岁|个月)$", before) is not None


def _read_arrow(text: str, start: int) -> SpokenMatch:
    """Return 到 for an arrow between amounts, 67.3%→89.1%, and a pause for any other."""
    before = _text_before(text, start).rstrip()
    if _ARROW_SIDE.match(text, start + 1) and (
        before[-1:].isdigit() or _AMOUNT_WITH_UNIT.search(before) or _FACTOR_BEFORE.search(before)
    ):
        return start + 1, "到"
    return start + 1, "，" if is_pronounceable(_text_after(text, start + 1)) else ""


def _read_trend(text: str, start: int) -> SpokenMatch:
    """Return 上升 for ↑ beside an amount, and nothing for one that points at something."""
    beside_amount = _ARROW_SIDE.match(text, start + 1) or re.search(
        r"[0-9][0-9.,]*[%‰]?\s?$", _text_before(text, start)
    )
    return start + 1, _TRENDS[text[start]] if beside_amount else ""


def _read_raised(text: str, start: int) -> SpokenMatch:
    """Return 平方 and 立方; before a sign it is the charge of an ion: Ca²⁺ is Ca二正."""
    is_charge = text[start + 1 : start + 2] in {"⁺", "⁻"}
    names = ("二", "三") if is_charge else ("平方", "立方")
    return start + 1, names["²³".index(text[start])]


def _read_triangle(text: str, start: int) -> SpokenMatch:
    """Return 三角形 before the names of its corners."""
    is_named = re.match(r"[A-Z]{2,3}(?![A-Za-z])", text[start + 1 :]) is not None
    return start + 1, "三角形" if is_named else ""


def _read_at(text: str, start: int) -> SpokenMatch:
    """Return 艾特, but nothing between two quantities: 4K@60fps."""
    is_rate = text[start + 1 : start + 2].isdigit() and re.search(
        r"[0-9][A-Za-z]{0,3}$", _text_before(text, start)
    )
    return start + 1, " " if is_rate else "艾特"


def _read_caret(text: str, start: int) -> SpokenMatch:
    """Return how a power is said: x^2 is x平方, x^n is x的n次方."""
    power = _POWER.match(text, start)
    if power is None:
        return start + 1, ""
    digits = power["digits"]
    if digits and not power["sign"]:
        name = _POWER_NAMES.get(digits) or f"的{cardinal_reading(digits)}次方"
        return power.end(), name
    sign = "负" if power["sign"] else ""
    body = cardinal_reading(digits) if digits else power["letter"]
    return power.end(), f"的{sign}{body}次方"


def _read_slash(text: str, start: int) -> SpokenMatch:
    unit = _UNIT.match(text, start + 1)
    if unit is not None and re.search(
        r"[0-9][0-9.,]*\s?(?:[百千万亿]{1,2}|[百千万亿]{0,2}(?:[^\W0-9A-Za-z_]{1,3}|[A-Za-z]{2,3}))$",
        _text_before(text, start),
    ):
        return unit.end(), f"每{SIMPLE_READINGS[unit[0]]}"
    before = _text_before(text, start)
    is_amount = _AMOUNT_WITH_UNIT.search(before) or _PRICE_BEFORE.search(before)
    if is_amount and re.match(r"s(?![A-Za-z])|[^\W0-9A-Za-z_第]", text[start + 1 :]):
        return (start + 2, "每秒") if text.startswith("s", start + 1) else (start + 1, "每")
    return start + 1, " " if text[start - 1 : start].isascii() and text[
        start + 1 : start + 2
    ].isascii() else "、"


def _read_colon(_: str, start: int) -> SpokenMatch:
    return start + 1, "："


def _read_dot(text: str, start: int) -> SpokenMatch:
    """Return how a dot is said: 点 in main.py, nothing after an initial, a full stop at an end."""
    before, after = _text_before(text, start), text[start + 1 : start + 2]
    abbreviated = _ABBREVIATION.search(before) is not None
    if re.match(r"js(?![A-Za-z0-9])", text[start + 1 :]):
        return start + 3, " JS"
    if after.isdigit() and re.search(r"(?<![A-Za-z.])[A-Z]$", before):  # H.264, M.2
        return start + 1, "点"
    if after.isascii() and after.isalnum():
        return start + 1, " " if abbreviated else "点"
    end = _run_end(text, start)
    if end > start + 1 and is_pronounceable(_text_after(text, end)):
        return end, "，"
    return end, "" if abbreviated else "。"


def _read_plus(text: str, start: int) -> SpokenMatch:
    end = _run_end(text, start)
    previous, after = text[start - 1 : start], text[end : end + 1]
    if end - start > 1:
        return end, " 加加" if previous.isascii() and previous.isalpha() else ""
    if re.match(r"[0-9]{1,2}\+(?![0-9A-Za-z])", text[start - 1 : end + 1]) and re.search(
        r"(?:骁龙|天玑|Gen )[0-9]$", _text_before(text, start)
    ):
        return end, "加"
    if re.search(r"(?:增长|上涨|上升|增加|提升|涨|增)了?\s?$", _text_before(text, start)):
        return end, ""
    if previous in "%‰" and previous and not after.isdigit():
        return end, "以上"
    is_approximate = (previous.isdigit() and text[start - 2 : start].isdigit()) or previous in set(
        "wWkK百千万亿"
    )
    return end, "多" if is_approximate and not after.isdigit() else "加"


def _read_equals(text: str, start: int) -> SpokenMatch:
    end = _run_end(text, start)
    return end, "等于" if end - start == 1 else " "


def _read_underscore(_: str, start: int) -> SpokenMatch:
    return start + 1, " "


def _read_sharp(text: str, start: int) -> SpokenMatch:
    return start + 1, " sharp" if re.search(
        r"(?<![A-Za-z])[CF]$", _text_before(text, start)
    ) else ""


def _read_ampersand(text: str, start: int) -> SpokenMatch:
    sides = _text_before(text, start).rstrip()[-1:], _text_after(text, start + 1).lstrip()[:1]
    return start + 1, " and " if all(side.isascii() for side in sides) else "和"


_SYMBOL_READERS: dict[str, Callable[[str, int], SpokenMatch]] = {
    **dict.fromkeys(_OPENING_BRACKETS, _read_opening),
    **dict.fromkeys(_CLOSING_BRACKETS, _read_closing),
    **dict.fromkeys(_DASHES_AND_ELLIPSES, _read_dash_or_ellipsis),
    **dict.fromkeys(_HYPHENS, _read_hyphen),
    **dict.fromkeys("~～", _read_tilde),
    "/": _read_slash,
    "^": _read_caret,
    "@": _read_at,
    **dict.fromkeys("²³", _read_raised),
    **dict.fromkeys("△▲", _read_triangle),
    **dict.fromkeys(_ARROWS, _read_arrow),
    **dict.fromkeys(_TRENDS, _read_trend),
    ":": _read_colon,
    ".": _read_dot,
    "+": _read_plus,
    "=": _read_equals,
    "_": _read_underscore,
    "#": _read_sharp,
    "&": _read_ampersand,
}
