"""`episode slides`: draws one sheet that shows which slide is shown when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import (
    ProjectOption,
    TranscriptArgument,
    VoiceOption,
    add_command,
    project_at,
    settings_changes,
)
from pipeline.messages import message

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(app, slides, "episode slides transcript/talk.txt")


def slides(
    say: ConsoleOutput,
    transcript: TranscriptArgument,
    project: ProjectOption = Path(),
    voice: VoiceOption = "",
) -> int:
    """Write a contact sheet of the slides with their rows and times.

    The times are those of the narration, where there is one.
    """
    from pipeline.build import build
    from pipeline.run import BuildRequest
    from pipeline.script import read_settings

    episode_project = project_at(project, transcript)
    episode = episode_project.episode(transcript)
    request = BuildRequest("slides", settings_changes(voice=voice))
    say.use_language_of(read_settings(episode, request.changes))
    with say.progress() as observe:
        result = build(episode_project, episode, request, observe)
    for notice in result.notices:
        say.notice(notice)
    sheet_path = result.folder / "slides.png"
    say.line(message("cli.wrote", path=sheet_path))
    say.json({"file": str(sheet_path)})
    return 0
