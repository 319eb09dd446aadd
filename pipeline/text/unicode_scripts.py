"""Which script and width a character has."""

from __future__ import annotations

import unicodedata


def is_han(character: str) -> bool:
    """Tell whether a character is a Han ideograph."""
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"


HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""The inside of a character class: every Chinese character, with 々〆〇."""

LATIN = (
    "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f"
    "\u0370-\u03ff\u0400-\u052f\u1e00-\u1fff\uff21-\uff3a\uff41-\uff5a"
)
"""The inside of a character class: letters of scripts written with spaces that talks quote (Latin, Greek, Cyrillic), accents too."""

DIGIT = "0-9\uff10-\uff19"
"""The inside of a character class: Western digits, half and full width."""

HAN_NUMERALS = "零〇一二三四五六七八九十百千万亿兆两几半"
"""The characters of a number written in Chinese."""

EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
"""The inside of a character class: symbols drawn as pictures."""


def is_full_width(char: str) -> bool:
    """Return whether a character takes two columns."""
    return unicodedata.east_asian_width(char) in "WF"
