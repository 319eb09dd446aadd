"""Compare the server's answer with the request: only answers that surely fit their row count."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from pipeline.language import base_language, is_chinese
from pipeline.messages import message
from pipeline.text.line_joining import to_single_line
from pipeline.text.unicode_scripts import han_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_REPLY_CHARS = 1_000
"""Characters of a translated row; ten times as many as a subtitle holds."""

_MIN_SIMILARITY = 0.85
_SHORT_ROW_CHARS = 6
_MAX_BROKEN_OBJECTS = 1_000


def accepted_translations(
    content: str, requested: Mapping[int, str], language: str
) -> tuple[dict[int, str], Counter[str]]:
    """Return the valid translations by row number, and the number of rejected entries by reason.

    `requested` holds the source of each requested row. An entry is valid if its id was requested
    and is given once, its echo is that row's source, and its text is one line in another language.
    Of broken JSON, the complete entries are used.
    """
    translations: dict[int, str] = {}
    faults: Counter[str] = Counter()
    answer_counts: Counter[int] = Counter()
    for entry in _parse_entries(content):
        number = _row_number(entry.get("id"))
        if number not in requested:
            faults[message("translate.reason_not_requested")] += 1
            continue
        answer_counts[number] += 1
        fault, text = _check_entry(entry, number, requested, language)
        if fault:
            faults[fault] += 1
        else:
            translations[number] = text
    for number, count in answer_counts.items():
        if count > 1:
            translations.pop(number, None)
            faults[message("translate.reason_given_twice")] += 1
    missing_count = len(requested.keys() - answer_counts.keys())
    if missing_count:
        faults[message("translate.reason_left_out")] += missing_count
    return translations, faults


def _check_entry(
    entry: Mapping[str, Any], number: int, requested: Mapping[int, str], language: str
) -> tuple[str, str]:
    """Return what is wrong with an entry, or "", and its text."""
    echo, text = entry.get("source"), entry.get("text")
    source = requested[number]
    if not isinstance(echo, str) or not isinstance(text, str):
        return message("translate.reason_incomplete"), ""
    if not _echo_matches(echo, source):
        shifted = _comparison_key(echo) in map(_comparison_key, requested.values())
        return (
            message("translate.reason_shifted")
            if shifted
            else message("translate.reason_other_source")
        ), ""
    translated_line = to_single_line(text)
    if not translated_line:
        return message("translate.reason_empty"), ""
    if len(translated_line) > MAX_REPLY_CHARS:
        return message("translate.reason_too_long"), ""
    written_in_han = is_chinese(language) or base_language(language) == "ja"
    if not written_in_han and 3 * han_count(translated_line) > len(translated_line):
        return message("translate.reason_untranslated"), ""
    return "", translated_line


def _echo_matches(echo: str, source: str) -> bool:
    """Return whether an echo is that of a source.

    Models change punctuation and single characters; in a short row that may be another row.
    """
    echo_key, source_key = _comparison_key(echo), _comparison_key(source)
    if (
        echo_key == source_key
        or len(source_key) <= _SHORT_ROW_CHARS
        or not len(source_key) // 2 <= len(echo_key) <= 2 * len(source_key)
    ):
        return echo_key == source_key
    return SequenceMatcher(None, echo_key, source_key, autojunk=False).ratio() >= _MIN_SIMILARITY


def _comparison_key(text: str) -> str:
    kept = "".join(
        char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum()
    )
    return kept or "".join(text.split())


def _row_number(value: object) -> int:
    """Return an id as a number, or 0 for anything else. Some models write ids as strings."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 9:  # noqa: PLR2004 - a row number
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _parse_entries(content: str) -> Iterator[Mapping[str, Any]]:
    """Yield the entries of an answer, complete or cut off, also from inside other text."""
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
    """Yield the readable objects with an id of an answer that was cut off at the length limit."""
    position = broken_count = 0
    while (start := content.find("{", position)) >= 0 and broken_count < _MAX_BROKEN_OBJECTS:
        position = start + 1
        if '"id"' not in content[start : start + 40]:
            continue
        try:
            value, position = decoder.raw_decode(content, start)
        except (ValueError, RecursionError):
            broken_count += 1
            continue
        if isinstance(value, dict) and "rows" not in value:
            yield value
