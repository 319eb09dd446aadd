"""`episode cache`: look at the cache and prune it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cache import Store
from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import (
    JsonOption,
    ProjectOption,
    QuietOption,
    project_at,
)

_DAY_S = 86_400


def cache(
    prune: Annotated[
        int | None,
        typer.Option(
            "--prune", metavar="DAYS", help="Remove what was not used for so many days.", min=0
        ),
    ] = None,
    project: ProjectOption = Path(),
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Show what the cache holds, and remove what is no longer used."""
    say, episode_project = ConsoleOutput(quiet, machine), project_at(project)
    sizes: dict[str, list[int]] = {}
    removed = freed = 0
    for kind, path, size, used in Store(episode_project.cache).entries():
        if prune is not None and time.time() - used > prune * _DAY_S:
            path.unlink(missing_ok=True)
            removed, freed = removed + 1, freed + size
        else:
            sizes.setdefault(kind, []).append(size)
    rows = [
        (kind, str(len(entry_sizes)), f"{sum(entry_sizes) / 1e6:.1f} MB")
        for kind, entry_sizes in sorted(sizes.items())
    ]
    total = sum(map(sum, sizes.values()))
    say.table(
        f"Cache at {episode_project.cache}",
        ("kind", "entries", "size"),
        [*rows, ("all", str(sum(map(len, sizes.values()))), f"{total / 1e6:.1f} MB")],
    )
    if prune is not None:
        say.line(f"Removed {removed} entries, {freed / 1e6:.1f} MB.")
    say.json(
        {
            "cache": str(episode_project.cache),
            "bytes": total,
            "removed": removed,
            "freed": freed,
            "kinds": {kind: sum(each) for kind, each in sizes.items()},
        }
    )
    return 0
