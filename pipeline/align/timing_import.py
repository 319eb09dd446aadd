"""Times that somebody has already: subtitles, a TextGrid, a recogniser's words, brought onto the rows."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.align.textgrid import read_textgrid
from pipeline.align.timestamp_transfer import TimedText, transfer_timestamps
from pipeline.align.word_json import read_word_json
from pipeline.errors import InputError
from pipeline.subtitles.formats.format_table import readable_suffixes
from pipeline.subtitles.formats.subtitle_file import read_cues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.alignment import Alignment
    from pipeline.model import SpokenRow

MAX_TIMING_FILE_BYTES = 64 * 1024 * 1024
"""Bytes: a day of words as JSON is 30 MB."""

_MS_PER_SECOND = 1000
_OTHER_SUFFIXES = (".textgrid", ".json")


def import_timings(
    data: bytes, name: str, rows: Sequence[SpokenRow], recording_length: int, where: str
) -> Alignment:
    """Return the rows' times out of a file of times, by its name's ending (see FORMATS); `length` is the recording's, at 48 kHz.

    Raises InputError naming what is wrong with the file, or where it belongs to another text.
    """
    suffix = PurePath(name).suffix.lower()
    suffixes = (*readable_suffixes(), *_OTHER_SUFFIXES)
    if suffix not in suffixes:
        raise InputError(
            f"{name} holds no times this can read.",
            f"Use one of {', '.join(suffixes)}.",
            where=where,
        )
    if len(data) > MAX_TIMING_FILE_BYTES:
        raise InputError(
            f"The file has {len(data):,} bytes; at most {MAX_TIMING_FILE_BYTES:,} are read.",
            "Split it.",
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
    return transfer_timestamps(
        rows, timed_texts, recording_length, f"times of {PurePath(name).name}"
    )
