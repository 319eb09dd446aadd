"""WebVTT (.vtt): text with the format's own escapes, no inline tags, one STYLE block."""

from __future__ import annotations

import html
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

# bounded: a number of 5,000 digits is no character
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});")

_SIGNATURE = re.compile(r"WEBVTT(?:[ \t]|$)", re.MULTILINE)
_NON_CUE_BLOCKS = ("NOTE", "STYLE", "REGION")


def compose(track: Track, *, style: bool = True, bom: bool = False) -> str:
    """Return the track as WebVTT. Raises OutputFault as `srt.compose` does.

    `style` adds the STYLE block, `bom` a byte order mark.
    """
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
        start, end = (format_timestamp(ms, ".") for ms in (cue.start_ms, cue.end_ms))
        blocks.append(f"{number}\n{start} --> {end}\n{lines}\n")
    text = "\n".join(blocks)
    refuse_failed_round_trip(
        cues, parse(text, message("subtitles.just_made", format="WebVTT")), track
    )
    return "\N{BYTE ORDER MARK}" + text if bom else text


def parse(text: str, where: str) -> tuple[FileCue, ...]:
    """Return the cues in the file's order, without tags, comments and styles.

    A cue ends at an empty line, or at the next time line if that is missing. Raises InputError
    naming the line.
    """
    lines = split_at_line_ends(text)
    if not _SIGNATURE.match(lines[0]):
        raise InputError(message("subtitles.vtt_header"), where=where)
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
    """Read one block: an identifier may precede the time line; a block without one is no cue."""
    if block[0].startswith(("WEBVTT", *_NON_CUE_BLOCKS)) and "-->" not in block[0]:
        return
    time_line_index = next((index for index, line in enumerate(block[:2]) if "-->" in line), None)
    if time_line_index is None:
        return
    match = TIME_LINE.match(block[time_line_index])
    if match is None:
        problem = message(
            "subtitles.not_a_time_line",
            line=first_line + time_line_index,
            text=block[time_line_index].strip()[:60],
            example="00:00:01.000 --> 00:00:02.500",
        )
        raise InputError(problem, where=where)
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


FORMAT = SubtitleFormat(
    name="vtt",
    label="WebVTT",
    suffixes=(".vtt",),
    compose=lambda tracks, options: compose(tracks[0], bom=options.bom),
    parse=parse,
    looks_like=lambda text: _SIGNATURE.match(text) is not None,
)
