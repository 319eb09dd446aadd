"""Keep directives and settings tables at the right rows when rows are split or merged."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.script import settings_from_bytes, toml_text
from pipeline.studio.editing.text_lines import split_lines
from pipeline.studio.localization import EditRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.studio.editing.sources import EpisodeSource

_ROW_TABLES = ("chapter", "slide")
_KINDS_BEFORE_ROW: tuple[Literal["slide", "chapter"], ...] = ("slide", "chapter")
"""Directives that go before the merged row, because they are shown while it is spoken.

A pause or a change of voice goes after it.
"""


def lines_between_rows(
    source: EpisodeSource, row: int, removed_rows: int
) -> tuple[list[int], list[int]]:
    """Return the lines inside `removed_rows` rows that go before, and after, the row they become.

    Lines are counted from 0. Raises EditRefused where a directive has no place left, because one of
    its kind is there already.
    """
    transcript = source.transcript
    first_line, end_line = (
        transcript.rows[row - 1].line - 1,
        transcript.rows[row - 2 + removed_rows].line,
    )
    directive_by_line = {
        directive.line - 1: directive
        for directive in transcript.directives
        if first_line < directive.line - 1 < end_line
    }
    taken_kinds = {
        "before": {directive.kind for directive in transcript.directives if directive.row == row},
        "after": {
            directive.kind
            for directive in transcript.directives
            if directive.row == row + removed_rows
        },
    }
    for near, near_row in (("before", row), ("after", row + removed_rows)):
        taken_kinds[near] |= {
            name
            for name in _KINDS_BEFORE_ROW
            if any(table.row == near_row for table in getattr(source.settings, name))
        }
    if row + removed_rows > len(transcript.rows):
        taken_kinds["after"] |= set(_KINDS_BEFORE_ROW)  # no row follows that could show it
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
    row_lines = {entry.line - 1 for entry in transcript.rows}
    return lines_before, [
        line
        for line in range(first_line, end_line)
        if line not in row_lines and line not in lines_before
    ]


def renumber_settings(source: EpisodeSource, row: int, row_shift: int) -> bytes | None:
    """Return the settings file after `row_shift` rows were added (or removed, -1) after a row.

    Chapters and slides stay with their text. Raises EditRefused where two tables would be at one
    row.
    """

    def renumbered_row(at: int) -> int:
        return at + row_shift if at > row else at

    return map_settings_rows(source, renumbered_row)


def map_settings_rows(
    source: EpisodeSource,
    renumber_row: Callable[[int], int],
    table_names: tuple[str, ...] = _ROW_TABLES,
) -> bytes | None:
    """Return the settings file with the rows of its tables mapped; the rest is unchanged."""
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
    """Return the settings file after a change of its TOML tree.

    The result is parsed again: it must have the expected values and be the same otherwise. Raises
    InputError where it is not.
    """
    import tomlkit

    body, file_name = source.files.settings or b"", f"{source.files.name}.toml"
    original = split_lines(body, file_name)
    tree = tomlkit.parse(toml_text(body, file_name))
    change(tree)
    text = tomlkit.dumps(tree)
    for mark_bytes, encoding in ((original.mark_bytes, original.encoding), (0, "utf-8")):
        with suppress(UnicodeEncodeError, InputError):
            new_body = body[:mark_bytes] + text.encode(encoding)
            new_settings = settings_from_bytes(new_body, file_name)
            if new_settings == source.settings.model_copy(update=expected):
                return new_body
    raise InputError(message("studio.tables_not_editable"), where=file_name)


def _renumber_tables(
    tree: Any,  # noqa: ANN401 - a TOML tree
    renumber_row: Callable[[int], int],
    table_names: tuple[str, ...],
) -> None:
    for name in table_names:
        for table in tree.get(name, ()):
            table["row"] = renumber_row(int(table["row"]))
