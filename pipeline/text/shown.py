"""What a profile shows for the characters of a row."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pipeline.text.atoms import HAN

if TYPE_CHECKING:
    from pipeline.text.profiles import Limits

_CHINESE = re.compile(f"[{HAN}\u3001-\u3011\uff01-\uff5e“”‘’…—]")
_ELLIPSIS = re.compile(r"…+|\.{3,}|。{2,}")
_ROUND = re.compile(r"\([^()]+\)")
_ENDS = "”’）》〉」』】)]？！?!"
_FULL = {"?": "？", "!": "！", ":": "：", ";": "；", ",": " ", "•": "·", "・": "·", "‧": "·"}


def shown_characters(text: str, limits: Limits) -> list[str]:
    """Return what is shown for each character of a row: itself, another, or nothing; white space at a line's ends is not shown.

    `verbatim` shows every character. `netflix` follows Netflix's Simplified Chinese guide: no 。 and no ， (a space in mid-line),
    … as one character, half-width digits, ？！：；（） and “” in full width next to Chinese, · in names.
    """
    plain = [" " if char in "\n\r\t\v\f\x85\u2028\u2029" else char for char in text]
    if limits.punctuation == "verbatim":
        return plain
    shown = _netflix("".join(plain))
    return shown if any(char.strip() for char in shown) else plain


def _netflix(text: str) -> list[str]:
    chinese = bool(_CHINESE.search(text))
    shown = [_netflix_character(text, index) for index in range(len(text))]
    for run in _ELLIPSIS.finditer(text):
        shown[run.start() : run.end()] = ["…", *[""] * (len(run.group()) - 1)]
    for pair in _ROUND.finditer(text):
        if _CHINESE.search(pair.group()) or _CHINESE.match(text[pair.start() - 1 : pair.start()]):
            shown[pair.start()], shown[pair.end() - 1] = "（", "）"
    if chinese:
        for number, index in enumerate(index for index, char in enumerate(text) if char == '"'):
            shown[index] = "“”"[number % 2]
    return _single_spaced(shown)


def _netflix_character(text: str, index: int) -> str:
    char, before, after = text[index], text[index - 1 : index], text[index + 1 : index + 2]
    if char in "。，":
        return "" if after and after in _ENDS else " "
    if char in _FULL and (_CHINESE.match(before) or _CHINESE.match(after)):
        return _FULL[char]
    return unicodedata.normalize("NFKC", char) if "０" <= char <= "９" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ" else char


def _single_spaced(shown: list[str]) -> list[str]:
    out: list[str] = []
    spaced = True
    for char in shown:
        blank = char != "" and not char.strip()
        out.append("" if blank and spaced else char)
        if char:
            spaced = blank
    return out
