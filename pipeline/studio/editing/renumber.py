"""What stands at row numbers kept in step when rows are split and merged: directives between rows, and tables of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.settings import parse_settings
from pipeline.studio.localization import EditRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.studio.editing.sources import EpisodeSource

_ROW_TABLES = ("chapter", "slide")
_KINDS_BEFORE_ROW: tuple[Literal["slide", "chapter"], ...] = ("slide", "chapter")
"""Shown while the words after them are heard: they go before a row their words are merged into. A pause or another voice goes after."""


def lines_between_rows(
    source: EpisodeSource, row: int, removed_rows: int
) -> tuple[list[int], list[int]]:
    """Return the lines (counted from 0) inside of `dropped` rows that go before, and after, the row these become.

    Raises Refused where a directive has no place: one of its kind stands there already.
    """
    transcript = source.transcript
    first_line, end_line = (
        transcript.rows[row - 1].line - 1,
        transcript.rows[row - 2 + removed_rows].line,
    )
    directive_by_line = {
        one.line - 1: one for one in transcript.directives if first_line < one.line - 1 < end_line
    }
    taken_kinds = {
        "before": {one.kind for one in transcript.directives if one.row == row},
        "after": {one.kind for one in transcript.directives if one.row == row + removed_rows},
    }
    for place, at in (("before", row), ("after", row + removed_rows)):
        taken_kinds[place] |= {
            name
            for name in _KINDS_BEFORE_ROW
            if any(table.row == at for table in getattr(source.settings, name))
        }
    if row + removed_rows > len(transcript.rows):
        taken_kinds["after"] |= set(_KINDS_BEFORE_ROW)  # nothing follows that could show it
    lines_before: list[int] = []
    for line, directive in directive_by_line.items():
        sides = ("before", "after") if directive.kind in _KINDS_BEFORE_ROW else ("after", "before")
        side = next((side for side in sides if directive.kind not in taken_kinds[side]), None)
        if side is None:
            directive_text = f"@{directive.kind} {directive.value}"[:60]
            raise EditRefused(message("studio.directive_in_way", directive=directive_text))
        taken_kinds[side].add(directive.kind)
        if side == "before":
            lines_before.append(line)
    row_lines = {one.line - 1 for one in transcript.rows}
    return lines_before, [
        line
        for line in range(first_line, end_line)
        if line not in row_lines and line not in lines_before
    ]


def renumber_settings(source: EpisodeSource, row: int, row_shift: int) -> bytes | None:
    """Return the settings' file after `by` rows came (or went, -1) behind a row: chapters and slides stay with their words.

    Raises Refused where two would come to stand at one row.
    """

    def renumbered_row(at: int) -> int:
        return at + row_shift if at > row else at

    return map_settings_rows(source, renumbered_row)


def map_settings_rows(
    source: EpisodeSource,
    renumber_row: Callable[[int], int],
    table_names: tuple[str, ...] = _ROW_TABLES,
) -> bytes | None:
    """Return the settings' file with the rows of its tables changed by a function; all else in it stays as it is."""
    body, settings = source.files.settings, source.settings
    new_tables = {
        name: [
            table.model_copy(update={"row": renumber_row(table.row)})
            for table in getattr(settings, name)
        ]
        for name in table_names
    }
    if body is None or all(
        list(getattr(settings, name)) == new_tables[name] for name in table_names
    ):
        return body
    for name in table_names:
        rows = [table.row for table in new_tables[name]]
        if len(set(rows)) < len(rows):
            raise EditRefused(message("studio.tables_collide", table=name))
    return edit_settings_file(
        source,
        lambda tree: _renumber_tables(tree, renumber_row, table_names),
        {name: tuple(new_tables[name]) for name in table_names},
    )


def edit_settings_file(
    source: EpisodeSource, change: Callable[[Any], None], expected: dict[str, Any]
) -> bytes:
    """Return the settings' file after a change of its TOML tree, read back: it must say what is wanted and otherwise the same."""
    import tomlkit

    body = source.files.settings or b""
    byte_order_mark = b"\xef\xbb\xbf" if body.startswith(b"\xef\xbb\xbf") else b""
    tree = tomlkit.parse(body.decode("utf-8-sig"))
    change(tree)
    text = tomlkit.dumps(tree)
    file_name = f"{source.files.name}.toml"
    if parse_settings(text, file_name) != source.settings.model_copy(update=expected):
        raise InputError(message("studio.tables_not_editable"), where=file_name)
    return byte_order_mark + text.encode()


def _renumber_tables(
    tree: Any,  # noqa: ANN401 - a TOML tree
    renumber_row: Callable[[int], int],
    table_names: tuple[str, ...],
) -> None:
    for name in table_names:
        for table in tree.get(name, ()):
            table["row"] = renumber_row(int(table["row"]))
