"""Edit a translation's file: single lines where possible, otherwise the whole file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.studio.editing.sources import translation_file_name
from pipeline.studio.editing.text_lines import split_lines
from pipeline.subtitles.translation_file import compose_translation_file, parse_translation_file
from pipeline.text.encoding import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Transcript
    from pipeline.studio.editing.sources import EpisodeSource
    from pipeline.studio.editing.text_lines import TextLines

_DIRECTIVES = ("@slide", "@chapter", "@pause", "@voice")


@dataclass(frozen=True, slots=True)
class RowReplacement:
    """Rows [row, row + removed_rows), counted from 1, are replaced by `new_rows`."""

    row: int
    removed_rows: int
    new_rows: tuple[str, ...]

    def apply_to(self, rows: Sequence[str]) -> tuple[str, ...]:
        """Return rows with the replacement made."""
        return (*rows[: self.row - 1], *self.new_rows, *rows[self.row - 1 + self.removed_rows :])


def edit_translation_file(
    source: EpisodeSource, code: str, replacement: RowReplacement, transcript: Transcript
) -> bytes:
    """Return a translation's file after a change.

    `transcript` is the episode's transcript after the change; the file has one row for each of its
    rows. Raises InputError where no file can hold the result: the first row must not be empty.
    """
    rows = replacement.apply_to(dict(source.translations)[code])
    body = dict(source.files.seconds)[code]
    file_name = translation_file_name(source.files, code)
    for candidate in _candidate_bodies(body, file_name, source.transcript, replacement):
        if _rows_or_none(candidate, transcript, file_name, code) == rows:
            return candidate
    _, encoding = decode_text(body, file_name)
    whole_text = compose_translation_file(rows)
    for encoding_now in (encoding, "utf-8", "utf-8-sig"):
        try:
            candidate = whole_text.encode(encoding_now)
        except UnicodeEncodeError:
            continue
        if _rows_or_none(candidate, transcript, file_name, code) == rows:
            return candidate
    parse_translation_file(
        whole_text.encode("utf-8-sig"), transcript, file_name, code
    )  # raises the parser's own error
    raise InputError(message("studio.translation_not_writable"), where=file_name)


def _candidate_bodies(
    body: bytes, file_name: str, transcript: Transcript, replacement: RowReplacement
) -> Iterator[bytes]:
    lines = split_lines(body, file_name)
    new_lines = [f"@{text}" if text.startswith("@") else text for text in replacement.new_rows]
    first_row, end_row = replacement.row - 1, replacement.row - 1 + replacement.removed_rows
    for row_lines in _row_line_layouts(lines, transcript):
        if end_row <= len(row_lines):
            start, end = row_lines[first_row], row_lines[end_row - 1] + 1
            between = [
                lines.lines[index][0] for index in range(start, end) if index not in row_lines
            ]
            yield from lines.replacement_bodies(start, end, [*new_lines, *between])


def _row_line_layouts(lines: TextLines, transcript: Transcript) -> Iterator[list[int]]:
    """Yield possible line numbers of the rows: as in the transcript's file, or consecutive."""
    count = len(lines.lines)
    transcript_layout = [row.line - 1 for row in transcript.rows]
    if transcript_layout[-1] < count:
        yield transcript_layout
    yield [
        index
        for index in range(count)
        if not lines.lines[index][0].lstrip().startswith(_DIRECTIVES)
    ][: len(transcript.rows)]


def _rows_or_none(
    body: bytes, transcript: Transcript, file_name: str, code: str
) -> tuple[str, ...] | None:
    try:
        return parse_translation_file(body, transcript, file_name, code)
    except InputError:
        return None
