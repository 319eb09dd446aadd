"""A copy of a row that is easier to read aloud, with every character in its place."""

from __future__ import annotations

import re
from functools import cache

from pipeline.text.word_lists import load_words

_FULL_WIDTH = {
    code + 0xFEE0: code
    for code in (*b"$%+-./", *range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))
} | {0xFFE5: 0xA5, 0xFE6A: 0x25, 0xFE69: 0x24, 0xFF1D: 0x3D, 0xFFE1: 0xA3}
"""Full-width digits, letters and signs to half width, one for one, so that positions stay."""

_MINUS_SIGNS = dict.fromkeys((0xFE63, 0x2010, 0x2011, 0x2012, 0x02D7, 0x2796), "-")
"""Hyphens and minus signs that are written for one another."""

_DASH_FOR_MINUS = re.compile(r"(?<![0-9A-Za-z%℃°年月日号点\-–—])[–—](?=[0-9])(?<![–—]{2})")
_BLANK = "[ \u00a0\u2009\u202f\u2007'’]"
_COUNTED = (
    r"(?=\s?(?:元|美元|个|人|万|亿|台|辆|次|名|张|件|条|户|家|吨|公斤|千克|米|公里|块"
    r"|円|日元|英镑|欧元|套|部|年|股|桶|种|只|亩|平方|㎡|%))"
)
_BLANK_GROUPS = re.compile(
    rf"(?<![0-9A-Za-z.,])(?<![A-Za-z] )[1-9][0-9]{{0,2}}(?:{_BLANK}[0-9]{{3}}){{1,4}}(?![0-9])"
    rf"(?:(?<=000)(?!{_BLANK}?[0-9])|{_COUNTED})"
)
_COMMA_GROUPS = re.compile(
    rf"(?<![0-9])[1-9][0-9]{{0,2}}(?:(?:[，٬]\s?[0-9]{{3}}){{2,}}(?![0-9])|[，٬][0-9]{{3}}(?![0-9]){_COUNTED}|(?<=[$¥€£][0-9])[，٬][0-9]{{3}}(?![0-9]))"
)
_EM_DASH_MINUS_AFTER = re.compile(r"[0-9.]+\s?[℃°%度]")


def reading_copy(shown: str) -> str:
    """Return a text of equal length with half-width digits, one minus sign and one comma.

    Traditional measure words and units are simplified in it, as the patterns have them. Numbers
    written as 1，000，000 or 1 000 000 are written as 1,000,000 in it.
    """
    text = shown.translate(_FULL_WIDTH).translate(_MINUS_SIGNS).translate(_simplified())
    text = _DASH_FOR_MINUS.sub(lambda dash: _minus_for_dash(text, dash), text)
    text = _COMMA_GROUPS.sub(lambda groups: re.sub("[，٬]", ",", groups[0]), text)
    return _BLANK_GROUPS.sub(lambda groups: re.sub(_BLANK, ",", groups[0]), text)


@cache
def _simplified() -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in load_words("zh/traditional_pairs")}


def is_traditional(shown: str) -> bool:
    """Return whether a text has characters that only Traditional Chinese has."""
    return any(ord(character) in _simplified() for character in shown)


def in_traditional(reading: str) -> str:
    """Return a reading of a number in Traditional characters: 兩 for 两, 萬 for 万."""
    return reading.translate(_TRADITIONAL_NUMERALS)


_TRADITIONAL_NUMERALS = str.maketrans(
    "两万亿点负时钟号欧镑韩币华摄纳约减个级无穷属项从兆顿张条毫数积",
    "兩萬億點負時鐘號歐鎊韓幣華攝納約減個級無窮屬項從兆頓張條毫數積",
)


def _minus_for_dash(text: str, dash: re.Match[str]) -> str:
    """Return - for an en dash before a number; an em dash is one only before –5℃ and the like."""
    if dash[0] == "–" or _EM_DASH_MINUS_AFTER.match(text, dash.end()):
        return "-"
    return dash[0]
