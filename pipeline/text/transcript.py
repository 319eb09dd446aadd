"""Read a transcript: the bytes of a text file, or the cues of a subtitle file, to rows."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import Row, Span, Transcript
from pipeline.text.directives import parse_directive, reject_duplicate_directives
from pipeline.text.encoding import ENCODING_NAMES, decode_text
from pipeline.text.line_joining import join_texts
from pipeline.text.unicode_scripts import EMOJI
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Directive

MAX_FILE_BYTES = 8 * 1024 * 1024
"""Bytes; a larger file is refused."""

MAX_ROWS = 50_000
"""Rows; read aloud they take about two days."""

MAX_ROW_CHARACTERS = 10_000
"""Characters in one row; read aloud they take about forty minutes."""

_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_LINE = re.compile(r"\S[^\n]*")
_ACCENTED = re.compile("[A-Za-z\u00c0-\u024f][\u0300-\u036f]+")

_INVISIBLE = re.compile(
    # kept: a flag made of tags, the joiner inside an emoji, joiners that change letters of a script
    "(?P<kept>\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
    f"|(?<=[{EMOJI}\ufe0f\U0001f3fb-\U0001f3ff])\u200d(?=[{EMOJI}])"
    "|(?<=[\u0600-\u0dff])[\u200c\u200d](?=[\u0600-\u0dff]))"
    "|[\0-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001fffe\U0001ffff\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]+",
)


def read_transcript(data: bytes, name: str, where: str) -> Transcript:
    """Return the transcript a text file holds; `where` is the file's name for messages.

    Rows are the lines that are not blank, without outer white space. Visible characters stay as
    they are, except that a letter and its accent become one code point. Invisible ones
    (zero-width, control, direction marks) are removed and counted in the notices. Raises
    InputError if the bytes are not text, have no rows or a wrong directive, or exceed
    MAX_FILE_BYTES, MAX_ROWS or MAX_ROW_CHARACTERS.
    """
    if len(data) > MAX_FILE_BYTES:
        raise InputError(
            message("text.file_too_large", size=len(data), limit=MAX_FILE_BYTES), where=where
        )
    text, encoding = decode_text(data, where)
    if "\0" in text:
        line = _line_number(_LINE_END.sub("\n", text), "\0")
        raise InputError(message("text.nul_character", line=line), where=where)
    text, notices = _remove_invisible(_LINE_END.sub("\n", text).replace("\t", " "))
    if encoding != "utf-8":
        notices.insert(0, message("text.read_as", encoding=ENCODING_NAMES[encoding]))
    rows: list[Row] = []
    directives: list[Directive] = []
    line, counted_to = 1, 0
    for match in _LINE.finditer(text):
        line += text.count("\n", counted_to, match.start())
        counted_to = match.start()
        content = match.group().rstrip()
        if content.startswith("@") and not content.startswith("@@"):
            directives.append(parse_directive(content, len(rows) + 1, line, where))
        else:
            rows.append(
                _checked_row(
                    content.removeprefix("@") if content.startswith("@@") else content,
                    len(rows) + 1,
                    line,
                    where,
                )
            )
    if not rows:
        raise InputError(message("text.no_text"), where=where)
    reject_duplicate_directives(directives, where)
    return Transcript(name, tuple(rows), tuple(directives), encoding, tuple(notices))


def transcript_from_cues(cues: Sequence[tuple[int, int, str]], name: str, where: str) -> Transcript:
    """Return a transcript with one row per cue, given as (start ms, end ms, text), and its times.

    The lines of a cue become one row. Cues without text are left out, cues that start at the same
    time become one row, and a cue that overlaps the next is shortened to its start. Raises
    InputError if nothing is left or a cue ends before it starts.
    """
    nonempty: list[tuple[int, int, str]] = []
    for number, (start, end, text) in enumerate(cues, 1):
        if not 0 <= start < end:
            raise InputError(
                message("text.cue_times_reversed", number=number, start=start, end=end),
                where=where,
            )
        clean, _ = _remove_invisible(_LINE_END.sub("\n", text).replace("\t", " "))
        row_text = join_texts(clean.split("\n"))
        if row_text:
            nonempty.append((start, end, row_text))
    if not nonempty:
        raise InputError(message("text.no_text_in_subtitles"), where=where)
    separate, notices = _without_overlaps(sorted(nonempty, key=lambda cue: cue[0]))
    rows = tuple(
        _checked_row(text, number, number, where) for number, (_, _, text) in enumerate(separate, 1)
    )
    times = tuple(Span(samples_from_ms(start), samples_from_ms(end)) for start, end, _ in separate)
    return Transcript(name, rows, (), "utf-8", notices, times)


def _without_overlaps(
    cues: Sequence[tuple[int, int, str]],
) -> tuple[list[tuple[int, int, str]], tuple[str, ...]]:
    """Return cues without overlaps, and notices about those that had some; they come in order."""
    separate: list[tuple[int, int, str]] = []
    joined = shortened = 0
    for start, end, text in cues:
        if separate and separate[-1][0] == start:
            joined += 1
            separate[-1] = (start, max(end, separate[-1][1]), join_texts((separate[-1][2], text)))
            continue
        if separate and separate[-1][1] > start:
            shortened += 1
            separate[-1] = (separate[-1][0], start, separate[-1][2])
        separate.append((start, end, text))
    notices: list[str] = []
    if joined:
        notices.append(message("text.cues_joined", count=joined))
    if shortened:
        notices.append(message("text.cues_shortened", count=shortened))
    return separate, tuple(notices)


def _checked_row(text: str, number: int, line: int, where: str) -> Row:
    if len(text) > MAX_ROW_CHARACTERS:
        raise InputError(
            message(
                "text.row_too_long",
                row=number,
                line=line,
                length=len(text),
                limit=MAX_ROW_CHARACTERS,
            ),
            where=where,
        )
    if number > MAX_ROWS:
        raise InputError(message("text.too_many_rows", limit=MAX_ROWS), where=where)
    return Row(number, line, text)


def _remove_invisible(text: str) -> tuple[str, list[str]]:
    """Return the text without invisible characters, and the notices; line ends are line feeds."""
    removed, first_line = 0, 0

    def replace(match: re.Match[str]) -> str:
        nonlocal removed, first_line
        if match["kept"]:
            return match["kept"]
        first_line = first_line or text.count("\n", 0, match.start()) + 1
        removed += len(match.group())
        return ""

    clean = _ACCENTED.sub(
        lambda match: unicodedata.normalize("NFC", match.group()), _INVISIBLE.sub(replace, text)
    )
    notices: list[str] = []
    if removed:
        notices.append(message("text.invisible_removed", count=removed, line=first_line))
    lost = clean.count("\ufffd")
    if lost:
        line = _line_number(clean, "\N{REPLACEMENT CHARACTER}")
        notices.append(message("text.characters_lost", count=lost, line=line))
    return clean, notices


def _line_number(text: str, character: str) -> int:
    return text.count("\n", 0, text.index(character)) + 1
