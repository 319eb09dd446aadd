"""`episode new`: begins an episode."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Annotated

import typer

from pipeline.atomic import publish_bytes
from pipeline.cli.console import ConsoleOutput
from pipeline.cli.help_text import help_text
from pipeline.cli.options import ProjectOption, add_command, project_at
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.settings.toml import toml_string

_MAX_NAME_CHARS = 60
_FIRST_ROWS = {
    "zh": "这里是第一行字幕，一行就是一条",
    "zh-TW": "這裡是第一行字幕，一行就是一條",
    "en": "This is the first subtitle: one line, one subtitle",
    "ja": "ここが最初の字幕です。1行が1つの字幕になります",
    "ko": "여기가 첫 번째 자막입니다. 한 줄이 자막 하나가 됩니다",
}
"""What stands below the title, by the language of the title."""


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(app, new, 'episode new "天然酵母面包"')


def new(
    say: ConsoleOutput,
    title: Annotated[
        str, typer.Argument(metavar="TITLE", help=help_text("new_title"), show_default=False)
    ],
    project: ProjectOption = Path(),
) -> int:
    """Begin an episode: write a transcript and its settings, ready to be edited."""
    episode_project = project_at(project)
    name = _episode_file_name(title)
    text, settings = (
        episode_project.transcript_folder / f"{name}.txt",
        episode_project.transcript_folder / f"{name}.toml",
    )
    if text.exists() or settings.exists():
        raise InputError(message("cli.episode_exists"), where=text)
    clean_title = " ".join(title.split())
    title_row = f"@{clean_title}" if clean_title.startswith("@") else clean_title
    first_row = _FIRST_ROWS[_title_language(clean_title)]
    publish_bytes(text, f"{title_row}\n{first_row}\n".encode())
    template = say.text(message("cli.template_settings", title=toml_string(clean_title)))
    publish_bytes(settings, template.encode())
    say.line(message("cli.episode_begun", path=text))
    say.json({"transcript": str(text), "settings": str(settings)})
    return 0


def _title_language(title: str) -> str:
    """Return the language of a title; one without any character of the others is English."""
    from pipeline.text.language_detection import language_of_text

    return language_of_text(title) or "en"


def _episode_file_name(title: str) -> str:
    """Return a title as a file name that every system accepts.

    Letters, digits and Han characters are kept; everything else becomes hyphens.
    """
    normalized = unicodedata.normalize("NFC", title).strip().lower()
    name = re.sub(r"[^\w]+", "-", normalized).strip("-_")[:_MAX_NAME_CHARS].strip("-_")
    if not name:
        raise InputError(message("cli.title_without_letters"))
    return name
