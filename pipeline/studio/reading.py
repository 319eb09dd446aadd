"""An episode's texts as bytes, and as the values they say; no files are opened here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.model import Transcript
from pipeline.settings import Settings, parse_settings
from pipeline.store import digest
from pipeline.studio.lines import lines_in
from pipeline.studio.said import Refused
from pipeline.subtitles.literal import one_line
from pipeline.subtitles.second import file_of, rows_from
from pipeline.text.transcript import from_cues, read_transcript
from pipeline.timing.corrections import compose_corrections, parse_corrections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.timing.corrections import Correction

_BLANK = re.compile(r"\s*")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Texts:
    """The bytes of an episode's texts; `file` is the transcript's name, `seconds` are the translations by language code.

    None stands for a file that is not there.
    """

    file: str
    transcript: bytes
    seconds: tuple[tuple[str, bytes], ...] = ()
    times: bytes | None = None
    settings: bytes | None = None

    @property
    def version(self) -> str:
        """Digest of all of it."""
        return digest("texts", self.file, self.transcript, self.seconds, self.times, self.settings)[:32]

    @property
    def name(self) -> str:
        """The episode's name."""
        return self.file.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Reading:
    """Texts, and what they say."""

    texts: Texts
    settings: Settings
    transcript: Transcript
    seconds: tuple[tuple[str, tuple[str, ...]], ...]
    corrections: tuple[Correction, ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """The text of each row."""
        return tuple(row.text for row in self.transcript.rows)

    @property
    def second(self) -> str | None:
        """The code of the translation shown beside the rows."""
        return self.seconds[0][0] if self.seconds else None

    def read_again(self, said: Transcript | None = None, **changed: object) -> Reading:
        """Return the reading of the same texts with some of them changed; `said` is the changed transcript's, where it was read already.

        Raises InputError.
        """
        return read(replace(self.texts, **changed), self, said)  # type: ignore[arg-type] # the fields of Texts


_NOTHING = Reading(Texts("", b""), Settings(), Transcript("", (), (), "utf-8", ()), (), ())


def read(texts: Texts, before: Reading | None = None, said: Transcript | None = None) -> Reading:
    """Return what texts say; what is the same bytes as `before` is not read again, nor is a transcript that was read as `said`.

    Raises InputError naming file and row.
    """
    old = before.texts if before else None
    same = {name: old is not None and getattr(old, name) == getattr(texts, name) for name in ("transcript", "seconds", "times", "settings")}
    known = before if before is not None else _NOTHING
    settings = known.settings if same["settings"] else settings_from(texts.settings, f"{texts.name}.toml")
    transcript = known.transcript if same["transcript"] else said or transcript_from(texts.file, texts.transcript)
    seconds = known.seconds
    if not (same["seconds"] and same["transcript"]):
        seconds = tuple((code, rows_from(body, transcript, second_file(texts, code), code)) for code, body in texts.seconds)
    corrections = known.corrections if same["times"] else _corrections(texts)
    return Reading(texts, settings, transcript, seconds, corrections)


def _corrections(texts: Texts) -> tuple[Correction, ...]:
    return parse_corrections((texts.times or b"").decode("utf-8-sig", "replace"), f"{texts.name}.times.toml")


def settings_from(body: bytes | None, where: str) -> Settings:
    """Return the settings of a file's bytes. Raises InputError."""
    return Settings() if body is None else parse_settings(body.decode("utf-8-sig", "replace"), where)


def transcript_from(file: str, body: bytes) -> Transcript:
    """Return the transcript a file of this name holds. Raises InputError."""
    name, _, suffix = file.rpartition(".")
    if suffix.lower() == "txt":
        return read_transcript(body, name, file)
    from pipeline.subtitles.readers import read as read_cues

    return from_cues(read_cues(body, file, file), name, file)


def second_file(texts: Texts, code: str) -> str:
    """Return the name of a translation's file."""
    return f"{texts.name}.{code}.txt"


def row_text(text: str) -> str:
    """Return a text as one row of a transcript reads it: line ends are spaces, what cannot be seen is gone; "" where nothing is left.

    Raises InputError where it is too long for a row.
    """
    line = one_line(text)
    if not line:
        return ""
    # never alone in its file: whatever the text, the row before it makes this a transcript
    rows = read_transcript(_MARK + f"-\n{as_line(line)}".encode(), "row", "row").rows
    return rows[1].text if len(rows) > 1 else ""


def second_text(text: str) -> str:
    """Return a text as one row of a translation reads it."""
    return file_of([text]).rstrip("\n").removeprefix("@") if text.lstrip().startswith("@") else file_of([text]).rstrip("\n")


def as_line(row: str) -> str:
    """Return a row as its line in the file: an @ at its start is doubled, so that it is no directive."""
    return f"@{row}" if row.startswith("@") else row


def indent_of(line: str) -> str:
    """Return the white space a line begins with."""
    found = _BLANK.match(line)
    return found.group() if found else ""


def times_from(corrections: Sequence[Correction]) -> bytes | None:
    """Return the file of corrections; none where there are none."""
    return compose_corrections(corrections).encode() if corrections else None


def must_be_text(reading: Reading) -> None:
    """Raise Refused where the transcript is a subtitle file: those have no lines of rows."""
    if not reading.texts.file.lower().endswith(".txt"):
        raise Refused("只有 .txt 文稿可以在这里改字。", "Only the words of a .txt transcript can be changed here.")


def with_lines(
    reading: Reading, place: tuple[int, int], new: Sequence[str], rows: Sequence[str], directives: Sequence[tuple[str, str]]
) -> tuple[bytes, Transcript]:
    """Return the transcript's file with lines [first, last), counted from 0, replaced, and what it says.

    It must say these rows, and (sorted) these directives, each as (kind, value). Raises Refused where no file can.
    """
    texts = reading.texts
    for candidate in lines_in(texts.transcript, texts.file, reading.transcript.encoding).with_lines(*place, new):
        try:
            said = transcript_from(texts.file, candidate)
        except InputError:
            continue
        found = tuple(one.text for one in said.rows), sorted((one.kind, one.value) for one in said.directives)
        if found == (tuple(rows), sorted(directives)):
            return candidate, said
    raise Refused("文件存不下这处修改。", "The file cannot hold this change.")
