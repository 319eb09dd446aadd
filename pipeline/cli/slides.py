"""`episode slides`: which slide is shown when, on one sheet, before anything is rendered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.app import Machine, ProjectFolder, Quiet, TranscriptPath, guarded, project_at
from pipeline.cli.console import Say
from pipeline.cli.make import VoiceOption, changes_of

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog="Example: [bold]episode slides transcript/talk.txt[/bold]")(guarded(slides))


def slides(
    transcript: TranscriptPath,
    project: ProjectFolder = Path(),
    voice: VoiceOption = "",
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Write a contact sheet of the slides with their rows and times; times come from the narration where there is one."""
    from pipeline.build import Order, build

    say = Say(quiet, machine)
    place = project_at(project)
    with say.progress() as observe:
        outcome = build(place, place.episode(transcript), Order("slides", changes_of(voice=voice)), observe)
    for notice in outcome.notices:
        say.notice(notice)
    sheet = outcome.folder / "slides.png"
    say.line(f"Wrote {sheet}")
    say.json({"file": str(sheet)})
    return 0
