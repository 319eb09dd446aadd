"""`episode subtitle`: writes the subtitle files of one episode."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.episode_build import build_and_report
from pipeline.cli.help_text import help_text
from pipeline.cli.options import (
    DurationOption,
    ExplainOption,
    ForceOption,
    KaraokeOption,
    PaceOption,
    ProfileOption,
    ProjectOption,
    TranscriptArgument,
    add_command,
    given_options,
    parse_duration,
)
from pipeline.run import BuildRequest


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(
        app,
        subtitle,
        "episode subtitle transcript/talk.txt",
        "episode subtitle talk.txt --duration 14:30",
    )


def subtitle(
    say: ConsoleOutput,
    transcript: TranscriptArgument,
    project: ProjectOption = Path(),
    pace: PaceOption = 0,
    duration: DurationOption = "",
    karaoke: KaraokeOption = False,
    profile: ProfileOption = "",
    like: Annotated[
        Path | None, typer.Option(metavar="FILE", help=help_text("like"), dir_okay=False)
    ] = None,
    force: ForceOption = False,
    explain: ExplainOption = False,
) -> int:
    """Write the subtitle files: SRT, WebVTT and ASS, in every language that there is a text for.

    Times are those of the narration, where one was made of this text, and else estimated.
    """
    changes = given_options(
        {"subtitles.pace": pace, "style.karaoke": karaoke, "subtitles.profile": profile}
    )
    request = BuildRequest(
        "subtitle", changes, force=force, duration=parse_duration(duration), pace_reference=like
    )
    return build_and_report(say, transcript, project, request, explain=explain)
