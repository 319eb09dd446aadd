"""A second language: one row of text for each row of the transcript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.subtitles.row_mismatch import find_row_mismatch
from pipeline.subtitles.translation_track import build_translation_track
from pipeline.text.encoding import decode_text
from pipeline.text.line_joining import split_at_line_ends, to_single_line
from pipeline.text.transcript import MAX_FILE_BYTES, MAX_ROW_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Transcript

__all__ = ["build_translation_track", "compose_translation_file", "parse_translation_file"]
_DIRECTIVE = re.compile(r"@(?:slide|chapter|pause|voice)(?:[\s:：]|$)")
_INVISIBLE = re.compile("[\xad\u200b\u200e\u200f\u202a-\u202e\u2061-\u206f\ufeff]")
_ROW_COUNT_ADVICE = "Give every row of the transcript one row (an empty one joins the row above)."


def parse_translation_file(
    data: bytes, transcript: Transcript, where: str, language: str
) -> tuple[str, ...]:
    """Return one row of text for each row of the transcript; "" where a row is joined to the row above it.

    Empty rows count, except those at the end that are too many. Copied `@` directives do not count, nor do blank lines that stand
    where the transcript has its own. Raises InputError where the number of rows is not the transcript's (naming where the two part
    ways, by length, names and figures), where the first row is empty, and for what is no text.
    """
    if len(data) > MAX_FILE_BYTES:
        raise InputError(
            f"The file has {len(data):,} bytes; {MAX_FILE_BYTES:,} is the most.",
            _ROW_COUNT_ADVICE,
            where=where,
        )
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
        raise InputError("There is no text in this file.", _ROW_COUNT_ADVICE, where=where)
    if len(rows) != count:
        raise _row_count_error(rows, transcript, where, language)
    if not rows[0]:
        raise InputError(
            "The first row is empty; there is no row above to join it to.",
            "Write its text.",
            where=where,
            row=1,
        )
    for number, row in enumerate(rows, 1):
        if len(row) > MAX_ROW_CHARACTERS:
            problem = f"A row has {len(row):,} characters; {MAX_ROW_CHARACTERS:,} is the most."
            raise InputError(problem, "Write one subtitle line a row.", where=where, row=number)
    return tuple(row.removeprefix("@") if row.startswith("@@") else row for row in rows)


def compose_translation_file(rows: Sequence[str]) -> str:
    """Return rows as the text of a translation's file, which `rows_from` reads back: one line each, an @ at a row's start doubled."""
    lines = (to_single_line(_INVISIBLE.sub("", row)) for row in rows)
    return "".join(f"@{line}\n" if line.startswith("@") else f"{line}\n" for line in lines)


def _rows_by_line_number(lines: Sequence[str], transcript: Transcript) -> list[str] | None:
    """Return the rows of a file that follows the transcript's file line for line, where that has blank lines or directives; else None."""
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
    transcript_rows = [row.text for row in transcript.rows]
    problem = (
        f"This {language} file has {len(rows)} rows, the transcript has {len(transcript_rows)}."
    )
    if len(rows) < len(transcript_rows):
        mismatch = find_row_mismatch(transcript_rows, rows)
        if mismatch is None:
            return InputError(problem, _ROW_COUNT_ADVICE, where=where)
        row = mismatch.longer_index + 1
        hint = (
            f", {language} row {mismatch.shorter_index + 1} “{_shorten(rows[mismatch.shorter_index])}” belongs further down"
            if mismatch.shorter_index < len(rows)
            else ""
        )
        problem = f"{problem} They part ways at transcript row {row} “{_shorten(transcript_rows[row - 1])}”: it has no row here{hint}."
        return InputError(
            problem,
            f"Add a row {row} to this file (an empty one joins the row above).",
            where=where,
            row=row,
        )
    mismatch = find_row_mismatch(rows, transcript_rows)
    if mismatch is None:
        return InputError(problem, _ROW_COUNT_ADVICE, where=where)
    row = mismatch.longer_index + 1
    hint = (
        f", transcript row {mismatch.shorter_index + 1} “{_shorten(transcript_rows[mismatch.shorter_index])}” is translated further down"
        if mismatch.shorter_index < len(transcript_rows)
        else ""
    )
    problem = f"{problem} They part ways at {language} row {row} “{_shorten(rows[row - 1])}”: it belongs to no row of the transcript{hint}."
    return InputError(
        problem, f"Join row {row} of this file to the row above or remove it.", where=where, row=row
    )


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - fits one line of a message
