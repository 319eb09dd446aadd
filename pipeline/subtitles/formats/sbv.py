"""YouTube's SubViewer (.sbv): a line of two times for each cue, then its text, without markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.subtitles.formats.base import (
    FileCue,
    LayoutFunctions,
    SubtitleFormat,
    close_cue,
    cues_of_layout,
    refuse_failed_round_trip,
)
from pipeline.subtitles.formats.cue_block import (
    CueBlock,
    FileLayout,
    UnreadLine,
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
_NO_TAG = re.compile(r"(?!)")
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

    Raises InputError naming every such line: text before the first time line, a damaged time line
    after a blank line, an impossible time; and for too many cues.
    """
    return cues_of_layout(read_layout(text, where), where)


def read_layout(text: str, where: str) -> FileLayout:
    """Return the file as it is written. Raises InputError only for too many cues."""
    blocks: list[CueBlock] = []
    unread: list[UnreadLine] = []
    current: CueBlock | None = None
    body: list[str] = []
    after_blank = True
    for number, line in enumerate(split_at_line_ends(text), 1):
        times = _TIME_LINE.fullmatch(line)
        is_at_start = current is None and not unread
        may_be_times = after_blank and _DAMAGED_TIME_LINE.fullmatch(line.strip())
        if times is not None:
            before = close_cue(blocks, current, body, where, _shown_text)
            start_ms, end_ms = parse_timestamp(times[1]), parse_timestamp(times[2])
            current = CueBlock(number, before, None, line, (), (), start_ms, end_ms)
            body = []
        elif line.strip() and (is_at_start or may_be_times):
            problem = message(
                "subtitles.not_a_time_line", line=number, text=line.strip()[:60], example=_EXAMPLE
            )
            unread.append(UnreadLine(number, problem))
            body = [*close_cue(blocks, current, body, where, _shown_text), line]
            current = None
        else:
            body.append(line)
        after_blank = not line.strip()
    after = close_cue(blocks, current, body, where, _shown_text)
    return FileLayout(tuple(blocks), tuple(unread), after)


def _shown_text(line: str) -> str:
    return line.replace(WORD_JOINER, "")


def write_block(block: CueBlock) -> list[str]:
    """Return the lines of a cue: its times, its text."""
    return [block.time_line, *map(_escape, block.markup)]


def write_times(time_line: str, start_ms: int, end_ms: int) -> str:
    """Return a time line with other times; a time that stays the same is not rewritten."""
    match = _TIME_LINE.fullmatch(time_line)
    assert match is not None
    start, end = (
        match[index] if parse_timestamp(match[index]) == ms else _stamp(ms)
        for index, ms in ((1, start_ms), (2, end_ms))
    )
    middle = time_line[match.end(1) : match.start(2)]
    return f"{time_line[: match.start(1)]}{start}{middle}{end}{time_line[match.end(2) :]}"


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
    layout=LayoutFunctions(read_layout, write_block, write_times, _NO_TAG),
    looks_like=_looks_like_sbv,
)
