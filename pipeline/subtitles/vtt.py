"""WebVTT (.vtt): escapes are the format's own; no cue has inline tags, the page is styled by one STYLE block."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.subtitles.clock import TIME_LINE, ms_of, stamp_of
from pipeline.subtitles.literal import GUARD, shown_lines, unlike_time_lines
from pipeline.subtitles.srt import refuse_unlike
from pipeline.subtitles.timed import Timed, lines_of, refuse_too_many, timed
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from pipeline.model import Track

STYLE = """STYLE
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
_NOT_CUES = ("NOTE", "STYLE", "REGION")


def compose(track: Track, style: bool = True, *, bom: bool = False) -> str:  # noqa: FBT001, FBT002 - part of the agreed signature
    """Return the track as WebVTT; `style` adds the STYLE block, `bom` a byte order mark. Raises OutputFault as `srt.compose` does."""
    cues = [Timed(ms_from_samples(cue.span.start), ms_from_samples(cue.span.end), "\n".join(shown_lines(cue))) for cue in track.cues]
    blocks = ["WEBVTT\n"]
    if style:
        blocks.append(STYLE)
    for number, cue in enumerate(cues, 1):
        lines = "\n".join(unlike_time_lines([html.escape(line, quote=False) for line in cue.text.split("\n")]))
        blocks.append(f"{number}\n{stamp_of(cue.start_ms, '.')} --> {stamp_of(cue.end_ms, '.')}\n{lines}\n")
    text = "\n".join(blocks)
    refuse_unlike(cues, parse(text, "the WebVTT just made"), track)
    return "\N{BYTE ORDER MARK}" + text if bom else text


def parse(text: str, where: str) -> tuple[Timed, ...]:
    """Return the cues in the file's order, without tags, comments and styles. Raises InputError naming the line.

    A cue ends at an empty line, or at a time line where that was forgotten.
    """
    lines = lines_of(text)
    if not re.match(r"WEBVTT(?:[ \t]|$)", lines[0]):
        raise InputError("A .vtt file begins with the line WEBVTT.", "Add it, or name the file .srt if it is one.", where=where)
    cues: list[Timed] = []
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if block and (not line or (TIME_LINE.match(line) and any(map(TIME_LINE.match, block[:2])))):
            _close(cues, block, where, number - len(block))
            block = []
        if line:
            block.append(line)
    return tuple(cues)


def _close(cues: list[Timed], block: list[str], where: str, first_line: int) -> None:
    """Read one block: an identifier may stand before the time line; a block without one is no cue."""
    if block[0].startswith(("WEBVTT", *_NOT_CUES)) and "-->" not in block[0]:
        return
    at = next((index for index, line in enumerate(block[:2]) if "-->" in line), None)
    if at is None:
        return
    match = TIME_LINE.match(block[at])
    if match is None:
        what = f"Line {first_line + at} is no time line: {block[at].strip()[:60]}"
        raise InputError(what, "Write 00:00:01.000 --> 00:00:02.500.", where=where)
    body = [_ENTITY.sub(lambda match: html.unescape(match[0]), _TAG.sub("", line)).replace(GUARD, "") for line in block[at + 1 :]]
    cues.append(timed(ms_of(match[1]), ms_of(match[2]), body, where, first_line + at))
    refuse_too_many(len(cues), where)
