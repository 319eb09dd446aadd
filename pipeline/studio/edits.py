"""One edit: texts in, texts out. Whatever is written is read back, so that a file never says anything but what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.studio.lines import lines_in
from pipeline.studio.reading import as_line, indent_of, must_be_text, row_text, second_text, with_lines
from pipeline.studio.retimed import for_texts, merged_times, split_times, timed, untimed
from pipeline.studio.said import Refused, Said, refused
from pipeline.studio.seconds import Change, with_seconds
from pipeline.studio.shifted import between_rows, shifted_settings
from pipeline.subtitles.joined import joined
from pipeline.subtitles.second import file_of

if TYPE_CHECKING:
    from pipeline.model import Timeline, Transcript
    from pipeline.studio.asked import Edit, Merge, Split, Texts
    from pipeline.studio.reading import Reading


def edited(reading: Reading, edit: Edit, timeline: Timeline) -> tuple[Reading, Said]:
    """Return the texts after an edit, and what was done; the same reading where it changes nothing.

    `timeline` is what the page shows now: it tells where a cut falls. Raises Refused, with nothing changed.
    """
    rows = [one.row for one in (*edit.texts, *edit.seconds)] if edit.kind == "texts" else [edit.row]
    beyond = next((row for row in rows if row > len(reading.rows)), None)
    if beyond is not None:
        raise Refused(f"没有第 {beyond} 行。", f"There is no row {beyond}.")
    try:
        return _edited(reading, edit, timeline)
    except InputError as fault:
        raise refused(fault) from fault


def _edited(reading: Reading, edit: Edit, timeline: Timeline) -> tuple[Reading, Said]:  # noqa: PLR0911 - one for each kind of edit
    match edit.kind:
        case "text":
            return _texts(reading, {edit.row: edit.text}), Said(f"修改第 {edit.row} 行", f"Edit row {edit.row}")
        case "second":
            return _second(reading, edit.row, edit.text), Said(f"修改第 {edit.row} 行译文", f"Edit the translation of row {edit.row}")
        case "texts":
            return _many(reading, edit), Said(
                f"修改 {len(edit.texts) + len(edit.seconds)} 处", f"Edit {len(edit.texts) + len(edit.seconds)} texts"
            )
        case "split":
            return _split(reading, edit, timeline), Said(f"拆分第 {edit.row} 行", f"Split row {edit.row}")
        case "merge":
            return _merge(reading, edit, timeline), Said(f"合并第 {edit.row}–{edit.row + 1} 行", f"Merge rows {edit.row}–{edit.row + 1}")
        case "times":
            return timed(reading, edit, timeline), Said(f"调整第 {edit.row} 行时间", f"Move row {edit.row}")
        case "untime":
            return untimed(reading, edit.row), Said(f"恢复第 {edit.row} 行时间", f"Take back the time of row {edit.row}")
        case "slide":
            raise Refused("换画面要先知道有哪些画面。", "Slides move with the deck at hand.")


def _many(reading: Reading, edit: Texts) -> Reading:
    after = _texts(reading, {one.row: one.text for one in edit.texts}) if edit.texts else reading
    for one in edit.seconds:
        after = _second(after, one.row, one.text)
    return after


def _texts(reading: Reading, given: dict[int, str]) -> Reading:
    """Give rows other texts, each on the line it stands on."""
    must_be_text(reading)
    texts = {row: row_text(text) for row, text in given.items()}
    if not all(texts.values()):
        raise Refused("一行不能是空的；不要它就与邻行合并。", "A row cannot be empty; merge it with its neighbour to be rid of it.")
    texts = {row: text for row, text in texts.items() if text != reading.rows[row - 1]}
    if not texts:
        return reading
    at = {reading.transcript.rows[row - 1].line - 1: text for row, text in texts.items()}
    first, last = min(at), max(at) + 1
    old = [text for text, _ in lines_in(reading.texts.transcript, reading.texts.file, reading.transcript.encoding).lines[first:last]]
    new = [_line(line, at[place]) if place in at else line for place, line in enumerate(old, first)]
    rows = [texts.get(number, text) for number, text in enumerate(reading.rows, 1)]
    body, said = with_lines(reading, (first, last), new, rows, _directives(reading))
    return reading.read_again(said, transcript=body, times=for_texts(reading, texts))


def _line(old: str, text: str) -> str:
    """Return a row's line with another text between the white space it stands in."""
    return f"{indent_of(old)}{as_line(text)}{old[len(old.rstrip()) :]}"


def _directives(reading: Reading) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in reading.transcript.directives]


def _second(reading: Reading, row: int, given: str) -> Reading:
    text, code = second_text(given), reading.second
    if code is None:
        return _begun(reading, row, text)
    if dict(reading.seconds)[code][row - 1] == text:
        return reading
    if row == 1 and not text:
        raise Refused(
            "第一行的译文不能是空的：它上面没有行可并。", "The first row's translation cannot be empty: there is no row above to join."
        )
    body = with_seconds(reading, code, Change(row, 1, (text,)), reading.transcript)
    return reading.read_again(seconds=tuple((one, body if one == code else kept) for one, kept in reading.texts.seconds))


def _begun(reading: Reading, row: int, text: str) -> Reading:
    """Begin a translation: all rows are joined to the first until they get a text of their own."""
    if not text:
        return reading
    if row != 1:
        raise Refused("还没有译文：请先写第 1 行的译文。", "There is no translation yet: begin with row 1.")
    code = "zh" if reading.settings.language.startswith("en") else "en"
    return reading.read_again(seconds=((code, file_of([text, *[""] * (len(reading.rows) - 1)]).encode()),))


def _split(reading: Reading, edit: Split, timeline: Timeline) -> Reading:
    text = reading.rows[edit.row - 1]
    halves = row_text(text[: edit.at]), row_text(text[edit.at :])
    if not all(halves):
        raise Refused("拆开的两半都要有字。", "Both halves need some text.")
    seconds = {
        code: Change(edit.row, 1, _split_second(rows[edit.row - 1], None if place else edit.second_at))
        for place, (code, rows) in enumerate(reading.seconds)
    }
    body, transcript = _with_rows(reading, Change(edit.row, 1, halves))
    return reading.read_again(
        transcript,
        transcript=body,
        seconds=_all_seconds(reading, transcript, seconds),
        times=split_times(reading, edit.row, edit.at, halves, timeline),
        settings=shifted_settings(reading, edit.row, 1),
    )


def _split_second(text: str, at: int | None) -> tuple[str, str]:
    """Return both halves of a translation; the first has it all where no place is given or nothing would be left of a half."""
    if at is None:
        return text, ""
    halves = second_text(text[:at]), second_text(text[at:])
    return halves if halves[0] else (text, "")


def _merge(reading: Reading, edit: Merge, timeline: Timeline) -> Reading:
    row = edit.row
    if row == len(reading.rows):
        raise Refused("它下面没有行可并。", "There is no row below to merge with.")
    text = joined(reading.rows[row - 1 : row + 1])
    seconds = {code: Change(row, 2, (joined(rows[row - 1 : row + 1]),)) for code, rows in reading.seconds}
    body, transcript = _with_rows(reading, Change(row, 2, (text,)))
    return reading.read_again(
        transcript,
        transcript=body,
        seconds=_all_seconds(reading, transcript, seconds),
        times=merged_times(reading, row, text, timeline),
        settings=shifted_settings(reading, row, -1),
    )


def _all_seconds(reading: Reading, transcript: Transcript, changes: dict[str, Change]) -> tuple[tuple[str, bytes], ...]:
    """Return every translation's file after its change; `transcript` is the episode's text after its own."""
    return tuple((code, with_seconds(reading, code, changes[code], transcript)) for code, _ in reading.seconds)


def _with_rows(reading: Reading, change: Change) -> tuple[bytes, Transcript]:
    """Return the transcript's file after a split or merge, and what it says."""
    must_be_text(reading)
    rows, new = reading.transcript.rows, change.new
    first, last = rows[change.row - 1].line - 1, rows[change.row - 2 + change.dropped].line
    before, after = between_rows(reading, change.row, change.dropped)
    inner = [text for text, _ in lines_in(reading.texts.transcript, reading.texts.file, reading.transcript.encoding).lines[first:last]]
    written = [f"{indent_of(inner[0])}{as_line(text)}" for text in new[:-1]] + [_line(inner[0], new[-1])]
    placed = [*(inner[at - first] for at in before), *written, *(inner[at - first] for at in after)]
    return with_lines(reading, (first, last), placed, change.of(reading.rows), _directives(reading))
