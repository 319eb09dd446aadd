"""`episode new`, `cache`, `clean`: what is kept on the disk."""

from __future__ import annotations

import re
import shutil
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import Machine, ProjectFolder, Quiet, TranscriptPath, guarded, project_at
from pipeline.cli.console import Say
from pipeline.errors import InputError
from pipeline.settings.toml import quoted
from pipeline.store import Store, publish_bytes

if TYPE_CHECKING:
    from pipeline.project import Project

_DAY_S = 86_400
_LONGEST_NAME = 60

_TEXT = """\
{title}
这里是第一行字幕，一行就是一条
"""
_SETTINGS = """\
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
    app.command(epilog='Example: [bold]episode new "天然酵母面包"[/bold]')(guarded(new))
    app.command(epilog="Examples: [bold]episode cache[/bold]   [bold]episode cache --prune 30[/bold]")(guarded(cache))
    app.command(epilog="Example: [bold]episode clean transcript/talk.txt[/bold]")(guarded(clean))


def new(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The episode's title.", show_default=False)],
    project: ProjectFolder = Path(),
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Begin an episode: a transcript and its settings, ready to be written into."""
    say, place = Say(quiet, machine), project_at(project)
    name = _file_name(title)
    text, settings = place.transcripts / f"{name}.txt", place.transcripts / f"{name}.toml"
    if text.exists() or settings.exists():
        raise InputError("There is an episode of that name already.", "Choose another title.", where=text)
    clean_title = " ".join(title.split())
    publish_bytes(text, _TEXT.format(title=f"@{clean_title}" if clean_title.startswith("@") else clean_title).encode())
    publish_bytes(settings, _SETTINGS.format(title=quoted(clean_title)).encode())
    say.line(f"Write your lines into {text}, then: episode render {text}")
    say.json({"transcript": str(text), "settings": str(settings)})
    return 0


def cache(
    prune: Annotated[int | None, typer.Option("--prune", metavar="DAYS", help="Remove what was not used for so many days.", min=0)] = None,
    project: ProjectFolder = Path(),
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Show what the cache holds, and remove what is no longer used."""
    say, place = Say(quiet, machine), project_at(project)
    sizes: dict[str, list[int]] = {}
    removed = freed = 0
    for kind, path, size, used in Store(place.cache).entries():
        if prune is not None and time.time() - used > prune * _DAY_S:
            path.unlink(missing_ok=True)
            removed, freed = removed + 1, freed + size
        else:
            sizes.setdefault(kind, []).append(size)
    rows = [(kind, str(len(each)), f"{sum(each) / 1e6:.1f} MB") for kind, each in sorted(sizes.items())]
    total = sum(map(sum, sizes.values()))
    say.table(
        f"Cache at {place.cache}",
        ("kind", "entries", "size"),
        [*rows, ("all", str(sum(map(len, sizes.values()))), f"{total / 1e6:.1f} MB")],
    )
    if prune is not None:
        say.line(f"Removed {removed} entries, {freed / 1e6:.1f} MB.")
    say.json(
        {
            "cache": str(place.cache),
            "bytes": total,
            "removed": removed,
            "freed": freed,
            "kinds": {kind: sum(each) for kind, each in sizes.items()},
        }
    )
    return 0


def clean(
    transcript: TranscriptPath,
    project: ProjectFolder = Path(),
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Remove an episode's outputs; its texts, slides and the cache stay."""
    say, place = Say(quiet, machine), project_at(project)
    removed = _clean(place, transcript)
    say.line(f"Removed {len(removed)} files." if removed else "There was nothing to remove.")
    say.json({"removed": removed})
    return 0


def _clean(project: Project, transcript: Path) -> list[str]:
    from pipeline.build import ledger_of

    episode = project.episode(transcript)
    ledger = ledger_of(project, episode)
    made = {name for step in ledger.steps.values() for name in step["outputs"]}
    removed = []
    for name in sorted(made):
        path = episode.output / name
        if path.is_file():
            path.unlink()
            removed.append(name)
    ledger.path.unlink(missing_ok=True)
    if episode.output.is_dir() and not any(episode.output.iterdir()):
        shutil.rmtree(episode.output)
    return removed


def _file_name(title: str) -> str:
    """Return a title as a file name that every system takes: letters, digits and Han kept, the rest hyphens."""
    plain = unicodedata.normalize("NFC", title).strip().lower()
    name = re.sub(r"[^\w]+", "-", plain).strip("-_")[:_LONGEST_NAME].strip("-_")
    if not name:
        raise InputError("A title needs a letter, a digit or a Chinese character.", "Give the episode a title.")
    return name
