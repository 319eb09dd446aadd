"""`episode settings`: shows what can be set."""

from __future__ import annotations

import json
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.help_text import help_text
from pipeline.cli.options import add_command
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.settings.toml import toml_string

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.settings.reference import SettingKey

_COMMENT_COLUMNS = 78


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(
        app,
        settings,
        "episode settings voice",
        "episode settings --schema > settings.schema.json",
    )


def settings(
    say: ConsoleOutput,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help=help_text("settings_name"), show_default=False)
    ] = "",
    schema: Annotated[bool, typer.Option("--schema", help=help_text("settings_schema"))] = False,
) -> int:
    """Show what can be set, with defaults, as a settings file."""
    from pipeline.settings.reference import setting_keys, settings_schema

    if schema:
        say.document(json.dumps(settings_schema(), ensure_ascii=False, indent=2))
        return 0
    keys = setting_keys()
    chosen = [key for key in keys if name in {"", key.table, key.dotted}]
    if not chosen:
        raise InputError(message("settings.unknown_key", name=name))
    if say.machine:
        say.json({"settings": [_as_json(key) for key in chosen]})
    else:
        say.document("\n".join(_toml_lines(say, chosen)).lstrip("\n"))
    return 0


def _toml_lines(say: ConsoleOutput, keys: Sequence[SettingKey]) -> Iterator[str]:
    from pipeline.settings.reference import table_help

    for table, members in groupby(keys, key=lambda key: key.table):
        if table:
            yield ""
            yield from _comment(say.text(table_help(table)))
        group = list(members)
        if table:
            yield f"[[{table}]]" if group[0].many else f"[{table}]"
        for key in group:
            yield from _comment(" ".join(filter(None, (say.text(key.help), _values(say, key)))))
            yield _assignment(key)


def _comment(text: str) -> Iterator[str]:
    """Yield a text as comment lines; Chinese characters are two columns wide."""
    wide = sum(not character.isascii() for character in text) > len(text) / 3
    for line in textwrap.wrap(text, _COMMENT_COLUMNS // (2 if wide else 1)):
        yield f"# {line}"


def _values(say: ConsoleOutput, key: SettingKey) -> str:
    """Return what a value may be, in parentheses; "" if its default says it."""
    notes: list[str] = []
    if key.choices:
        notes.append(message("settings.one_of", choices=", ".join(filter(None, key.choices))))
    if key.minimum is not None and key.maximum is not None:
        notes.append(message("settings.range", low=key.minimum, high=key.maximum))
    elif key.minimum is not None:
        notes.append(message("settings.at_least", low=key.minimum))
    if key.required:
        notes.append(message("settings.required"))
    return f"({'; '.join(map(say.text, notes))})" if notes else ""


def _assignment(key: SettingKey) -> str:
    """Return a line of TOML with the default; a comment where nothing is set by default."""
    if key.name == "titles":
        return '# title_en = ""'
    if key.kind == "text_table":
        return f"# {key.name} = {{}}"
    if key.default is None:
        return f"# {key.name} = {1 if key.kind == 'integer' else toml_string('')}"
    return f"{key.name} = {json.dumps(key.default, ensure_ascii=False)}"


def _as_json(key: SettingKey) -> dict[str, Any]:
    return {
        "name": key.dotted,
        "kind": key.kind,
        "default": key.default,
        "choices": list(key.choices),
        "minimum": key.minimum,
        "maximum": key.maximum,
        "required": key.required,
        "help": str(key.help),
    }
