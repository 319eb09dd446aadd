"""WebVTT (.vtt): text with the format's own escapes, no inline tags, one STYLE block."""

from __future__ import annotations

import codecs
import html
import re
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.subtitles.formats.base import (
    FileCue,
    LayoutFunctions,
    SubtitleFormat,
    refuse_failed_round_trip,
    refuse_too_many_cues,
)
from pipeline.subtitles.formats.cue_block import (
    CueBlock,
    FileLayout,
    UnreadLine,
    shown_lines,
)
from pipeline.subtitles.formats.escaping import escape_time_lines, visible_lines
from pipeline.subtitles.formats.timestamps import format_timestamp
from pipeline.text.line_joining import WORD_JOINER, split_at_line_ends
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Track

STYLE_BLOCK = """STYLE
::cue {
  color: #ffffff;
  background-color: rgba(0, 0, 0, 0.7);
  font-family: "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
}
"""

_TAG = re.compile(r"<[^<>\n]{0,300}>")
_BROWSER_TAG = re.compile(r"<[^>]*>?")
_LONG_NUMBER = re.compile(r"&#0*[1-9][0-9]{8,};?|&#[xX]0*[1-9a-fA-F][0-9a-fA-F]{8,};?")

_SIGNATURE = re.compile(r"WEBVTT(?:[ \t]|$)", re.MULTILINE)
_STAMP = r"(?:[0-9]{1,9}:)?[0-9]{2}:[0-9]{2}\.[0-9]{3}"
_TIME_LINE = re.compile(rf"[ \t\f]*({_STAMP})[ \t\f]*-->[ \t\f]*({_STAMP})(?![0-9])")
_STAMP_PARTS = re.compile(r"(?:([0-9]+):)?([0-9]{2}):([0-9]{2})\.([0-9]{3})")
_MAX_SEXAGESIMAL = 59


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
    """Return the cues that a browser shows, in the file's order, without tags.

    They are read as the standard says (https://www.w3.org/TR/webvtt1/#file-parsing), so a cue under
    a line that is no time is left out, and one that ends before it starts is not. Raises InputError
    where the first line is not WEBVTT, and for too many cues.
    """
    return tuple(
        FileCue(block.start_ms, block.end_ms, "\n".join(block.lines))
        for block in read_layout(text, where).blocks
    )


def read_layout(text: str, where: str) -> FileLayout:
    """Return the file as it is written.

    Raises InputError where the first line is not WEBVTT, and for too many cues.
    """
    lines = split_at_line_ends(text)
    if not _SIGNATURE.match(lines[0]):
        raise InputError(message("subtitles.vtt_header"), where=where)
    index = 1
    while index < len(lines) and lines[index] and "-->" not in lines[index]:
        index += 1  # the rest of the header
    blocks: list[CueBlock] = []
    unread: list[UnreadLine] = []
    between = lines[:index]
    while index < len(lines):
        if not lines[index]:
            between.append(lines[index])
            index += 1
            continue
        end = _block_end(lines, index)
        part = _read_block(lines[index:end], index + 1, tuple(between))
        if isinstance(part, CueBlock):
            blocks.append(part)
            refuse_too_many_cues(len(blocks), where)
            between = []
        else:
            between += lines[index:end]
            unread += [part] if part else []
        index = end
    return FileLayout(tuple(blocks), tuple(unread), tuple(between))


def _block_end(lines: Sequence[str], start: int) -> int:
    """Return where a block ends: at an empty line, or at an arrow that begins the next one.

    The arrow of a cue stands in its first line, or in the second under an identifier.
    """
    own_arrow = start if "-->" in lines[start] else start + 1
    for index in range(start + 1, len(lines)):
        if not lines[index] or ("-->" in lines[index] and index != own_arrow):
            return index
    return len(lines)


def _read_block(
    block: list[str], first_line: int, before: tuple[str, ...]
) -> CueBlock | UnreadLine | None:
    """Read one block: an identifier may precede the time line; a block without one is no cue."""
    time_index = next((index for index, line in enumerate(block[:2]) if "-->" in line), None)
    if time_index is None:
        return None
    times = _read_times(block[time_index])
    if times is None:
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
        shown_lines(visible_text("\n".join(markup)).split("\n")),
        *times,
    )


def _read_times(line: str) -> tuple[int, int] | None:
    """Return start and end of a time line in ms, or None where a browser finds no times in it."""
    match = _TIME_LINE.match(line)
    if match is None:
        return None
    stamps = [_STAMP_PARTS.fullmatch(stamp) for stamp in match.group(1, 2)]
    times = []
    for stamp in stamps:
        assert stamp is not None
        hours, minutes, seconds, ms = (int(part or 0) for part in stamp.groups())
        if minutes > _MAX_SEXAGESIMAL or seconds > _MAX_SEXAGESIMAL:
            return None
        times.append(((hours * 60 + minutes) * 60 + seconds) * 1000 + ms)
    return times[0], times[1]


def visible_text(text: str) -> str:
    """Return what browsers show of a cue's text: a tag ends at `>` or not at all."""
    parts = (
        html.unescape(_LONG_NUMBER.sub("\N{REPLACEMENT CHARACTER}", part))
        for part in _BROWSER_TAG.split(text)
    )
    return "".join(parts).replace(WORD_JOINER, "")


def write_block(block: CueBlock) -> list[str]:
    """Return the lines of a cue: its identifier, its time line with its settings, its text."""
    identifier = () if block.identifier is None else (block.identifier,)
    return [*identifier, block.time_line, *block.markup]


def write_times(time_line: str, start_ms: int, end_ms: int) -> str:
    """Return a time line with other times; the cue settings after them stay."""
    match = _TIME_LINE.match(time_line)
    assert match is not None
    start, end = (
        stamp if old == new else format_timestamp(new, ".")
        for stamp, old, new in zip(
            match.group(1, 2), _read_times(time_line) or (), (start_ms, end_ms), strict=True
        )
    )
    middle = time_line[match.end(1) : match.start(2)]
    return f"{time_line[: match.start(1)]}{start}{middle}{end}{time_line[match.end(2) :]}"


def with_replaced_nul(data: bytes) -> bytes:
    """Return a file's bytes with U+FFFD in place of each NUL, as the standard reads them."""
    body = data.removeprefix(codecs.BOM_UTF8)
    if not body.startswith(b"WEBVTT"):
        return data  # UTF-16 is full of NUL bytes
    return data.replace(b"\0", "\N{REPLACEMENT CHARACTER}".encode())


FORMAT = SubtitleFormat(
    name="vtt",
    label="WebVTT",
    suffixes=(".vtt",),
    compose=lambda tracks, options: compose(tracks[0], bom=options.bom),
    parse=parse,
    layout=LayoutFunctions(read_layout, write_block, write_times, _TAG),
    clean_bytes=with_replaced_nul,
    looks_like=lambda text: _SIGNATURE.match(text) is not None,
)
