"""Subtitle files of any format and encoding to cues, in time proportional to their length."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import Cue, Span, Track
from pipeline.subtitles.formats.base import lines_in_message, refuse_faults
from pipeline.subtitles.formats.format_table import (
    format_of_file,
    format_of_text,
    readable_suffixes,
)
from pipeline.text.encoding import ENCODING_NAMES, decode_text
from pipeline.text.line_joining import join_texts
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from pipeline.subtitles.formats.base import FileCue, SubtitleFormat

MAX_SUBTITLE_BYTES = 32 * 1024 * 1024
"""ASS files may carry fonts; the text of a day of speech is 3 MB."""


@dataclass(frozen=True, slots=True)
class SubtitleFile:
    """The cues of a file in time order, its encoding, and what was changed while reading it."""

    cues: tuple[FileCue, ...]
    encoding: str
    notices: tuple[str, ...]


def read_cues(data: bytes, name: str, where: str) -> tuple[FileCue, ...]:
    """Return the cues of a file in time order; see `read_subtitle_file`."""
    return read_subtitle_file(data, name, where).cues


def read_subtitle_file(data: bytes, name: str, where: str) -> SubtitleFile:
    """Read a subtitle file in the format that its name's ending tells.

    Cues out of time order are sorted, with a notice, because players show cues by their times.
    Overlaps are kept for the quality check and the automatic fix. Cues that no browser shows are
    left out, with a notice. Raises InputError for an unknown ending, a file over 32 MB, a time
    before zero, an end before its start, a line that should be a time and is none (all such lines
    are listed), and a file without cues.
    """
    subtitle_format = format_for_reading(data, name, where)
    assert subtitle_format.parse is not None
    text, encoding = decode_subtitles(data, subtitle_format, where)
    cues = subtitle_format.parse(text, where)
    layout = subtitle_format.layout.read(text, where) if subtitle_format.layout else None
    if layout is not None:
        refuse_faults(replace(layout, unread=()) if cues else layout, where)
    if not cues:
        raise no_cues_error(text, name, subtitle_format, where)
    notices: tuple[str, ...] = ()
    if encoding != "utf-8":
        notices = (message("subtitles.read_as", encoding=ENCODING_NAMES[encoding]),)
    if layout is not None and layout.unread:
        lines = lines_in_message([one.line for one in layout.unread])
        notices = (*notices, message("subtitles.cues_not_shown", lines=lines))
    if any(after.start_ms < before.start_ms for before, after in pairwise(cues)):
        notices = (*notices, message("subtitles.cues_sorted"))
        cues = tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms)))
    return SubtitleFile(cues, encoding, notices)


def decode_subtitles(data: bytes, subtitle_format: SubtitleFormat, where: str) -> tuple[str, str]:
    """Return the text of a file in a format, and its encoding. Raises InputError."""
    clean = subtitle_format.clean_bytes
    return decode_text(data if clean is None else clean(data), where)


def format_for_reading(data: bytes, name: str, where: str) -> SubtitleFormat:
    """Return the format of a file by its name's ending.

    Raises InputError where no format reads it, and for a file over 32 MB.
    """
    subtitle_format = format_of_file(name)
    if subtitle_format is None or subtitle_format.parse is None:
        suffixes = ", ".join(readable_suffixes())
        problem = message("subtitles.unknown_suffix", name=name, suffixes=suffixes)
        raise InputError(problem, where=where)
    if len(data) > MAX_SUBTITLE_BYTES:
        problem = message("subtitles.file_too_large", size=len(data), limit=MAX_SUBTITLE_BYTES)
        raise InputError(problem, where=where)
    return subtitle_format


def track_from_subtitle_file(subtitle_file: SubtitleFile, language: str) -> Track:
    """Return the cues of a file as a track: each cue is its own row, with its times as given."""
    return Track(
        language,
        tuple(
            Cue(
                number,
                0,
                join_texts(cue.text.split("\n")),
                tuple(cue.text.split("\n")),
                Span(samples_from_ms(cue.start_ms), samples_from_ms(cue.end_ms)),
                "measured",
            )
            for number, cue in enumerate(subtitle_file.cues, 1)
        ),
    )


def no_cues_error(text: str, name: str, expected: SubtitleFormat, where: str) -> InputError:
    """Return the error for a file without cues; it names the format that the text is in instead."""
    actual = format_of_text(text)
    if actual is None or actual is expected:
        return InputError(message("subtitles.no_cues"), where=where)
    problem = message(
        "subtitles.misnamed",
        suffix=PurePath(name).suffix,
        label=actual.label,
        right_suffix=actual.suffixes[0],
    )
    return InputError(problem, where=where)
