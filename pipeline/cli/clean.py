"""`episode clean`: removes outputs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import ProjectOption, TranscriptArgument, add_command, project_at
from pipeline.messages import message

if TYPE_CHECKING:
    import typer

    from pipeline.project import Project


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(app, clean, "episode clean transcript/talk.txt")


def clean(
    say: ConsoleOutput, transcript: TranscriptArgument, project: ProjectOption = Path()
) -> int:
    """Remove an episode's outputs; its texts, its slides and the cache stay."""
    removed = _remove_outputs(project_at(project, transcript), transcript)
    say.line(
        message("cli.removed_files", count=len(removed))
        if removed
        else message("cli.nothing_to_remove")
    )
    say.json({"removed": removed})
    return 0


def _remove_outputs(project: Project, transcript: Path) -> list[str]:
    from pipeline.manifest import manifest_for

    episode = project.episode(transcript)
    manifest = manifest_for(project, episode)
    output_names = {name for step in manifest.steps.values() for name in step["outputs"]}
    removed = []
    for name in sorted(output_names):
        path = episode.output / name
        if path.is_file():
            path.unlink()
            removed.append(name)
    manifest.path.unlink(missing_ok=True)
    if episode.output.is_dir() and not any(episode.output.iterdir()):
        shutil.rmtree(episode.output)
    return removed
