"""Reads the tier with the words of a Praat TextGrid file, in long or short form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.align.timed_text_to_rows import TimedText
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.text.encoding import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r'"((?:[^"]|"")*)"|\[\d*\]|(?<![\w.])([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w.])'
)
"""A string, an index in brackets, or a number; the names of the long form are left out."""

_INTERVAL_TIER = "IntervalTier"
_MAX_INTERVALS = 500_000
_PREFERRED_TIERS = (
    "words",
    "word",
    "rows",
    "lines",
    "sentences",
    "utterances",
    "text",
    "transcript",
)
_PHONE_TIER_PREFIXES = ("phone", "phoneme", "segment")


def read_textgrid(data: bytes, where: str) -> list[TimedText]:
    """Return the intervals with text of the tier with the words, in order.

    It is chosen by its name, or else is the one with the most letters. Raises InputError if the
    file is no TextGrid, has no interval with text, or its times do not rise.
    """
    text, _ = decode_text(data, where)
    tiers = _read_tiers(_read_tokens(text, where), where)
    intervals_by_name = {name.strip().lower(): intervals for name, intervals in reversed(tiers)}
    best = next(
        (intervals_by_name[name] for name in _PREFERRED_TIERS if intervals_by_name.get(name)), None
    )
    if best is None:
        candidates = [
            intervals
            for name, intervals in tiers
            if not name.strip().lower().startswith(_PHONE_TIER_PREFIXES)
        ]
        best = max(
            candidates,
            key=lambda intervals: sum(len(interval.text) for interval in intervals),
            default=[],
        )
    if not best:
        raise InputError(message("align.textgrid_no_text"), where=where)
    return best


def _read_tokens(text: str, where: str) -> Iterator[str | float]:
    if "ooTextFile" not in text[:200]:
        raise InputError(message("align.not_textgrid"), where=where)
    for match in _TOKEN.finditer(text):
        if match[2] is not None:
            yield float(match[2])
        elif match[1] is not None:
            yield match[1].replace('""', '"')


def _read_tiers(tokens: Iterator[str | float], where: str) -> list[tuple[str, list[TimedText]]]:
    """Return (name, intervals with text) of every interval tier."""
    try:
        return [
            (str(next(tokens)), list(_read_intervals(tokens, where)))
            for token in tokens
            if token == _INTERVAL_TIER
        ]
    except (StopIteration, RuntimeError) as fault:
        raise InputError(message("align.textgrid_cut_off"), where=where) from fault


def _read_intervals(tokens: Iterator[str | float], where: str) -> Iterator[TimedText]:
    numbers = [next(tokens), next(tokens), next(tokens)]
    count = numbers[2]
    if not isinstance(count, float) or not 0 <= count <= _MAX_INTERVALS:
        raise InputError(message("align.textgrid_count", count=count), where=where)
    previous_start = 0.0
    for _ in range(int(count)):
        start, end, text = next(tokens), next(tokens), next(tokens)
        if (
            not isinstance(start, float)
            or not isinstance(end, float)
            or not isinstance(text, str)
            or not previous_start <= start <= end
        ):
            raise InputError(
                message("align.textgrid_interval", seconds=previous_start), where=where
            )
        previous_start = start
        if text.strip():
            yield TimedText(text.strip(), start, end)
