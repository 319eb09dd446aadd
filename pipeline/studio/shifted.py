"""What stands at row numbers kept in step when rows are split and merged: directives between rows, and tables of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pipeline.errors import InputError
from pipeline.settings import parse_settings
from pipeline.studio.said import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.studio.reading import Reading

_TABLES = ("chapter", "slide")
_BEFORE: tuple[Literal["slide", "chapter"], ...] = ("slide", "chapter")
"""Shown while the words after them are heard: they go before a row their words are merged into. A pause or another voice goes after."""


def between_rows(reading: Reading, row: int, dropped: int) -> tuple[list[int], list[int]]:
    """Return the lines (counted from 0) inside of `dropped` rows that go before, and after, the row these become.

    Raises Refused where a directive has no place: one of its kind stands there already.
    """
    transcript = reading.transcript
    first, last = transcript.rows[row - 1].line - 1, transcript.rows[row - 2 + dropped].line
    inside = {one.line - 1: one for one in transcript.directives if first < one.line - 1 < last}
    taken = {
        "before": {one.kind for one in transcript.directives if one.row == row},
        "after": {one.kind for one in transcript.directives if one.row == row + dropped},
    }
    for place, at in (("before", row), ("after", row + dropped)):
        taken[place] |= {name for name in _BEFORE if any(table.row == at for table in getattr(reading.settings, name))}
    if row + dropped > len(transcript.rows):
        taken["after"] |= set(_BEFORE)  # nothing follows that could show it
    before: list[int] = []
    for line, directive in inside.items():
        sides = ("before", "after") if directive.kind in _BEFORE else ("after", "before")
        side = next((side for side in sides if directive.kind not in taken[side]), None)
        if side is None:
            said = f"@{directive.kind} {directive.value}"[:60]
            raise Refused(
                f"两行之间的 {said} 没有地方放：先移走它。", f"Between the rows stands {said}, with no place left for it: move it first."
            )
        taken[side].add(directive.kind)
        if side == "before":
            before.append(line)
    rows = {one.line - 1 for one in transcript.rows}
    return before, [line for line in range(first, last) if line not in rows and line not in before]


def shifted_settings(reading: Reading, row: int, by: int) -> bytes | None:
    """Return the settings' file after `by` rows came (or went, -1) behind a row: chapters and slides stay with their words.

    Raises Refused where two would come to stand at one row.
    """

    def place(at: int) -> int:
        return at + by if at > row else at

    return settings_with_rows(reading, place)


def settings_with_rows(reading: Reading, place: Callable[[int], int], names: tuple[str, ...] = _TABLES) -> bytes | None:
    """Return the settings' file with the rows of its tables changed by a function; all else in it stays as it is."""
    body, settings = reading.texts.settings, reading.settings
    wanted = {name: [table.model_copy(update={"row": place(table.row)}) for table in getattr(settings, name)] for name in names}
    if body is None or all(list(getattr(settings, name)) == wanted[name] for name in names):
        return body
    for name in names:
        rows = [table.row for table in wanted[name]]
        if len(set(rows)) < len(rows):
            raise Refused(
                f"设置里会有两个 [[{name}]] 落在同一行：先改设置。",
                f"Two [[{name}]] of the settings would stand at one row: mend them first.",
            )
    return edited_settings(reading, lambda tree: _move(tree, place, names), {name: tuple(wanted[name]) for name in names})


def edited_settings(reading: Reading, change: Callable[[Any], None], wanted: dict[str, Any]) -> bytes:
    """Return the settings' file after a change of its TOML tree, read back: it must say what is wanted and otherwise the same."""
    import tomlkit

    body = reading.texts.settings or b""
    mark = b"\xef\xbb\xbf" if body.startswith(b"\xef\xbb\xbf") else b""
    tree = tomlkit.parse(body.decode("utf-8-sig"))
    change(tree)
    text = tomlkit.dumps(tree)
    where = f"{reading.texts.name}.toml"
    if parse_settings(text, where) != reading.settings.model_copy(update=wanted):
        raise InputError("The settings' tables cannot be changed from here.", "Change their rows in the file.", where=where)
    return mark + text.encode()


def _move(tree: Any, place: Callable[[int], int], names: tuple[str, ...]) -> None:  # noqa: ANN401 - a TOML tree
    for name in names:
        for table in tree.get(name, ()):
            table["row"] = place(int(table["row"]))
