"""The file of a translation: one row of text for each row of the transcript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.subtitles.row_mismatch import find_row_mismatch
from pipeline.text.encoding import decode_text
from pipeline.text.line_joining import split_at_line_ends, to_single_line
from pipeline.text.transcript import MAX_FILE_BYTES, MAX_ROW_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Transcript

_DIRECTIVE = re.compile(r"@(?:slide|chapter|pause|voice)(?:[\s:：]|$)")
_INVISIBLE = re.compile("[\xad\u200b\u200e\u200f\u202a-\u202e\u2061-\u206f\ufeff]")
_MAX_QUOTED_CHARACTERS = 40
"""So much of a row is quoted in an error, to fit one line."""


def parse_translation_file(
    data: bytes, transcript: Transcript, where: str, language: str
) -> tuple[str, ...]:
    """Return one row of text for each row of the transcript; "" for a row joined to the row above.

    Empty rows count, except surplus ones at the end. Copied `@` directives do not count, nor do
    blank lines in the same places as the transcript's own. Raises InputError where the number of
    rows is not the transcript's (with the row at which the two diverge, found by length, names and
    figures), where the first row is empty, and for a file that is no text.
    """
    if len(data) > MAX_FILE_BYTES:
        problem = message("subtitles.translation_too_large", size=len(data), limit=MAX_FILE_BYTES)
        raise InputError(problem, where=where)
    text, _ = decode_text(data, where)
    lines = [to_single_line(_INVISIBLE.sub("", line)) for line in split_at_line_ends(text)]
    if not lines[-1]:
        lines.pop()  # what follows the last line end is no row
    rows = [line for line in lines if not _DIRECTIVE.match(line)]
    count = len(transcript.rows)
    while rows and not rows[-1] and len(rows) > count:
        rows.pop()
    rows = _rows_by_line_number(lines, transcript) or rows
    if not any(rows):
        raise InputError(message("subtitles.translation_empty"), where=where)
    if len(rows) != count:
        raise _row_count_error(rows, transcript, where, language)
    if not rows[0]:
        raise InputError(message("subtitles.translation_first_row"), where=where, row=1)
    for number, row in enumerate(rows, 1):
        if len(row) > MAX_ROW_CHARACTERS:
            problem = message(
                "subtitles.translation_row_too_long", size=len(row), limit=MAX_ROW_CHARACTERS
            )
            raise InputError(problem, where=where, row=number)
    return tuple(row.removeprefix("@") if row.startswith("@@") else row for row in rows)


def compose_translation_file(rows: Sequence[str]) -> str:
    """Return rows as the text of a translation's file, which `parse_translation_file` reads back.

    Each row is one line; an @ at its start is doubled, so that it is no directive.
    """
    lines = (to_single_line(_INVISIBLE.sub("", row)) for row in rows)
    return "".join(f"@{line}\n" if line.startswith("@") else f"{line}\n" for line in lines)


def _rows_by_line_number(lines: Sequence[str], transcript: Transcript) -> list[str] | None:
    """Return the rows of a file that follows the transcript's file line for line, or None.

    Such a file has its blank lines and directives on the same lines as the transcript.
    """
    row_lines = {row.line - 1 for row in transcript.rows}
    if max(row_lines) >= len(lines):
        return None
    if any(
        (index in row_lines) == bool(_DIRECTIVE.match(line))
        for index, line in enumerate(lines)
        if line
    ):
        return None
    return [lines[row.line - 1] for row in transcript.rows]


def _row_count_error(
    rows: Sequence[str], transcript: Transcript, where: str, language: str
) -> InputError:
    """Return the error for a wrong number of rows, with the row at which the two texts diverge."""
    transcript_rows = [row.text for row in transcript.rows]
    counts = message(
        "subtitles.row_count",
        language=language,
        rows=len(rows),
        transcript_rows=len(transcript_rows),
    )
    is_missing = len(rows) < len(transcript_rows)
    longer, shorter = (transcript_rows, rows) if is_missing else (rows, transcript_rows)
    mismatch = find_row_mismatch(longer, shorter)
    if mismatch is None:
        return InputError(counts, where=where)
    row = mismatch.longer_index + 1
    values: dict[str, object] = {
        "counts": counts,
        "language": language,
        "row": row,
        "text": _shorten(longer[mismatch.longer_index]),
    }
    key = "subtitles.row_missing" if is_missing else "subtitles.row_extra"
    if mismatch.shorter_index < len(shorter):
        key += "_hint"
        values["other_row"] = mismatch.shorter_index + 1
        values["other_text"] = _shorten(shorter[mismatch.shorter_index])
    return InputError(message(key, **values), where=where, row=row)


def _shorten(text: str) -> str:
    if len(text) <= _MAX_QUOTED_CHARACTERS:
        return text
    return f"{text[: _MAX_QUOTED_CHARACTERS - 1]}…"
