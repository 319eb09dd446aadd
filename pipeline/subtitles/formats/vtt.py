"""WebVTT (.vtt): text with the format's own escapes, no inline tags, one STYLE block."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.subtitles.formats.base import (
    FileCue,
    LayoutFunctions,
    SubtitleFormat,
    cues_of_layout,
    refuse_failed_round_trip,
    refuse_too_many_cues,
)
from pipeline.subtitles.formats.cue_block import (
    CueBlock,
    FileLayout,
    UnreadLine,
    shown_lines,
)
from pipeline.subtitles.formats.escaping import decode_entities, escape_time_lines, visible_lines
from pipeline.subtitles.formats.timestamps import (
    TIME_LINE,
    format_timestamp,
    parse_timestamp,
    write_time_line,
)
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
    return cues_of_layout(read_layout(text, where), where)


def read_layout(text: str, where: str) -> FileLayout:
    """Return the file as it is written.

    Raises InputError where the first line is not WEBVTT, and for too many cues.
    """
    lines = split_at_line_ends(text)
    if not _SIGNATURE.match(lines[0]):
        raise InputError(message("subtitles.vtt_header"), where=where)
    blocks: list[CueBlock] = []
    unread: list[UnreadLine] = []
    between: list[str] = []
    lines_of_block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if lines_of_block and (
            not line or (TIME_LINE.match(line) and any(map(TIME_LINE.match, lines_of_block[:2])))
        ):
            part = _read_block(lines_of_block, number - len(lines_of_block), tuple(between))
            if isinstance(part, CueBlock):
                blocks.append(part)
                refuse_too_many_cues(len(blocks), where)
                between = []
            else:
                between += lines_of_block
                unread += [part] if part else []
            lines_of_block = []
        if line:
            lines_of_block.append(line)
        elif number <= len(lines):
            between.append(line)
    return FileLayout(tuple(blocks), tuple(unread), tuple(between))


def _read_block(
    block: list[str], first_line: int, before: tuple[str, ...]
) -> CueBlock | UnreadLine | None:
    """Read one block: an identifier may precede the time line; a block without one is no cue."""
    if block[0].startswith(("WEBVTT", *_NON_CUE_BLOCKS)) and "-->" not in block[0]:
        return None
    time_index = next((index for index, line in enumerate(block[:2]) if "-->" in line), None)
    if time_index is None:
        return None
    match = TIME_LINE.match(block[time_index])
    if match is None:
        problem = message(
            "subtitles.not_a_time_line",
            line=first_line + time_index,
            text=block[time_index].strip()[:60],
            example="00:00:01.000 --> 00:00:02.500",
        )
        return UnreadLine(first_line + time_index, problem)
    markup = tuple(block[time_index + 1 :])
    return CueBlock(
        first_line + time_index,
        before,
        block[0] if time_index else None,
        block[time_index],
        markup,
        shown_lines([_visible_text(line) for line in markup]),
        parse_timestamp(match[1]),
        parse_timestamp(match[2]),
    )


def _visible_text(line: str) -> str:
    return decode_entities(_TAG.sub("", line)).replace(WORD_JOINER, "")


def write_block(block: CueBlock) -> list[str]:
    """Return the lines of a cue: its identifier, its time line with its settings, its text."""
    identifier = () if block.identifier is None else (block.identifier,)
    return [*identifier, block.time_line, *block.markup]


def write_times(time_line: str, start_ms: int, end_ms: int) -> str:
    """Return a time line with other times; the cue settings after them stay."""
    return write_time_line(time_line, start_ms, end_ms, ".")


FORMAT = SubtitleFormat(
    name="vtt",
    label="WebVTT",
    suffixes=(".vtt",),
    compose=lambda tracks, options: compose(tracks[0], bom=options.bom),
    parse=parse,
    layout=LayoutFunctions(read_layout, write_block, write_times, _TAG),
    looks_like=lambda text: _SIGNATURE.match(text) is not None,
)
