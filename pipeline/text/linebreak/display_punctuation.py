"""The punctuation that a subtitle profile shows for a row."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pipeline.text.unicode_scripts import HAN

if TYPE_CHECKING:
    from pipeline.subtitle_profiles import CueLimits

_CHINESE = re.compile(f"[{HAN}\u3001-\u3011\uff01-\uff5e“”‘’…—]")
_ELLIPSIS = re.compile(r"…+|\.{3,}|。{2,}")
_ROUND_BRACKETS = re.compile(r"\([^()]+\)")
_CLOSING_MARKS = "”’）》〉」』】)]？！?!"

_FULL_WIDTH_FORMS = {
    "?": "？",
    "!": "！",
    ":": "：",
    ";": "；",
    ",": " ",
    "•": "·",
    "・": "·",
    "‧": "·",
}


def display_characters(text: str, limits: CueLimits) -> list[str]:
    """Return what is shown for each character of a row: itself, another character, or "".

    `verbatim` shows every character. `netflix` follows Netflix's Simplified Chinese guide: no 。
    and no ， (a space inside a line), … as one character, half-width digits, ？！：；（） and “”
    in full width next to Chinese, · in names.
    """
    plain = [" " if char in "\n\r\t\v\f\x85\u2028\u2029" else char for char in text]
    if limits.punctuation == "verbatim":
        return plain
    shown = _netflix_characters("".join(plain))
    return shown if any(char.strip() for char in shown) else plain


def _netflix_characters(text: str) -> list[str]:
    chinese = bool(_CHINESE.search(text))
    shown = [_netflix_character(text, index) for index in range(len(text))]
    for run in _ELLIPSIS.finditer(text):
        shown[run.start() : run.end()] = ["…", *[""] * (len(run.group()) - 1)]
    for pair in _ROUND_BRACKETS.finditer(text):
        if _CHINESE.search(pair.group()) or _CHINESE.match(text[pair.start() - 1 : pair.start()]):
            shown[pair.start()], shown[pair.end() - 1] = "（", "）"
    if chinese:
        for number, index in enumerate(index for index, char in enumerate(text) if char == '"'):
            shown[index] = "“”"[number % 2]
    return _collapse_spaces(shown)


def _netflix_character(text: str, index: int) -> str:
    char, before, after = text[index], text[index - 1 : index], text[index + 1 : index + 2]
    if char in "。，":
        return "" if after and after in _CLOSING_MARKS else " "
    if char in _FULL_WIDTH_FORMS and (_CHINESE.match(before) or _CHINESE.match(after)):
        return _FULL_WIDTH_FORMS[char]
    return (
        unicodedata.normalize("NFKC", char)
        if "０" <= char <= "９" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ"
        else char
    )


def _collapse_spaces(shown: list[str]) -> list[str]:
    collapsed: list[str] = []
    after_space = True
    for char in shown:
        is_space = char != "" and not char.strip()
        collapsed.append("" if is_space and after_space else char)
        if char:
            after_space = is_space
    return collapsed
