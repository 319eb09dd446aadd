"""`episode slides`: which slide is shown when, on one sheet, before anything is rendered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import (
    JsonOption,
    ProjectOption,
    QuietOption,
    TranscriptArgument,
    VoiceOption,
    project_at,
    report_errors,
    settings_changes,
)

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog="Example: [bold]episode slides transcript/talk.txt[/bold]")(
        report_errors(slides)
    )


def slides(
    transcript: TranscriptArgument,
    project: ProjectOption = Path(),
    voice: VoiceOption = "",
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Write a contact sheet of the slides with their rows and times; times come from the narration where there is one."""
    from pipeline.build import build
    from pipeline.run import BuildRequest

    say = ConsoleOutput(quiet, machine)
    episode_project = project_at(project)
    with say.progress() as observe:
        result = build(
            episode_project,
            episode_project.episode(transcript),
            BuildRequest("slides", settings_changes(voice=voice)),
            observe,
        )
    for notice in result.notices:
        say.notice(notice)
    sheet_path = result.folder / "slides.png"
    say.line(f"Wrote {sheet_path}")
    say.json({"file": str(sheet_path)})
    return 0
