"""One edit: texts in, texts out. Whatever is written is read back, so that a file never says anything but what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.studio.lines import lines_in
from pipeline.studio.reading import Reading, as_line, indent_of, row_text, second_text, transcript_from
from pipeline.studio.retimed import for_text, merged_times, split_times, timed, untimed
from pipeline.studio.said import Refused, Said, refused
from pipeline.studio.seconds import with_seconds
from pipeline.studio.shifted import between_rows, shifted_settings
from pipeline.subtitles.joined import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Timeline, Transcript
    from pipeline.studio.asked import Edit, Merge, Second, Split, Text

_NEW_LANGUAGE = "en"


def edited(reading: Reading, edit: Edit, timeline: Timeline) -> tuple[Reading, Said]:
    """Return the texts after an edit, and what was done; the same reading where it changes nothing.

    `timeline` is what the page shows now: it tells where a cut falls. Raises Refused, with nothing changed.
    """
    try:
        if edit.kind == "slide":
            raise Refused("换页要先知道有哪些页。", "Slides move with the deck at hand.")
        if edit.row > len(reading.rows):
            raise Refused(f"没有第 {edit.row} 行。", f"There is no row {edit.row}.")
        match edit.kind:
            case "text":
                return _text(reading, edit), Said(f"修改第 {edit.row} 行", f"Edit row {edit.row}")
            case "second":
                return _second(reading, edit), Said(f"修改第 {edit.row} 行译文", f"Edit the translation of row {edit.row}")
            case "split":
                return _split(reading, edit, timeline), Said(f"拆分第 {edit.row} 行", f"Split row {edit.row}")
            case "merge":
                return _merge(reading, edit, timeline), Said(
                    f"合并第 {edit.row}–{edit.row + 1} 行", f"Merge rows {edit.row}–{edit.row + 1}"
                )
            case "times":
                return timed(reading, edit, timeline), Said(f"调整第 {edit.row} 行时间", f"Move row {edit.row}")
            case "untime":
                return untimed(reading, edit.row), Said(f"恢复第 {edit.row} 行时间", f"Take back the time of row {edit.row}")
    except InputError as fault:
        raise refused(fault) from fault


def _text(reading: Reading, edit: Text) -> Reading:
    text = row_text(edit.text)
    if not text:
        raise Refused("一行不能是空的；不要它就与邻行合并。", "A row cannot be empty; merge it with its neighbour to be rid of it.")
    if text == reading.rows[edit.row - 1]:
        return reading
    body, _ = _with_rows(reading, edit.row, 1, [text])
    return reading.read_again(transcript=body, times=for_text(reading, edit.row, text))


def _second(reading: Reading, edit: Second) -> Reading:
    text = second_text(edit.text)
    code = reading.second
    if code is None:
        code = _NEW_LANGUAGE if not reading.settings.language.startswith(_NEW_LANGUAGE) else "zh"
        if edit.row != 1:
            raise Refused("还没有译文：请先写第 1 行的译文。", "There is no translation yet: begin with row 1.")
        if not text:
            return reading
        body = "\n".join([as_line(text)] + [""] * (len(reading.rows) - 1)) + "\n"
        return reading.read_again(seconds=((code, body.encode()),))
    rows = list(dict(reading.seconds)[code])
    if rows[edit.row - 1] == text:
        return reading
    if edit.row == 1 and not text:
        raise Refused(
            "第一行的译文不能是空的：它上面没有行可并。", "The first row's translation cannot be empty: there is no row above to join."
        )
    rows[edit.row - 1] = text
    body_now = with_seconds(reading, code, rows, reading.transcript, edit.row - 1, 1, [text])
    return reading.read_again(seconds=tuple((one, body_now if one == code else kept) for one, kept in reading.texts.seconds))


def _split(reading: Reading, edit: Split, timeline: Timeline) -> Reading:
    text = reading.rows[edit.row - 1]
    halves = [row_text(text[: edit.at]), row_text(text[edit.at :])]
    if not all(halves):
        raise Refused("拆开的两半都要有字。", "Both halves need some text.")
    seconds = {
        code: _split_second(rows[edit.row - 1], edit.second_at if not place else None) for place, (code, rows) in enumerate(reading.seconds)
    }
    body, transcript = _with_rows(reading, edit.row, 1, halves)
    return reading.read_again(
        transcript=body,
        seconds=_all_seconds(reading, transcript, edit.row, 1, seconds),
        times=split_times(reading, edit.row, edit.at, halves, timeline),
        settings=shifted_settings(reading, edit.row, 1),
    )


def _split_second(text: str, at: int | None) -> list[str]:
    """Return both halves of a translation; the first has it all where no place is given or nothing would be left of a half."""
    if at is None:
        return [text, ""]
    halves = [second_text(text[:at]), second_text(text[at:])]
    return halves if halves[0] else [text, ""]


def _merge(reading: Reading, edit: Merge, timeline: Timeline) -> Reading:
    row = edit.row
    if row == len(reading.rows):
        raise Refused("它下面没有行可并。", "There is no row below to merge with.")
    text = joined(reading.rows[row - 1 : row + 1])
    seconds = {code: [joined(rows[row - 1 : row + 1])] for code, rows in reading.seconds}
    body, transcript = _with_rows(reading, row, 2, [text])
    return reading.read_again(
        transcript=body,
        seconds=_all_seconds(reading, transcript, row, 2, seconds),
        times=merged_times(reading, row, text, timeline),
        settings=shifted_settings(reading, row, -1),
    )


def _all_seconds(
    reading: Reading, transcript: Transcript, row: int, dropped: int, new: dict[str, list[str]]
) -> tuple[tuple[str, bytes], ...]:
    """Return every translation's file after rows [row, row + dropped) of the old transcript became others."""
    bodies = []
    for code, rows in reading.seconds:
        after = [*rows[: row - 1], *new[code], *rows[row - 1 + dropped :]]
        bodies.append((code, with_seconds(reading, code, after, transcript, row - 1, dropped, new[code])))
    return tuple(bodies)


def _with_rows(reading: Reading, row: int, dropped: int, new: Sequence[str]) -> tuple[bytes, Transcript]:
    """Return the transcript's file with rows [row, row + dropped) replaced, and what it says."""
    texts = reading.texts
    if not texts.file.lower().endswith(".txt"):
        raise Refused("只有 .txt 文稿可以在这里改字。", "Only the words of a .txt transcript can be changed here.")
    wanted = (*reading.rows[: row - 1], *new, *reading.rows[row - 1 + dropped :])
    lines = lines_in(texts.transcript, texts.file)
    first, last = reading.transcript.rows[row - 1].line - 1, reading.transcript.rows[row - 2 + dropped].line
    old = lines.lines[first][0]
    indent, tail = indent_of(old), old[len(old.rstrip()) :]
    written = [f"{indent}{as_line(text)}" for text in new[:-1]] + [f"{indent}{as_line(new[-1])}{tail}"]
    before, after = between_rows(reading, row, dropped)
    inner = [lines.lines[index][0] for index in range(first, last)]
    placed = [*(inner[at - first] for at in before), *written, *(inner[at - first] for at in after)]
    for candidate in lines.with_lines(first, last, placed):
        try:
            said = transcript_from(texts.file, candidate)
        except InputError:
            continue
        if tuple(one.text for one in said.rows) == wanted and len(said.directives) == len(reading.transcript.directives):
            return candidate, said
    raise Refused("文件存不下这段文字。", "The file cannot hold this text.")
