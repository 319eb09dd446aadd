"""What the server said, held against what was asked: only answers that are surely the right row's are taken."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from pipeline.subtitles.literal import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST = 1_000
"""Characters of a translated row; ten times what a subtitle holds."""

_ALIKE = 0.85
_HAN = re.compile(r"[\u3400-\u9fff]")
_HAN_LANGUAGES = ("zh", "ja", "yue", "cmn", "wuu")
_SHORT = 6
_MOST_BROKEN = 1_000


def accepted(content: str, asked: Mapping[int, str], language: str) -> tuple[dict[int, str], Counter[str]]:
    """Return the translations that can be trusted, by row number, and how many entries were turned down, by reason.

    `asked` has the source of each row asked for. An entry is taken where its id was asked for, once, its echo is that row's source, and
    its text is one line in another language than the source's. Broken JSON gives what is whole in it.
    """
    good: dict[int, str] = {}
    faults: Counter[str] = Counter()
    seen: Counter[int] = Counter()
    for entry in _entries(content):
        number = _number(entry.get("id"))
        if number not in asked:
            faults["not asked for"] += 1
            continue
        seen[number] += 1
        fault, text = _judged(entry, number, asked, language)
        if fault:
            faults[fault] += 1
        else:
            good[number] = text
    for number, count in seen.items():
        if count > 1:
            good.pop(number, None)
            faults["given twice"] += 1
    missing = len(asked.keys() - seen.keys())
    if missing:
        faults["left out"] += missing
    return good, faults


def _judged(entry: Mapping[str, Any], number: int, asked: Mapping[int, str], language: str) -> tuple[str, str]:
    """Return what is wrong with an entry (or nothing) and its text."""
    echo, text = entry.get("source"), entry.get("text")
    source = asked[number]
    if not isinstance(echo, str) or not isinstance(text, str):
        return "without its source or text", ""
    if not _same(echo, source):
        shifted = _plain(echo) in map(_plain, asked.values())
        return "shifted to another row" if shifted else "for another source", ""
    line = one_line(text)
    if not line:
        return "empty", ""
    if len(line) > LONGEST:
        return "far too long", ""
    if not language.startswith(_HAN_LANGUAGES) and 3 * len(_HAN.findall(line)) > len(line):
        return "not translated", ""
    return "", line


def _same(echo: str, source: str) -> bool:
    """Tell whether an echo is a source's: models tidy punctuation and the odd character, in short rows that would be another row."""
    one, other = _plain(echo), _plain(source)
    if one == other or len(other) <= _SHORT or not len(other) // 2 <= len(one) <= 2 * len(other):
        return one == other
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _plain(text: str) -> str:
    kept = "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
    return kept or "".join(text.split())


def _number(value: object) -> int:
    """Return an id as a number; 0, which no row has, for anything else. Some models write ids as strings."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 9:  # noqa: PLR2004 - a row number
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _entries(content: str) -> Iterator[Mapping[str, Any]]:
    """Yield the entries of an answer, whole or cut off, bare or inside a code fence or talk."""
    start = min((at for at in (content.find("{"), content.find("[")) if at >= 0), default=-1)
    if start < 0:
        return
    decoder = json.JSONDecoder()
    try:
        value, _ = decoder.raw_decode(content, start)
    except (ValueError, RecursionError):
        yield from _whole_entries(content, decoder)
        return
    rows = value.get("rows", [value]) if isinstance(value, dict) else value
    if isinstance(rows, list):
        yield from (row for row in rows if isinstance(row, dict))


def _whole_entries(content: str, decoder: json.JSONDecoder) -> Iterator[Mapping[str, Any]]:
    """Yield the objects with an id that can be read in text that as a whole is no JSON (an answer cut off at the length limit)."""
    at = broken = 0
    while (start := content.find("{", at)) >= 0 and broken < _MOST_BROKEN:
        at = start + 1
        if '"id"' not in content[start : start + 40]:
            continue
        try:
            value, at = decoder.raw_decode(content, start)
        except (ValueError, RecursionError):
            broken += 1
            continue
        if isinstance(value, dict) and "rows" not in value:
            yield value
