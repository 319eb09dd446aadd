"""`episode clean`: remove outputs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import (
    JsonOption,
    ProjectOption,
    QuietOption,
    TranscriptArgument,
    project_at,
)

if TYPE_CHECKING:
    from pipeline.project import Project


def clean(
    transcript: TranscriptArgument,
    project: ProjectOption = Path(),
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Remove an episode's outputs; its texts, slides and the cache stay."""
    say, episode_project = ConsoleOutput(quiet, machine), project_at(project)
    removed = _remove_outputs(episode_project, transcript)
    say.line(f"Removed {len(removed)} files." if removed else "There was nothing to remove.")
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
