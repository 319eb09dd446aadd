"""The texts of an episode as bytes, and parsed. No file is opened here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.cache import digest
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import Transcript
from pipeline.script import (
    corrections_from_bytes,
    settings_from_bytes,
    transcript_from_bytes,
    with_language_of,
    with_translations_inside,
)
from pipeline.settings import Settings
from pipeline.studio.editing.text_lines import split_lines
from pipeline.studio.localization import EditRefused
from pipeline.subtitles.translation_file import compose_translation_file, parse_translation_file
from pipeline.text.line_joining import to_single_line
from pipeline.text.transcript import read_transcript
from pipeline.timing.corrections import compose_corrections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.timing.corrections import Correction

_LEADING_SPACE = re.compile(r"\s*")
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """The bytes of an episode's files. None stands for a file that does not exist.

    `seconds` are the translations, by language code.
    """

    transcript_file: str
    transcript: bytes
    seconds: tuple[tuple[str, bytes], ...] = ()
    times: bytes | None = None
    settings: bytes | None = None

    @property
    def version(self) -> str:
        """The digest of all files, 32 hexadecimal characters."""
        return digest(
            "texts", self.transcript_file, self.transcript, self.seconds, self.times, self.settings
        )[:32]

    @property
    def name(self) -> str:
        """The episode's name."""
        return self.transcript_file.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class EpisodeSource:
    """The files of an episode and their parsed content."""

    files: SourceFiles
    settings: Settings
    transcript: Transcript
    translations: tuple[tuple[str, tuple[str, ...]], ...]
    corrections: tuple[Correction, ...]

    @property
    def row_texts(self) -> tuple[str, ...]:
        """The text of each row."""
        return tuple(row.text for row in self.transcript.rows)

    @property
    def translation_code(self) -> str | None:
        """The language code of the translation shown beside the rows, or None."""
        return self.translations[0][0] if self.translations else None

    def with_changes(
        self, parsed_transcript: Transcript | None = None, **changed: object
    ) -> EpisodeSource:
        """Return the source with some files changed.

        `parsed_transcript` is the new transcript where the caller has parsed it already. Raises
        InputError.
        """
        return parse_source(replace(self.files, **changed), self, parsed_transcript)  # type: ignore[arg-type] # the fields of SourceFiles


_EMPTY_SOURCE = EpisodeSource(
    SourceFiles("", b""), Settings(), Transcript("", (), (), "utf-8", ()), (), ()
)


def parse_source(
    files: SourceFiles,
    previous: EpisodeSource | None = None,
    parsed_transcript: Transcript | None = None,
) -> EpisodeSource:
    """Return the parsed content of files. What did not change since `previous` is not parsed again.

    `parsed_transcript` is used in place of parsing the transcript. Raises InputError with file and
    row.
    """
    old_files = previous.files if previous else None
    unchanged = {
        name: old_files is not None and getattr(old_files, name) == getattr(files, name)
        for name in ("transcript", "seconds", "times", "settings")
    }
    known_source = previous if previous is not None else _EMPTY_SOURCE
    settings = (
        known_source.settings
        if unchanged["settings"]
        else settings_from_bytes(files.settings, f"{files.name}.toml")
    )
    transcript = (
        known_source.transcript
        if unchanged["transcript"]
        else parsed_transcript
        or transcript_from_bytes(files.transcript, files.transcript_file, files.transcript_file)
    )
    settings = with_language_of(transcript, settings, [code for code, _ in files.seconds])
    translations = known_source.translations
    if not (unchanged["seconds"] and unchanged["transcript"]):
        translations = with_translations_inside(
            transcript,
            (
                (
                    code,
                    parse_translation_file(
                        body, transcript, translation_file_name(files, code), code
                    ),
                )
                for code, body in files.seconds
            ),
        )
    corrections = (
        known_source.corrections
        if unchanged["times"]
        else corrections_from_bytes(files.times, f"{files.name}.times.toml")
    )
    return EpisodeSource(files, settings, transcript, translations, corrections)


def translation_file_name(files: SourceFiles, code: str) -> str:
    """Return the name of a translation's file."""
    return f"{files.name}.{code}.txt"


def normalized_row(text: str) -> str:
    """Return a text as the transcript's parser reads it in one row; "" where nothing is left.

    Line ends become spaces and invisible characters are removed. Raises InputError where the text
    is too long for a row.
    """
    line = to_single_line(text)
    if not line:
        return ""
    # with a row before it, any text is a valid transcript
    rows = read_transcript(_UTF8_MARK + f"-\n{escaped_row(line)}".encode(), "row", "row").rows
    return rows[1].text if len(rows) > 1 else ""


def normalized_translation(text: str) -> str:
    """Return a text as the parser of translations reads it in one row."""
    return (
        compose_translation_file([text]).rstrip("\n").removeprefix("@")
        if text.lstrip().startswith("@")
        else compose_translation_file([text]).rstrip("\n")
    )


def escaped_row(row: str) -> str:
    """Return the line of a row in the file: a leading @ is doubled, so that it is no directive."""
    return f"@{row}" if row.startswith("@") else row


def leading_space(line: str) -> str:
    """Return the white space at the start of a line."""
    space_match = _LEADING_SPACE.match(line)
    return space_match.group() if space_match else ""


def corrections_to_bytes(corrections: Sequence[Correction]) -> bytes | None:
    """Return the file of corrections, or None where there are no corrections."""
    return compose_corrections(corrections).encode() if corrections else None


def require_text_transcript(source: EpisodeSource) -> None:
    """Raise EditRefused where the transcript is a subtitle file, which has no line per row."""
    if not source.files.transcript_file.lower().endswith(".txt"):
        raise EditRefused(message("studio.text_transcript_only"))


def replace_lines(
    source: EpisodeSource,
    line_range: tuple[int, int],
    new_lines: Sequence[str],
    expected_rows: Sequence[str],
    expected_directives: Sequence[tuple[str, str]],
) -> tuple[bytes, Transcript]:
    """Return the transcript file with lines [first, end), from 0, replaced, and its content.

    The result is parsed again and must have the expected rows and directives, each a pair (kind,
    value), in any order. Raises EditRefused where no encoding of the file can hold them.
    """
    files = source.files
    for candidate in split_lines(
        files.transcript, files.transcript_file, source.transcript.encoding
    ).replacement_bodies(*line_range, new_lines):
        try:
            transcript = transcript_from_bytes(
                candidate, files.transcript_file, files.transcript_file
            )
        except InputError:
            continue
        parsed_content = (
            tuple(row.text for row in transcript.rows),
            sorted((directive.kind, directive.value) for directive in transcript.directives),
        )
        if parsed_content == (tuple(expected_rows), sorted(expected_directives)):
            return candidate, transcript
    raise EditRefused(message("studio.file_cannot_hold"))
