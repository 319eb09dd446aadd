"""Edits of a translation's file: line for line where it can be, else written anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.studio.lines import lines_in
from pipeline.studio.reading import second_file
from pipeline.subtitles.second import file_of, rows_from
from pipeline.text.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Transcript
    from pipeline.studio.lines import Lines
    from pipeline.studio.reading import Reading

_DIRECTIVES = ("@slide", "@chapter", "@pause", "@voice")


@dataclass(frozen=True, slots=True)
class Change:
    """Rows [row, row + dropped), counted from 1, become `new`."""

    row: int
    dropped: int
    new: tuple[str, ...]

    def of(self, rows: Sequence[str]) -> tuple[str, ...]:
        """Return rows with the change made."""
        return (*rows[: self.row - 1], *self.new, *rows[self.row - 1 + self.dropped :])


def with_seconds(reading: Reading, code: str, change: Change, transcript: Transcript) -> bytes:
    """Return a translation's file after a change; it has a row for each of the rows of `transcript`, the episode's text after it.

    Raises InputError where no file can say that: the first row must not be empty.
    """
    rows = change.of(dict(reading.seconds)[code])
    body = dict(reading.texts.seconds)[code]
    where = second_file(reading.texts, code)
    for candidate in _candidates(body, where, reading.transcript, change):
        if _says(candidate, transcript, where, code) == rows:
            return candidate
    _, encoding = decode(body, where)
    whole = file_of(rows)
    for encoding_now in (encoding, "utf-8", "utf-8-sig"):
        try:
            candidate = whole.encode(encoding_now)
        except UnicodeEncodeError:
            continue
        if _says(candidate, transcript, where, code) == rows:
            return candidate
    rows_from(whole.encode("utf-8-sig"), transcript, where, code)  # says what is wrong
    raise InputError("This text cannot be kept in the file.", "Write it another way.", where=where)


def _candidates(body: bytes, where: str, transcript: Transcript, change: Change) -> Iterator[bytes]:
    lines = lines_in(body, where)
    written = [f"@{text}" if text.startswith("@") else text for text in change.new]
    first, after = change.row - 1, change.row - 1 + change.dropped
    for places in _places(lines, transcript):
        if after <= len(places):
            start, end = places[first], places[after - 1] + 1
            between = [lines.lines[index][0] for index in range(start, end) if index not in places]
            yield from lines.with_lines(start, end, [*written, *between])


def _places(lines: Lines, transcript: Transcript) -> Iterator[list[int]]:
    """Yield on which line each row may stand: as in the transcript's own file, or one after another."""
    count = len(lines.lines)
    laid_out = [row.line - 1 for row in transcript.rows]
    if laid_out[-1] < count:
        yield laid_out
    yield [index for index in range(count) if not lines.lines[index][0].lstrip().startswith(_DIRECTIVES)][: len(transcript.rows)]


def _says(body: bytes, transcript: Transcript, where: str, code: str) -> tuple[str, ...] | None:
    try:
        return rows_from(body, transcript, where, code)
    except InputError:
        return None
