"""WebVTT (.vtt): escapes are the format's own; no cue has inline tags, the page is styled by one STYLE block."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.subtitles.formats.base import (
    FileCue,
    make_file_cue,
    refuse_failed_round_trip,
    refuse_too_many_cues,
)
from pipeline.subtitles.formats.escaping import escape_time_lines, visible_lines
from pipeline.subtitles.formats.timestamps import TIME_LINE, format_timestamp, parse_timestamp
from pipeline.text.line_joining import WORD_JOINER, split_at_line_ends
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from pipeline.model import Track

STYLE_BLOCK = """STYLE
::cue {
  color: #ffffff;
  background-color: rgba(0, 0, 0, 0.7);
  font-family: "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
}
"""

_TAG = re.compile(r"<[^<>\n]{0,300}>")

_ENTITY = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});"
)  # bounded: a number of 5,000 digits is no character

_NON_CUE_BLOCKS = ("NOTE", "STYLE", "REGION")


def compose(track: Track, style: bool = True, *, bom: bool = False) -> str:  # noqa: FBT001, FBT002 - part of the agreed signature
    """Return the track as WebVTT; `style` adds the STYLE block, `bom` a byte order mark. Raises OutputFault as `srt.compose` does."""
    cues = [
        FileCue(
            ms_from_samples(cue.span.start),
            ms_from_samples(cue.span.end),
            "\n".join(visible_lines(cue)),
        )
        for cue in track.cues
    ]
    blocks = ["WEBVTT\n"]
    if style:
        blocks.append(STYLE_BLOCK)
    for number, cue in enumerate(cues, 1):
        lines = "\n".join(
            escape_time_lines([html.escape(line, quote=False) for line in cue.text.split("\n")])
        )
        blocks.append(
            f"{number}\n{format_timestamp(cue.start_ms, '.')} --> {format_timestamp(cue.end_ms, '.')}\n{lines}\n"
        )
    text = "\n".join(blocks)
    refuse_failed_round_trip(cues, parse(text, "the WebVTT just made"), track)
    return "\N{BYTE ORDER MARK}" + text if bom else text


def parse(text: str, where: str) -> tuple[FileCue, ...]:
    """Return the cues in the file's order, without tags, comments and styles. Raises InputError naming the line.

    A cue ends at an empty line, or at a time line where that was forgotten.
    """
    lines = split_at_line_ends(text)
    if not re.match(r"WEBVTT(?:[ \t]|$)", lines[0]):
        raise InputError(
            "A .vtt file begins with the line WEBVTT.",
            "Add it, or name the file .srt if it is one.",
            where=where,
        )
    cues: list[FileCue] = []
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if block and (not line or (TIME_LINE.match(line) and any(map(TIME_LINE.match, block[:2])))):
            _append_block_cue(cues, block, where, number - len(block))
            block = []
        if line:
            block.append(line)
    return tuple(cues)


def _append_block_cue(cues: list[FileCue], block: list[str], where: str, first_line: int) -> None:
    """Read one block: an identifier may stand before the time line; a block without one is no cue."""
    if block[0].startswith(("WEBVTT", *_NON_CUE_BLOCKS)) and "-->" not in block[0]:
        return
    time_line_index = next((index for index, line in enumerate(block[:2]) if "-->" in line), None)
    if time_line_index is None:
        return
    match = TIME_LINE.match(block[time_line_index])
    if match is None:
        problem = f"Line {first_line + time_line_index} is no time line: {block[time_line_index].strip()[:60]}"
        raise InputError(problem, "Write 00:00:01.000 --> 00:00:02.500.", where=where)
    body = [
        _ENTITY.sub(lambda match: html.unescape(match[0]), _TAG.sub("", line)).replace(
            WORD_JOINER, ""
        )
        for line in block[time_line_index + 1 :]
    ]
    cues.append(
        make_file_cue(
            parse_timestamp(match[1]),
            parse_timestamp(match[2]),
            body,
            where,
            first_line + time_line_index,
        )
    )
    refuse_too_many_cues(len(cues), where)
