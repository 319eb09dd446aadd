"""Lyrics (.lrc): lines with the times at which they begin; read only."""

from __future__ import annotations

import re

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.subtitles.formats.base import FileCue, SubtitleFormat, refuse_too_many_cues
from pipeline.text.line_joining import split_at_line_ends

_TIME = re.compile(r"\s{0,20}\[(\d{1,4}):(\d{1,2})(?:[.:,](\d{1,9}))?\]")
_WORD_TIME = re.compile(r"<\d{1,4}:\d{1,2}(?:[.:]\d{1,3})?>")
_TAG = re.compile(r"\s*\[([A-Za-z#]{1,20}):(.*)\]\s*")
_OFFSET = re.compile(r"\s*([+-]?\d{1,7})\s*")
_MAX_START_CHARACTERS = 2_000

_MS_PER_CHARACTER = 250
_MIN_LAST_MS = 2_000
"""The last line has no end: it lasts as long as it takes to say."""


def parse(text: str, where: str) -> tuple[FileCue, ...]:
    """Return the lines as cues by time: each lasts until the next begins, or until an empty one.

    A line with several times comes several times. A positive `[offset:ms]` makes lines come
    earlier. Raises InputError for too many cues, and naming a line of text without a time.
    """
    starts: list[tuple[int, str]] = []
    offset = 0
    for number, line in enumerate(split_at_line_ends(text), 1):
        times, rest = _times_of(line)
        if times:
            starts += [(ms, _WORD_TIME.sub("", rest).strip()) for ms in times]
            refuse_too_many_cues(len(starts), where)
        elif tag := _TAG.fullmatch(line):
            shift = _OFFSET.fullmatch(tag[2]) if tag[1].lower() == "offset" else None
            offset = int(shift[1]) if shift else offset
        elif line.strip():
            problem = message(
                "subtitles.not_a_time_line",
                line=number,
                text=line.strip()[:60],
                example="[00:01.00]…",
            )
            raise InputError(problem, where=where)
    moved = sorted(((max(0, ms - offset), text) for ms, text in starts), key=lambda one: one[0])
    cues = []
    for index, (start, line) in enumerate(moved):
        later = next((ms for ms, _ in moved[index + 1 :] if ms > start), None)
        end = later or start + max(_MIN_LAST_MS, _MS_PER_CHARACTER * len(line))
        if line:
            cues.append(FileCue(start, end, line))
    return tuple(cues)


def _times_of(line: str) -> tuple[list[int], str]:
    """Return the times at the start of a line in ms, and the text after them."""
    times = []
    position = 0
    while match := _TIME.match(line, position):
        fraction = (match[3] or "0")[:3].ljust(3, "0")
        times.append((int(match[1]) * 60 + int(match[2])) * 1000 + int(fraction))
        position = match.end()
    return times, line[position:]


def _looks_like_lrc(text: str) -> bool:
    lines = (line for line in split_at_line_ends(text[:_MAX_START_CHARACTERS]) if line.strip())
    return any(_TIME.match(line) for line in lines)


FORMAT = SubtitleFormat(
    name="lrc",
    label="LRC",
    suffixes=(".lrc",),
    parse=parse,
    looks_like=_looks_like_lrc,
)
