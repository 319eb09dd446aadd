"""Words with times as recognisers write them: Whisper, WhisperX and what imitates them."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from pipeline.align.heard_text import HeardText
from pipeline.errors import InputError
from pipeline.text.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT_KEYS = ("word", "text", "char", "token")
_START_KEYS = ("start", "start_time", "begin", "startTime")
_END_KEYS = ("end", "end_time", "endTime")
_LISTS = ("segments", "word_segments", "words", "chunks", "results", "items")
_MOST = 1_000_000


def read_word_json(data: bytes, where: str) -> list[HeardText]:
    """Return the words of a JSON file in time order: the finest texts with times there are, in segments or in one list.

    A word without times (WhisperX gives none to numbers) lies between its neighbours. Raises InputError for what is no such file.
    """
    text, _ = decode(data, where)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise InputError("This is not JSON.", "Give the file the recogniser wrote.", where=where) from fault
    words = list(_words(tree, where))
    timed = [word for word in words if word[1] is not None]
    if not timed:
        raise InputError("There are no words with times in this file.", "Let the recogniser write word times.", where=where)
    return sorted(_filled(words), key=lambda word: (word.start, word.end))


_Word = tuple[str, "float | None", "float | None"]


def _words(tree: Any, where: str) -> Iterator[_Word]:  # noqa: ANN401 - a JSON tree
    """Yield (text, start, end) of the finest texts."""
    stack = [tree]
    count = 0
    while stack:
        node = stack.pop()
        count += 1
        if count > _MOST:
            raise InputError(f"There are more than {_MOST:,} words in this file.", "Split it.", where=where)
        if isinstance(node, list):
            stack += reversed(node)
            continue
        if not isinstance(node, dict):
            continue
        inner = next((node[key] for key in _LISTS if isinstance(node.get(key), list) and node[key]), None)
        if inner is not None:
            stack.append(inner)
        else:
            yield from _word(node)


def _word(node: dict[str, Any]) -> Iterator[_Word]:
    text = next((node[key] for key in _TEXT_KEYS if isinstance(node.get(key), str)), "").strip()
    if not text:
        return
    pair = node.get("timestamp")
    given = pair if isinstance(pair, list) and len(pair) == len(("start", "end")) else [_first(node, _START_KEYS), _first(node, _END_KEYS)]
    start, end = (_seconds(value) for value in given)
    yield text, start, end if end is not None else start


def _first(node: dict[str, Any], keys: tuple[str, ...]) -> object:
    return next((node[key] for key in keys if key in node), None)


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return float(value)


def _filled(words: list[_Word]) -> Iterator[HeardText]:
    """Yield the words, those without times spread between their neighbours."""
    before = 0.0
    index = 0
    while index < len(words):
        text, start, end = words[index]
        if start is not None and end is not None:
            yield HeardText(text, start, max(start, end))
            before = max(start, end)
            index += 1
            continue
        last = index
        while last < len(words) and words[last][1] is None:
            last += 1
        after = words[last][1] if last < len(words) else None
        room = max(0.0, (after if after is not None else before) - before)
        for place in range(index, last):
            share = room / (last - index)
            yield HeardText(words[place][0], before + share * (place - index), before + share * (place - index + 1))
        index = last
