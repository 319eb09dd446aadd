"""Which script a character belongs to, and whether it is full width.

The upper-case names are the insides of character classes for `re`: `re.compile(f"[{HAN}]")`.
"""

from __future__ import annotations

import re
import unicodedata

HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, with 々〆〇. Planes 2 and 3 of Unicode are reserved for them."""

KANA = "\u3041-\u30ff"
"""Hiragana and katakana."""

HANGUL = "\uac00-\ud7a3"
"""Korean syllables."""

CJK_LETTERS = (
    "\u2e80-\u2fff\u3005-\u3007\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Letters drawn on the full-width grid: Han and its radicals, kana, bopomofo, Hangul."""

SPACELESS_SCRIPTS = (
    "\u2e80-\u312f\u3190-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
"""Scripts without spaces between words, and their punctuation: Chinese, Japanese, full-width forms,
Thai, Lao, Burmese and Khmer. Korean does put spaces between words."""

LATIN = (
    "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f"
    "\u0370-\u03ff\u0400-\u052f\u1e00-\u1fff\uff21-\uff3a\uff41-\uff5a"
)
"""Letters of the scripts with spaces that talks quote (Latin, Greek, Cyrillic), and accents."""

DIGIT = "0-9\uff10-\uff19"
"""Western digits, half and full width."""

HAN_NUMERALS = "零〇一二三四五六七八九十百千万亿兆两几半"
"""The characters of a number written in Chinese."""

EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
"""Symbols that are drawn as pictures."""

_HAN = re.compile(f"[{HAN}]")
_CJK_LETTER = re.compile(f"[{CJK_LETTERS}]")
_SPACELESS = re.compile(f"[{SPACELESS_SCRIPTS}]")


def is_han(character: str) -> bool:
    """Return whether a character is a Chinese character; False for an empty string."""
    return _HAN.match(character) is not None


def has_han(text: str) -> bool:
    """Return whether a text has at least one Chinese character."""
    return _HAN.search(text) is not None


def han_count(text: str) -> int:
    """Return the number of Chinese characters in a text."""
    return len(_HAN.findall(text))


def is_cjk_letter(character: str) -> bool:
    """Return whether a character is a letter of CJK_LETTERS: Han, kana, bopomofo, Hangul."""
    return _CJK_LETTER.match(character) is not None


def is_spaceless(character: str) -> bool:
    """Return whether a character belongs to a script that puts no spaces between words."""
    return _SPACELESS.match(character) is not None


def is_full_width(character: str) -> bool:
    """Return whether a character takes two columns (Unicode Standard Annex 11: W and F)."""
    return unicodedata.east_asian_width(character) in "WF"
