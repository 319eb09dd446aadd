"""Reads words with times from the JSON of Whisper, WhisperX and similar speech recognisers."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from pipeline.align.timed_text_to_rows import TimedText
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.text.encoding import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT_KEYS = ("word", "text", "char", "token")
_START_KEYS = ("start", "start_time", "begin", "startTime")
_END_KEYS = ("end", "end_time", "endTime")
_LIST_KEYS = ("segments", "word_segments", "words", "chunks", "results", "items")
_MAX_NODES = 1_000_000


def read_word_json(data: bytes, where: str) -> list[TimedText]:
    """Return the words of a JSON file in time order.

    They are the shortest texts with times, in segments or in one list. A word without times
    (WhisperX gives none to numbers) is placed between its neighbours. Raises InputError.
    """
    text, _ = decode_text(data, where)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise InputError(message("align.words_not_json"), where=where) from fault
    words = list(_walk_words(tree, where))
    timed = [word for word in words if word[1] is not None]
    if not timed:
        raise InputError(message("align.words_without_times"), where=where)
    return sorted(_fill_missing_times(words), key=lambda word: (word.start, word.end))


_OptionallyTimedWord = tuple[str, "float | None", "float | None"]


def _walk_words(
    tree: Any,  # noqa: ANN401 - a JSON tree
    where: str,
) -> Iterator[_OptionallyTimedWord]:
    """Yield (text, start, end) of the shortest texts."""
    stack = [tree]
    count = 0
    while stack:
        node = stack.pop()
        count += 1
        if count > _MAX_NODES:
            raise InputError(message("align.words_too_many", limit=_MAX_NODES), where=where)
        if isinstance(node, list):
            stack += reversed(node)
            continue
        if not isinstance(node, dict):
            continue
        inner = next(
            (node[key] for key in _LIST_KEYS if isinstance(node.get(key), list) and node[key]), None
        )
        if inner is not None:
            stack.append(inner)
        else:
            yield from _read_word(node)


def _read_word(node: dict[str, Any]) -> Iterator[_OptionallyTimedWord]:
    text = next((node[key] for key in _TEXT_KEYS if isinstance(node.get(key), str)), "").strip()
    if not text:
        return
    pair = node.get("timestamp")
    given = (
        pair
        if isinstance(pair, list) and len(pair) == len(("start", "end"))
        else [_first_value(node, _START_KEYS), _first_value(node, _END_KEYS)]
    )
    start, end = (_seconds_or_none(value) for value in given)
    yield text, start, end if end is not None else start


def _first_value(node: dict[str, Any], keys: tuple[str, ...]) -> object:
    return next((node[key] for key in keys if key in node), None)


def _seconds_or_none(value: object) -> float | None:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or value < 0
    ):
        return None
    return float(value)


def _fill_missing_times(words: list[_OptionallyTimedWord]) -> Iterator[TimedText]:
    """Yield the words; those without times are spread between their neighbours."""
    previous_end = 0.0
    index = 0
    while index < len(words):
        text, start, end = words[index]
        if start is not None and end is not None:
            yield TimedText(text, start, max(start, end))
            previous_end = max(start, end)
            index += 1
            continue
        gap_end = index
        while gap_end < len(words) and words[gap_end][1] is None:
            gap_end += 1
        next_start = words[gap_end][1] if gap_end < len(words) else None
        room = max(0.0, (next_start if next_start is not None else previous_end) - previous_end)
        for word in range(index, gap_end):
            share = room / (gap_end - index)
            yield TimedText(
                words[word][0],
                previous_end + share * (word - index),
                previous_end + share * (word - index + 1),
            )
        index = gap_end
