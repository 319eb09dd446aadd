"""Any subtitle file of a stranger's to cues, in linear time: SRT, WebVTT, ASS/SSA."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.model import Cue, Span, Track
from pipeline.subtitles.formats import ass, srt, vtt
from pipeline.text.encoding import ENCODING_NAMES, decode_text
from pipeline.text.line_joining import join_texts
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from pipeline.subtitles.formats.base import FileCue

MAX_SUBTITLE_BYTES = 32 * 1024 * 1024
"""ASS files carry fonts; the text of a day of talk is 3 MB."""

PARSERS_BY_SUFFIX = {".srt": srt.parse, ".vtt": vtt.parse, ".ass": ass.parse, ".ssa": ass.parse}


@dataclass(frozen=True, slots=True)
class SubtitleFile:
    """What a subtitle file holds: cues in time order, the encoding found, and what was put right on the way."""

    cues: tuple[FileCue, ...]
    encoding: str
    notices: tuple[str, ...]


def read_cues(data: bytes, name: str, where: str) -> tuple[FileCue, ...]:
    """Return (start ms, end ms, text) of each cue, in time order; see `read_noting`."""
    return read_subtitle_file(data, name, where).cues


def read_subtitle_file(data: bytes, name: str, where: str) -> SubtitleFile:
    """Read a subtitle file by its name's ending.

    Cues out of time order are sorted (players show them by time) with a notice. Overlaps are kept: they are for the quality check to
    find and for the repair to mend. A time before zero, an end before its start, a line that should be a time and is none, a file
    without cues and one over 32 MB raise InputError naming the line.
    """
    parse = PARSERS_BY_SUFFIX.get(PurePath(name).suffix.lower())
    if parse is None:
        raise InputError(
            f"{name} is no subtitle file this can read.",
            f"Use one of {', '.join(PARSERS_BY_SUFFIX)}.",
            where=where,
        )
    if len(data) > MAX_SUBTITLE_BYTES:
        raise InputError(
            f"The file has {len(data):,} bytes; at most {MAX_SUBTITLE_BYTES:,} are read.",
            "Split it.",
            where=where,
        )
    text, encoding = decode_text(data, where)
    cues = parse(text, where)
    notices: tuple[str, ...] = (
        () if encoding == "utf-8" else (f"Read as {ENCODING_NAMES[encoding]}.",)
    )
    if not cues:
        raise InputError(
            "There is no cue in this file.",
            "Look whether its ending names its format.",
            where=where,
        )
    if any(after.start_ms < before.start_ms for before, after in pairwise(cues)):
        notices = (*notices, "The cues were not in the order of their times; they were sorted.")
        cues = tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms)))
    return SubtitleFile(cues, encoding, notices)


def track_from_subtitle_file(subtitle_file: SubtitleFile, language: str) -> Track:
    """Return a file's cues as a track: each cue is its own row, its times are taken as given."""
    return Track(
        language,
        tuple(
            Cue(
                number,
                0,
                join_texts(cue.text.split("\n")),
                tuple(cue.text.split("\n")),
                _cue_span(cue),
                "measured",
            )
            for number, cue in enumerate(subtitle_file.cues, 1)
        ),
    )


def _cue_span(cue: FileCue) -> Span:
    return Span(samples_from_ms(cue.start_ms), samples_from_ms(cue.end_ms))
