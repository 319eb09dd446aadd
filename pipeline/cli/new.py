"""`episode new`, `cache`, `clean`: what is kept on the disk."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Annotated

import typer

from pipeline.atomic import publish_bytes
from pipeline.cli.cache import cache
from pipeline.cli.clean import clean
from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import (
    JsonOption,
    ProjectOption,
    QuietOption,
    project_at,
    report_errors,
)
from pipeline.errors import InputError
from pipeline.settings.toml import toml_string

_MAX_NAME_CHARS = 60

_TRANSCRIPT_TEMPLATE = """\
{title}
这里是第一行字幕，一行就是一条
"""

_SETTINGS_TEMPLATE = """\
# Everything here may be left out; README.md lists every key.
title = {title}
# description = ""

# [[chapter]]        # chapters are found from the text where none are given
# row = 1
# title = ""

# [pronunciation]    # how a token is spoken
# "GPT-4o" = "GPT 4 O"

# [voice]
# engine = "auto"    # edge online, the embedded voice offline
# name = "zh-CN-YunxiNeural"
"""


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the app."""
    app.command(epilog='Example: [bold]episode new "天然酵母面包"[/bold]')(report_errors(new))
    app.command(
        epilog="Examples: [bold]episode cache[/bold]   [bold]episode cache --prune 30[/bold]"
    )(report_errors(cache))
    app.command(epilog="Example: [bold]episode clean transcript/talk.txt[/bold]")(
        report_errors(clean)
    )


def new(
    title: Annotated[
        str, typer.Argument(metavar="TITLE", help="The episode's title.", show_default=False)
    ],
    project: ProjectOption = Path(),
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Begin an episode: a transcript and its settings, ready to be written into."""
    say, episode_project = ConsoleOutput(quiet, machine), project_at(project)
    name = _episode_file_name(title)
    text, settings = (
        episode_project.transcript_folder / f"{name}.txt",
        episode_project.transcript_folder / f"{name}.toml",
    )
    if text.exists() or settings.exists():
        raise InputError(
            "There is an episode of that name already.", "Choose another title.", where=text
        )
    clean_title = " ".join(title.split())
    publish_bytes(
        text,
        _TRANSCRIPT_TEMPLATE.format(
            title=f"@{clean_title}" if clean_title.startswith("@") else clean_title
        ).encode(),
    )
    publish_bytes(settings, _SETTINGS_TEMPLATE.format(title=toml_string(clean_title)).encode())
    say.line(f"Write your lines into {text}, then: episode render {text}")
    say.json({"transcript": str(text), "settings": str(settings)})
    return 0


def _episode_file_name(title: str) -> str:
    """Return a title as a file name that every system takes: letters, digits and Han kept, the rest hyphens."""
    normalized = unicodedata.normalize("NFC", title).strip().lower()
    name = re.sub(r"[^\w]+", "-", normalized).strip("-_")[:_MAX_NAME_CHARS].strip("-_")
    if not name:
        raise InputError(
            "A title needs a letter, a digit or a Chinese character.", "Give the episode a title."
        )
    return name
