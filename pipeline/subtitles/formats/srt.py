"""SubRip (.srt): written through the `srt` package, read line by line.

The package's own parser takes seconds for a few hundred bare digits (its pattern backtracks
cubically), so files are read here, in linear time.
"""

from __future__ import annotations

import re
from datetime import timedelta
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
from pipeline.subtitles.formats.escaping import (
    decode_entities,
    escape_markup,
    escape_time_lines,
    unescape_markup,
    visible_lines,
)
from pipeline.subtitles.formats.timestamps import TIME_LINE, parse_timestamp, write_time_line
from pipeline.text.line_joining import split_at_line_ends
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from pipeline.model import Track

TAG = re.compile(
    r"</?(?:b|i|u|s|font|br|ruby|rt|rp|c|v|lang|span|p)(?:[ .][^<>\n]{0,300})?>"
    r"|\{\\[^{}\n]{0,300}\}",
    re.IGNORECASE,
)

_MAX_START_CHARACTERS = 2_000
_ARROW = re.compile(r"[-–—][- –—]{0,3}>")
_CUE_NUMBER = re.compile(r"\s*\d{1,9}\s*")


def compose(track: Track, *, bom: bool = False) -> str:
    """Return the track as SRT text, with cues numbered from 1.

    `bom` puts a byte order mark first, which old Windows players need. Raises OutputFault for a cue
    with nothing to show, and where the text would not be read back as the same cues.
    """
    import srt

    cues = [
        FileCue(
            ms_from_samples(cue.span.start),
            ms_from_samples(cue.span.end),
            "\n".join(visible_lines(cue)),
        )
        for cue in track.cues
    ]
    text = str(
        srt.compose(
            [
                srt.Subtitle(
                    number,
                    timedelta(milliseconds=cue.start_ms),
                    timedelta(milliseconds=cue.end_ms),
                    "\n".join(
                        escape_time_lines([escape_markup(line) for line in cue.text.split("\n")])
                    ),
                )
                for number, cue in enumerate(cues, 1)
            ],
            reindex=False,
        )
    )
    refuse_failed_round_trip(cues, parse(text, message("subtitles.just_made", format="SRT")), track)
    return "\N{BYTE ORDER MARK}" + text if bom else text


def parse(text: str, where: str) -> tuple[FileCue, ...]:
    """Return the cues in the file's order, without styling tags. Raises InputError naming the line.

    A line of digits directly before a time line is that cue's number. Blank lines inside a cue are
    skipped, as players do.
    """
    return cues_of_layout(read_layout(text, where), where)


def read_layout(text: str, where: str) -> FileLayout:
    """Return the file as it is written. Raises InputError only for too many cues."""
    blocks: list[CueBlock] = []
    unread: list[UnreadLine] = []
    current: CueBlock | None = None
    body: list[str] = []
    for number, line in enumerate(split_at_line_ends(text), 1):
        match = TIME_LINE.match(line)
        if match is None:
            if _looks_like_time_line(
                line, body, is_first_cue=current is None and not blocks and not unread
            ):
                problem = message(
                    "subtitles.not_a_time_line",
                    line=number,
                    text=line.strip()[:60],
                    example="00:00:01,000 --> 00:00:02,500",
                )
                unread.append(UnreadLine(number, problem))
                body = [*close_cue(blocks, current, body[:-1], where, visible_text), body[-1]]
                current = None
            body.append(line)
            continue
        identifier = body.pop() if body and _CUE_NUMBER.fullmatch(body[-1]) else None
        before = close_cue(blocks, current, body, where, visible_text)
        start_ms, end_ms = parse_timestamp(match[1]), parse_timestamp(match[2])
        current = CueBlock(number, before, identifier, line, (), (), start_ms, end_ms)
        body = []
    after = close_cue(blocks, current, body, where, visible_text)
    return FileLayout(tuple(blocks), tuple(unread), after)


def visible_text(line: str) -> str:
    """Return what players show of a line: no tags and override blocks, entities as characters."""
    return unescape_markup(decode_entities(TAG.sub("", line)))


def write_block(block: CueBlock) -> list[str]:
    """Return the lines of a cue: its number, its time line, its text."""
    identifier = () if block.identifier is None else (block.identifier,)
    return [*identifier, block.time_line, *block.markup]


def write_times(time_line: str, start_ms: int, end_ms: int) -> str:
    """Return a time line with other times; what follows them stays."""
    return write_time_line(time_line, start_ms, end_ms, ",")


def _looks_like_time_line(line: str, body: list[str], *, is_first_cue: bool) -> bool:
    """Return whether a line that is no time line stands where one must be.

    Such a line has an arrow and follows the number of a cue.
    """
    if not _ARROW.search(line[:100]) or not body or not _CUE_NUMBER.fullmatch(body[-1]):
        return False
    return is_first_cue if len(body) == 1 else not body[-2].strip()


def _looks_like_srt(text: str) -> bool:
    """Return whether a text begins with the number and the time line of a cue."""
    lines = [line for line in split_at_line_ends(text[:_MAX_START_CHARACTERS]) if line.strip()]
    return (
        len(lines) > 1
        and _CUE_NUMBER.fullmatch(lines[0]) is not None
        and TIME_LINE.match(lines[1]) is not None
    )


FORMAT = SubtitleFormat(
    name="srt",
    label="SubRip",
    suffixes=(".srt",),
    compose=lambda tracks, options: compose(tracks[0], bom=options.bom),
    parse=parse,
    layout=LayoutFunctions(read_layout, write_block, write_times, TAG),
    looks_like=_looks_like_srt,
)
