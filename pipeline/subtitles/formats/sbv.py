"""YouTube's SubViewer (.sbv): a line of two times for each cue, then its text, without markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.subtitles.formats.base import (
    FileCue,
    SubtitleFormat,
    make_file_cue,
    refuse_failed_round_trip,
    refuse_too_many_cues,
)
from pipeline.subtitles.formats.escaping import visible_lines
from pipeline.subtitles.formats.timestamps import format_timestamp, parse_timestamp
from pipeline.text.line_joining import WORD_JOINER, split_at_line_ends
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from pipeline.model import Track

_STAMP = r"-?[0-9]{1,4}:[0-9]{1,2}:[0-9]{1,2}\.[0-9]{1,3}"
_TIME_LINE = re.compile(rf"\s{{0,20}}({_STAMP})[ \t]{{0,20}},[ \t]{{0,20}}({_STAMP})\s{{0,20}}")
_DAMAGED_TIME_LINE = re.compile(r"[-0-9.]{1,20}:[-0-9:.]{1,40}(?:\s{0,20},[-0-9:.\s]{0,40})?")
_MAX_START_CHARACTERS = 2_000
_EXAMPLE = "0:00:01.000,0:00:02.500"


def compose(track: Track, *, bom: bool = False) -> str:
    """Return the track as SBV. Raises OutputFault as `srt.compose` does.

    `bom` adds a byte order mark. A word joiner keeps text that looks like a time line from being
    one.
    """
    cues = [
        FileCue(
            ms_from_samples(cue.span.start),
            ms_from_samples(cue.span.end),
            "\n".join(visible_lines(cue)),
        )
        for cue in track.cues
    ]
    text = "\n".join(
        f"{_stamp(cue.start_ms)},{_stamp(cue.end_ms)}\n"
        + "".join(f"{_escape(line)}\n" for line in cue.text.split("\n"))
        for cue in cues
    )
    refuse_failed_round_trip(cues, parse(text, message("subtitles.just_made", format="SBV")), track)
    return "\N{BYTE ORDER MARK}" + text if bom else text


def parse(text: str, where: str) -> tuple[FileCue, ...]:
    """Return the cues in the file's order. Blank lines inside a cue are skipped.

    Raises InputError naming the line: text before the first time line, a damaged time line after
    a blank line, an impossible time, too many cues.
    """
    cues: list[FileCue] = []
    times: tuple[int, int, int] | None = None
    body: list[str] = []
    after_blank = True
    for number, line in enumerate(split_at_line_ends(text), 1):
        match = _TIME_LINE.fullmatch(line)
        if match is not None:
            if times is not None:
                cues.append(make_file_cue(times[0], times[1], body, where, times[2]))
                refuse_too_many_cues(len(cues), where)
            times = parse_timestamp(match[1]), parse_timestamp(match[2]), number
            body = []
        elif line.strip():
            if times is None or (after_blank and _DAMAGED_TIME_LINE.fullmatch(line.strip())):
                problem = message(
                    "subtitles.not_a_time_line",
                    line=number,
                    text=line.strip()[:60],
                    example=_EXAMPLE,
                )
                raise InputError(problem, where=where)
            body.append(line.replace(WORD_JOINER, ""))
        after_blank = not line.strip()
    if times is not None:
        cues.append(make_file_cue(times[0], times[1], body, where, times[2]))
        refuse_too_many_cues(len(cues), where)
    return tuple(cues)


def _stamp(ms: int) -> str:
    """Return a time in ms as H:MM:SS.mmm."""
    return format_timestamp(ms, ".").removeprefix("0")


def _escape(line: str) -> str:
    return line + WORD_JOINER if _TIME_LINE.fullmatch(line) else line


def _looks_like_sbv(text: str) -> bool:
    lines = (line for line in split_at_line_ends(text[:_MAX_START_CHARACTERS]) if line.strip())
    return _TIME_LINE.fullmatch(next(lines, "")) is not None


FORMAT = SubtitleFormat(
    name="sbv",
    label="YouTube SBV",
    suffixes=(".sbv",),
    compose=lambda tracks, options: compose(tracks[0], bom=options.bom),
    parse=parse,
    looks_like=_looks_like_sbv,
)
