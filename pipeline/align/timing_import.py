"""Imports row times from a file: subtitles, a TextGrid, or the words of a speech recogniser."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.align.textgrid import read_textgrid
from pipeline.align.timed_text_to_rows import TimedText, transfer_timestamps
from pipeline.align.word_json import read_word_json
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.subtitles.formats.format_table import readable_suffixes
from pipeline.subtitles.formats.subtitle_file import read_cues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.alignment import Alignment
    from pipeline.model import SpokenRow

MAX_TIMING_FILE_BYTES = 64 * 1024 * 1024
"""Bytes of the largest file; a day of words as JSON has 30 MB."""

_MS_PER_SECOND = 1000
_OTHER_SUFFIXES = (".textgrid", ".json")


def import_timings(
    data: bytes, name: str, rows: Sequence[SpokenRow], recording_length: int, where: str
) -> Alignment:
    """Return the rows' times from a file, read by the suffix of its name.

    `recording_length` is in samples at 48 kHz; `where` is shown in errors. Raises InputError if the
    file cannot be read, or belongs to another text.
    """
    suffix = PurePath(name).suffix.lower()
    suffixes = (*readable_suffixes(), *_OTHER_SUFFIXES)
    if suffix not in suffixes:
        problem = message("align.times_unknown_format", name=name, formats=", ".join(suffixes))
        raise InputError(problem, where=where)
    if len(data) > MAX_TIMING_FILE_BYTES:
        raise InputError(
            message("align.times_too_large", size=len(data), limit=MAX_TIMING_FILE_BYTES),
            where=where,
        )
    if suffix == ".textgrid":
        timed_texts = read_textgrid(data, where)
    elif suffix == ".json":
        timed_texts = read_word_json(data, where)
    else:
        timed_texts = [
            TimedText(cue.text, cue.start_ms / _MS_PER_SECOND, cue.end_ms / _MS_PER_SECOND)
            for cue in read_cues(data, name, where)
        ]
    method = message("align.method_import", name=PurePath(name).name)
    return transfer_timestamps(rows, timed_texts, recording_length, method)
