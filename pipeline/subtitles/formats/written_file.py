"""A subtitle file for the quality check: every cue in the file's order, faults and all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.model import Cue, Span, Track
from pipeline.subtitles.formats.subtitle_file import (
    decode_subtitles,
    format_for_reading,
    no_cues_error,
)
from pipeline.text.encoding import ENCODING_NAMES
from pipeline.text.line_joining import join_texts
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from pipeline.subtitles.formats.base import SubtitleFormat
    from pipeline.subtitles.formats.cue_block import FileLayout


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file with its format, its text as decoded, its layout, and notices about the reading."""

    format: SubtitleFormat
    text: str
    layout: FileLayout
    notices: tuple[str, ...]


def read_written_file(data: bytes, name: str, where: str) -> WrittenFile | None:
    """Return a file as it is written, or None where its format is only read strictly.

    Raises InputError where nothing of it can be read.
    """
    subtitle_format = format_for_reading(data, name, where)
    if subtitle_format.layout is None:
        return None
    text, encoding = decode_subtitles(data, subtitle_format, where)
    layout = subtitle_format.layout.read(text, where)
    if not layout.blocks and not layout.unread:
        raise no_cues_error(text, name, subtitle_format, where)
    notices = (
        ()
        if encoding == "utf-8"
        else (message("subtitles.read_as", encoding=ENCODING_NAMES[encoding]),)
    )
    return WrittenFile(subtitle_format, text, layout, notices)


def track_of_written_file(written: WrittenFile, language: str) -> Track:
    """Return the cues in the file's order; one that ends before it starts has no length.

    A cue's row is its place in the file, its name the number that the file gives it.
    """
    cues = []
    for number, block in enumerate(written.layout.blocks, 1):
        start = max(0, block.start_ms)
        span = Span(samples_from_ms(start), samples_from_ms(max(start, block.end_ms)))
        identifier = (block.identifier or "").strip()
        name = identifier if identifier.isdecimal() else ""
        lines = block.lines or ("",)
        cues.append(Cue(number, 0, join_texts(lines), lines, span, "measured", name=name))
    return Track(language, tuple(cues))
