"""Characters that are not words: which a voice pauses at, which it reads out, and which are only seen."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pipeline.text.expressions import Reading, read_number
from pipeline.text.numbers import cardinal

if TYPE_CHECKING:
    from collections.abc import Callable

STRONG = "。！？"
WEAK = "，、；："
"""Marks a voice is given: those that end a sentence, and those that do not."""

_PAUSES = {
    **{mark: mark for mark in STRONG + WEAK},
    **dict(zip(",;!?｡､", "，；！？。、", strict=True)),
    **dict.fromkeys("|｜→⇒➜•", "，"),
}
_QUOTED = " ”’\"'»"
_REACH = 40
_OPEN = "（([{【〔［｛〖"
_CLOSE = "）)]}】〕］｝〗"
_LONG = "…—–―⸺"
_HYPHENS = "-‐‑−"
_SILENT = frozenset("《》〈〉＜＞“”‘’\"'「」『』﹁﹂﹃﹄·‧・*`^\\♪♫†‡§¶©®™′″#")
_SAID = {
    "@": "艾特",
    "%": "百分号",
    "‰": "千分之",
    "≠": "不等于",
    "≈": "约等于",
    "<": "小于",
    ">": "大于",
    "≤": "小于等于",
    "≥": "大于等于",
    "±": "正负",
    "×": "乘",
    "÷": "除以",
    "√": "根号",
    "∞": "无穷大",
    "°": "度",
    "℃": "摄氏度",
    "℉": "华氏度",
    "²": "平方",
    "³": "立方",
    "$": "美元",
    "¥": "元",
    "€": "欧元",
    "£": "英镑",
    "α": "阿尔法",
    "β": "贝塔",
    "γ": "伽马",
    "δ": "德尔塔",
    "Δ": "德尔塔",
    "ε": "艾普西隆",
    "θ": "西塔",
    "λ": "兰姆达",
    "μ": "缪",
    "π": "派",
    "σ": "西格玛",
    "Σ": "西格玛",
    "φ": "斐",
    "ω": "欧米伽",
    "Ω": "欧米伽",
}
_WEAPONS = re.compile(r"(?:[歼运轰直苏教强米图安伊卫]|东风|长征|神舟|天宫|嫦娥|巨浪|红旗|鹰击|霹雳|天问|北斗|米格|枭龙)$")
_AMOUNT = re.compile(r"[0-9][0-9.,]*[百千万亿]*[^\W0-9A-Za-z_]{1,3}$|(?<![A-Za-z0-9.,-])[0-9][0-9.,]*(?:[A-Za-z]{1,3}|[%℃°])$")
"""A number with what it counts: a hyphen after it means from-to, a slash each."""

_NAMED = re.compile(r"[A-Za-z][-\s]?[0-9.]+$")
_ABBREVIATED = re.compile(r"(?<![A-Za-z])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Ltd|Co|Corp|vs|etc|al)$")


def read_mark(text: str, at: int) -> Reading:
    """Return where the mark at `at` ends and what a Chinese voice is given for it; runs of one mark are taken at once."""
    character = text[at]
    if character in _PAUSES:
        return at + 1, _PAUSES[character]
    if character in _RULES:
        return _RULES[character](text, at)
    if character in _SAID:
        return at + 1, _SAID[character]
    if character in _SILENT:
        return at + 1, ""
    return _space(text, at) if character.isspace() else (at + 1, _letter(character))


def clean_mark(text: str, at: int) -> Reading:
    """Return what a voice of another language is given for a character: itself, unless no voice says it."""
    character = text[at]
    if character.isspace():
        return _run(text, at), " "
    if character in "’‘":
        return at + 1, "'" if text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha() else ""
    if character in _LONG or character in _OPEN or character in _CLOSE:
        end = _run(text, at)
        apart = _before(text, at).rstrip(_QUOTED)[-1:].isalnum() and heard(_after(text, end))
        return end, ", " if apart else " "
    if character.isascii():
        return at + 1, "" if character in _SILENT or not character.isprintable() else character
    return at + 1, character if character in _PAUSES or character in "€£¥°" else _plain_letter(character)


def heard(text: str) -> bool:
    """Tell whether a text has anything a voice says: a letter or a digit."""
    return any(character.isalnum() for character in text)


def _before(text: str, at: int) -> str:
    """Return the near past of a place: rules look no further, so that a row of any length is read in one pass."""
    return text[max(0, at - _REACH) : at]


def _after(text: str, at: int) -> str:
    return text[at : at + _REACH]


def _run(text: str, at: int) -> int:
    """Return where the run of the character at `at` ends (of any white space, where it is that)."""
    kind = text[at]
    rest = text[at:]
    return len(text) - len(rest.lstrip() if kind.isspace() else rest.lstrip(kind))


def _space(text: str, at: int) -> Reading:
    """Return a comma for a space between Han, where it stands for one (as subtitles write it); else a space."""
    end = _run(text, at)
    sides = text[at - 1 : at], text[end : end + 1]
    return end, "，" if all(is_han(side) for side in sides) else " "


def is_han(character: str) -> bool:
    """Tell whether a character is a Han ideograph."""
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"


def _letter(character: str) -> str:
    """Return a letter of any script as it is, a number in another dress as a number, nothing for a picture."""
    plain = unicodedata.normalize("NFKC", character).replace("⁄", "/")
    if plain != character and plain[0] in "0123456789":
        found = read_number(plain, 0)
        return found[1] if found else ""
    if "Ⅰ" <= character <= "Ⅻ":
        return cardinal(str(int(unicodedata.numeric(character))))
    return _plain_letter(character)


def _plain_letter(character: str) -> str:
    kept = unicodedata.category(character)[0] in "LNM" and not "\ufe00" <= character <= "\ufe0f"
    return character if kept else ""


def _opening(_: str, at: int) -> Reading:
    return at + 1, "，"


def _closing(text: str, at: int) -> Reading:
    return at + 1, "，" if heard(_after(text, at + 1)) else ""


def _long(text: str, at: int) -> Reading:
    end = _run(text, at)
    if heard(_after(text, end)):
        return end, "，"
    return end, "。" if text[at] == "…" else ""


def _hyphen(text: str, at: int) -> Reading:
    """Return how a hyphen is said: a minus, from-to, or nothing but the joint of a name."""
    before, last, after = _before(text, at), text[at - 1 : at], text[at + 1 : at + 2]
    if after.isdigit():
        if _NAMED.search(before):
            return at + 1, " "
        if last.isdigit() or _AMOUNT.search(before):
            return at + 1, "到"
        return at + 1, "" if _WEAPONS.search(before) else " " if last.isascii() and last.isalpha() else "负"
    if last == " " and after == " ":
        return at + 1, "，"
    return at + 1, "" if is_han(last) and is_han(after) else " "


def _tilde(text: str, at: int) -> Reading:
    if text[at + 1 : at + 2].isdigit():
        return at + 1, "到" if text[at - 1 : at].isdigit() else "大约"
    return at + 1, ""


def _slash(text: str, at: int) -> Reading:
    if _AMOUNT.search(_before(text, at)) and re.match(r"s(?![A-Za-z])|[^\W0-9A-Za-z_第]", text[at + 1 :]):
        return (at + 2, "每秒") if text.startswith("s", at + 1) else (at + 1, "每")
    return at + 1, " " if text[at - 1 : at].isascii() and text[at + 1 : at + 2].isascii() else "、"


def _colon(_: str, at: int) -> Reading:
    return at + 1, "："


def _dot(text: str, at: int) -> Reading:
    """Return how a dot is said: 点 inside a name (main.py), nothing after an initial, a full stop at an end."""
    before, after = _before(text, at), text[at + 1 : at + 2]
    abbreviated = _ABBREVIATED.search(before) is not None
    if re.match(r"js(?![A-Za-z0-9])", text[at + 1 :]):
        return at + 3, " JS"
    if after.isascii() and after.isalnum():
        return at + 1, " " if abbreviated else "点"
    end = _run(text, at)
    if end > at + 1 and heard(_after(text, end)):
        return end, "，"
    return end, "" if abbreviated else "。"


def _plus(text: str, at: int) -> Reading:
    end = _run(text, at)
    last, after = text[at - 1 : at], text[end : end + 1]
    if end - at > 1:
        return end, " 加加" if last.isascii() and last.isalpha() else ""
    about = (last.isdigit() and text[at - 2 : at].isdigit()) or last in set("w百千万亿")
    return end, "多" if about and not after.isdigit() else "加"


def _equals(text: str, at: int) -> Reading:
    end = _run(text, at)
    return end, "等于" if end - at == 1 else " "


def _underscore(_: str, at: int) -> Reading:
    return at + 1, " "


def _sharp(text: str, at: int) -> Reading:
    return at + 1, " sharp" if re.search(r"(?<![A-Za-z])[CF]$", _before(text, at)) else ""


def _ampersand(text: str, at: int) -> Reading:
    sides = _before(text, at).rstrip()[-1:], _after(text, at + 1).lstrip()[:1]
    return at + 1, " and " if all(side.isascii() for side in sides) else "和"


_RULES: dict[str, Callable[[str, int], Reading]] = {
    **dict.fromkeys(_OPEN, _opening),
    **dict.fromkeys(_CLOSE, _closing),
    **dict.fromkeys(_LONG, _long),
    **dict.fromkeys(_HYPHENS, _hyphen),
    **dict.fromkeys("~～", _tilde),
    "/": _slash,
    ":": _colon,
    ".": _dot,
    "+": _plus,
    "=": _equals,
    "_": _underscore,
    "#": _sharp,
    "&": _ampersand,
}
