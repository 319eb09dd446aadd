"""The documentation: `sphinx-build -W docs site` writes a static site.

The pages of the folders `reference` are made from the code when the site is built: the commands are
what `--help` prints, the settings are the models, the messages are the catalogue. So none of them
can fall behind.
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.messages import languages, message, templates
from pipeline.settings.reference import setting_keys, table_help

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.settings.reference import SettingKey

project = "episode"
release = __version__
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "episode"
myst_heading_anchors = 3
exclude_patterns = ["Thumbs.db", ".DS_Store"]

_HELP_COLUMNS = "96"
_FOLDERS = {"en": "", "zh": "zh/"}
_LOCALES = {"en": "C.UTF-8", "zh": "zh_CN.UTF-8"}
_TITLES = {
    "commands": {"en": "Commands", "zh": "命令"},
    "settings": {"en": "Settings", "zh": "设置"},
    "messages": {"en": "Messages and what to do", "zh": "消息与对策"},
}
_INTRODUCTIONS = {
    "commands": {
        "en": "What `episode COMMAND --help` prints.",
        "zh": "即 `episode 命令 --help` 的内容。",
    },
    "settings": {
        "en": "The keys of `transcript/NAME.toml`. `episode settings` prints the same as a "
        "settings file, `episode settings --schema` a JSON Schema for editors.",
        "zh": "`transcript/名称.toml` 的全部键。`episode settings` 以设置文件的写法列出同样的"
        "内容，`episode settings --schema` 打印供编辑器使用的 JSON Schema。",
    },
    "messages": {
        "en": "Every message that has a remedy, by its part of the program. Words in braces stand "
        "for what the message shows.",
        "zh": "所有带对策的消息，按程序的部分排列。花括号表示消息中的具体内容。",
    },
}
_SETTING_COLUMNS = {
    "en": ("key", "value", "default", "what it does"),
    "zh": ("键", "值", "默认", "作用"),
}
_MESSAGE_COLUMNS = {"en": ("message", "what to do"), "zh": ("消息", "怎么办")}
_TOP_KEYS = {"en": "Above all tables", "zh": "所有表之前"}


def _write_reference() -> None:
    """Write the generated pages in every language of the interface."""
    makers: dict[str, Callable[[str], str]] = {
        "commands": _commands,
        "settings": _settings,
        "messages": _messages,
    }
    for language in languages():
        folder = Path(__file__).parent / _FOLDERS[language] / "reference"
        folder.mkdir(exist_ok=True)
        for name, make in makers.items():
            title, introduction = _TITLES[name][language], _INTRODUCTIONS[name][language]
            content = f"# {title}\n\n{introduction}\n\n{make(language)}\n"
            (folder / f"{name}.md").write_text(content, "utf-8")


def _commands(language: str) -> str:
    from pipeline.cli.app import app

    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    return "\n".join(
        f"## episode {name}\n\n```text\n{_help(name, language)}\n```\n" for name in names
    )


def _help(command: str, language: str) -> str:
    environment = {
        **{name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ},
        "LC_ALL": _LOCALES[language],
        "COLUMNS": _HELP_COLUMNS,
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "pipeline", command, "--help"],
        env=environment,
        capture_output=True,
        check=True,
        timeout=60,
    )
    lines = done.stdout.decode().splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _settings(language: str) -> str:
    sections = []
    for table, members in groupby(setting_keys(), key=lambda key: key.table):
        group = list(members)
        name = f"[[{table}]]" if group[0].many else f"[{table}]"
        heading = (
            f"## `{name}`\n\n{table_help(table).in_language(language)}"
            if table
            else (f"## {_TOP_KEYS[language]}")
        )
        rows = [_setting_row(key, language) for key in group]
        sections.append(f"{heading}\n\n{_table(_SETTING_COLUMNS[language], rows)}")
    return "\n\n".join(sections)


def _setting_row(key: SettingKey, language: str) -> tuple[str, ...]:
    values = [message(f"settings.kind_{key.kind}").in_language(language)]
    if key.choices:
        choices = ", ".join(f"`{choice}`" for choice in key.choices if choice)
        values.append(message("settings.one_of", choices=choices).in_language(language))
    if key.minimum is not None and key.maximum is not None:
        limits = message("settings.range", low=key.minimum, high=key.maximum)
        values.append(limits.in_language(language))
    elif key.minimum is not None:
        values.append(message("settings.at_least", low=key.minimum).in_language(language))
    if key.required:
        values.append(message("settings.required").in_language(language))
    default = "" if key.default in (None, "", {}) else f"`{key.default}`"
    if isinstance(key.default, tuple):
        default = ", ".join(f"`{value}`" for value in key.default)
    if isinstance(key.default, bool):
        default = f"`{str(key.default).lower()}`"
    name = "title_en …" if key.name == "titles" else key.name
    return f"`{name}`", "; ".join(values), default, key.help.in_language(language)


def _messages(language: str) -> str:
    from importlib.resources import files

    rooms = sorted(
        entry.name.removesuffix(".toml")
        for entry in files("pipeline.messages").joinpath(language).iterdir()
    )
    sections = []
    for room in rooms:
        entries = [entry for entry in templates(room, language).values() if entry[1]]
        if entries:
            rows = [tuple(map(_escape, entry)) for entry in entries]
            sections.append(f"## {room}\n\n{_table(_MESSAGE_COLUMNS[language], rows)}")
    return "\n\n".join(sections)


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_write_reference()
