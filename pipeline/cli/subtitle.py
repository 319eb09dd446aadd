"""`episode subtitle`: the subtitle files of one episode."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.episode_build import build_and_report
from pipeline.cli.options import (
    DurationOption,
    ExplainOption,
    ForceOption,
    JsonOption,
    KaraokeOption,
    PaceOption,
    ProfileOption,
    ProjectOption,
    QuietOption,
    TranscriptArgument,
    given_options,
    parse_duration,
)
from pipeline.run import BuildRequest

SUBTITLE_EXAMPLES = "Examples: [bold]episode subtitle transcript/talk.txt[/bold]   [bold]episode subtitle talk.txt --duration 14:30[/bold]"


def subtitle(
    transcript: TranscriptArgument,
    project: ProjectOption = Path(),
    pace: PaceOption = 0,
    duration: DurationOption = "",
    karaoke: KaraokeOption = False,
    profile: ProfileOption = "",
    like: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Pace and pauses of this timed episode.", dir_okay=False),
    ] = None,
    force: ForceOption = False,
    explain: ExplainOption = False,
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Write the subtitle files: SRT, WebVTT and ASS, in every language there is a text for.

    Times come from the narration where one was made of this very text, else from an estimate.
    """
    changes = given_options(
        {"subtitles.pace": pace, "style.karaoke": karaoke, "subtitles.profile": profile}
    )
    request = BuildRequest(
        "subtitle", changes, force=force, duration=parse_duration(duration), pace_reference=like
    )
    return build_and_report(
        transcript, project, request, ConsoleOutput(quiet, machine), explain=explain
    )
