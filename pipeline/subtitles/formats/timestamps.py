"""Times as subtitle formats write them, from and to whole ms (1/100 s for ASS)."""

from __future__ import annotations

import re

_STAMP = (
    r"-?\d{1,4}[:：][ ]?-?\d{1,2}(?:[:：][ ]?-?\d{1,2})?"
    r"(?:[ ]?[.,:;，．。：][ ]?-?\d{1,30}|[.,](?=\s))?"
)
# as tolerant as players are: hours may be missing, the decimal mark may be any that they accept,
# parts may have a blank before them, a whole time or its parts may be negative; every count is
# bounded, so that matching takes linear time

_BLANKS = r"[^\S\r\n]{0,20}"
TIME_LINE = re.compile(
    rf"[\s\ufeff\u200b-\u200f]{{0,20}}({_STAMP}){_BLANKS}-[- ]{{0,2}}>"
    rf"{_BLANKS}({_STAMP})(?![\d:：])"
)
"""A time line of SRT; whatever follows the second stamp is ignored, as ffmpeg does."""

_STAMP_PARTS = re.compile(r"(?:(\d+)[:：])?(\d+)[:：](\d+)(?:[.,;，．。](\d*))?")
_STAMP_PARTS_ALL_COLONS = re.compile(r"(\d+)[:：](\d+)[:：](\d+)[:：](\d+)")


def parse_timestamp(stamp: str) -> int:
    """Return a time stamp of a `TIME_LINE` in ms.

    Digits after the decimal mark are a fraction (`,5` is half a second), cut to ms. A minus sign
    anywhere makes the whole time negative.
    """
    digits = stamp.replace(" ", "").replace("-", "")
    match = _STAMP_PARTS_ALL_COLONS.fullmatch(digits) or _STAMP_PARTS.fullmatch(digits)
    assert match is not None
    hours, minutes, seconds, fraction = match.groups()
    ms = ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(
        (fraction or "0")[:3].ljust(3, "0")
    )
    return -ms if "-" in stamp else ms


def write_time_line(time_line: str, start_ms: int, end_ms: int, decimal_mark: str) -> str:
    """Return a `TIME_LINE` with other times; a time that stays the same is not rewritten."""
    match = TIME_LINE.match(time_line)
    assert match is not None
    stamps = [
        match[index] if parse_timestamp(match[index]) == ms else format_timestamp(ms, decimal_mark)
        for index, ms in ((1, start_ms), (2, end_ms))
    ]
    middle = time_line[match.end(1) : match.start(2)]
    return f"{time_line[: match.start(1)]}{stamps[0]}{middle}{stamps[1]}{time_line[match.end(2) :]}"


def format_timestamp(ms: int, decimal_mark: str) -> str:
    """Return a time in ms as HH:MM:SS and ms after the decimal mark."""
    seconds, rest = divmod(ms, 1000)
    return (
        f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{decimal_mark}{rest:03d}"
    )


def format_ass_timestamp(centiseconds: int) -> str:
    """Return a time in 1/100 s as H:MM:SS.cc."""
    seconds, rest = divmod(centiseconds, 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:02d}"
