"""`episode cache`: shows the cache and removes old entries."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cache import Store
from pipeline.cli.console import ConsoleOutput
from pipeline.cli.help_text import help_text
from pipeline.cli.options import ProjectOption, add_command, project_at
from pipeline.messages import message

_DAY_S = 86_400


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(app, cache, "episode cache", "episode cache --prune 30")


def cache(
    say: ConsoleOutput,
    prune: Annotated[
        int | None,
        typer.Option("--prune", metavar="DAYS", help=help_text("cache_prune"), min=0),
    ] = None,
    project: ProjectOption = Path(),
) -> int:
    """Show what the cache holds, and remove entries that were not used for some days."""
    episode_project = project_at(project)
    sizes: dict[str, list[int]] = {}
    removed = freed = 0
    for kind, path, size, used in Store(episode_project.cache).entries():
        if prune is not None and time.time() - used > prune * _DAY_S:
            path.unlink(missing_ok=True)
            removed, freed = removed + 1, freed + size
        else:
            sizes.setdefault(kind, []).append(size)
    rows = [
        (kind, str(len(entry_sizes)), _megabytes(sum(entry_sizes)))
        for kind, entry_sizes in sorted(sizes.items())
    ]
    total = sum(map(sum, sizes.values()))
    say.table(
        message("cli.cache_title", folder=episode_project.cache),
        (
            message("cli.column_kind"),
            message("cli.column_entries"),
            message("cli.column_size"),
        ),
        [*rows, (message("cli.all"), str(sum(map(len, sizes.values()))), _megabytes(total))],
    )
    if prune is not None:
        say.line(message("cli.cache_pruned", count=removed, size=_megabytes(freed)))
    say.json(
        {
            "cache": str(episode_project.cache),
            "bytes": total,
            "removed": removed,
            "freed": freed,
            "kinds": {kind: sum(entry_sizes) for kind, entry_sizes in sizes.items()},
        }
    )
    return 0


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
