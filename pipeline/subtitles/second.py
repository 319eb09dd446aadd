"""A second language: one row of text for each row of the transcript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.subtitles.literal import one_line
from pipeline.subtitles.parting import parting
from pipeline.subtitles.reading import second_track
from pipeline.subtitles.timed import lines_of
from pipeline.text.encoding import decode
from pipeline.text.transcript import LARGEST_FILE, LONGEST_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Transcript

__all__ = ["file_of", "rows_from", "second_track"]

_DIRECTIVE = re.compile(r"@(?:slide|chapter|pause|voice)(?:[\s:：]|$)")
_UNSEEN = re.compile("[\xad\u200b\u200e\u200f\u202a-\u202e\u2061-\u206f\ufeff]")
_JOIN = "Give every row of the transcript one row (an empty one joins the row above)."


def rows_from(data: bytes, transcript: Transcript, where: str, language: str) -> tuple[str, ...]:
    """Return one row of text for each row of the transcript; "" where a row is joined to the row above it.

    Empty rows count, except those at the end that are too many. Copied `@` directives do not count, nor do blank lines that stand
    where the transcript has its own. Raises InputError where the number of rows is not the transcript's (naming where the two part
    ways, by length, names and figures), where the first row is empty, and for what is no text.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(f"The file has {len(data):,} bytes; {LARGEST_FILE:,} is the most.", _JOIN, where=where)
    text, _ = decode(data, where)
    lines = [one_line(_UNSEEN.sub("", line)) for line in lines_of(text)]
    if not lines[-1]:
        lines.pop()  # what follows the last line end is no row
    rows = [line for line in lines if not _DIRECTIVE.match(line)]
    count = len(transcript.rows)
    while rows and not rows[-1] and len(rows) > count:
        rows.pop()
    rows = _as_laid_out(lines, transcript) or rows
    if not any(rows):
        raise InputError("There is no text in this file.", _JOIN, where=where)
    if len(rows) != count:
        raise _parted(rows, transcript, where, language)
    if not rows[0]:
        raise InputError("The first row is empty; there is no row above to join it to.", "Write its text.", where=where, row=1)
    for number, row in enumerate(rows, 1):
        if len(row) > LONGEST_ROW:
            what = f"A row has {len(row):,} characters; {LONGEST_ROW:,} is the most."
            raise InputError(what, "Write one subtitle line a row.", where=where, row=number)
    return tuple(row.removeprefix("@") if row.startswith("@@") else row for row in rows)


def file_of(rows: Sequence[str]) -> str:
    """Return rows as the text of a translation's file, which `rows_from` reads back: one line each, an @ at a row's start doubled."""
    lines = (one_line(_UNSEEN.sub("", row)) for row in rows)
    return "".join(f"@{line}\n" if line.startswith("@") else f"{line}\n" for line in lines)


def _as_laid_out(lines: Sequence[str], transcript: Transcript) -> list[str] | None:
    """Return the rows of a file that follows the transcript's file line for line, where that has blank lines or directives; else None."""
    places = {row.line - 1 for row in transcript.rows}
    if max(places) >= len(lines):
        return None
    if any((index in places) == bool(_DIRECTIVE.match(line)) for index, line in enumerate(lines) if line):
        return None
    return [lines[row.line - 1] for row in transcript.rows]


def _parted(rows: Sequence[str], transcript: Transcript, where: str, language: str) -> InputError:
    theirs = [row.text for row in transcript.rows]
    what = f"This {language} file has {len(rows)} rows, the transcript has {len(theirs)}."
    if len(rows) < len(theirs):
        found = parting(theirs, rows)
        if found is None:
            return InputError(what, _JOIN, where=where)
        row = found.longer + 1
        beside = (
            f", {language} row {found.shorter + 1} “{_short(rows[found.shorter])}” belongs further down"
            if found.shorter < len(rows)
            else ""
        )
        what = f"{what} They part ways at transcript row {row} “{_short(theirs[row - 1])}”: it has no row here{beside}."
        return InputError(what, f"Add a row {row} to this file (an empty one joins the row above).", where=where, row=row)
    found = parting(rows, theirs)
    if found is None:
        return InputError(what, _JOIN, where=where)
    row = found.longer + 1
    beside = (
        f", transcript row {found.shorter + 1} “{_short(theirs[found.shorter])}” is translated further down"
        if found.shorter < len(theirs)
        else ""
    )
    what = f"{what} They part ways at {language} row {row} “{_short(rows[row - 1])}”: it belongs to no row of the transcript{beside}."
    return InputError(what, f"Join row {row} of this file to the row above or remove it.", where=where, row=row)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - fits one line of a message
