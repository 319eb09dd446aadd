"""Times that somebody has already: subtitles, a TextGrid, a recogniser's words, brought onto the rows."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.align.heard_text import HeardText
from pipeline.align.mapped import mapped
from pipeline.align.textgrid import read_textgrid
from pipeline.align.word_json import read_word_json
from pipeline.errors import InputError
from pipeline.subtitles import readers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.result import Alignment
    from pipeline.model import SpokenRow

LARGEST = 64 * 1024 * 1024
"""Bytes: a day of words as JSON is 30 MB."""

_MS = 1000
FORMATS = (".srt", ".vtt", ".ass", ".ssa", ".textgrid", ".json")


def imported(data: bytes, name: str, rows: Sequence[SpokenRow], length: int, where: str) -> Alignment:
    """Return the rows' times out of a file of times, by its name's ending (see FORMATS); `length` is the recording's, at 48 kHz.

    Raises InputError naming what is wrong with the file, or where it belongs to another text.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in FORMATS:
        raise InputError(f"{name} holds no times this can read.", f"Use one of {', '.join(FORMATS)}.", where=where)
    if len(data) > LARGEST:
        raise InputError(f"The file has {len(data):,} bytes; at most {LARGEST:,} are read.", "Split it.", where=where)
    if suffix == ".textgrid":
        heard = read_textgrid(data, where)
    elif suffix == ".json":
        heard = read_word_json(data, where)
    else:
        heard = [HeardText(cue.text, cue.start_ms / _MS, cue.end_ms / _MS) for cue in readers.read(data, name, where)]
    return mapped(rows, heard, length, f"times of {PurePath(name).name}")
