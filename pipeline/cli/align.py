"""`episode align`: the lines timed to the host's own recording of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.build import Order
from pipeline.cli.app import Machine, ProjectFolder, Quiet, TranscriptPath, guarded
from pipeline.cli.console import Say
from pipeline.cli.make import ExplainOption, ForceOption, make


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog="Example: [bold]episode align transcript/talk.txt talk.wav[/bold]")(guarded(align))


def align(
    transcript: TranscriptPath,
    recording: Annotated[Path, typer.Argument(metavar="RECORDING", help="Any audio or video file of the text read aloud.")],
    project: ProjectFolder = Path(),
    force: ForceOption = False,
    explain: ExplainOption = False,
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Find every row in a recording: subtitles timed to it, the recording levelled as the narration, doubtful rows named.

    For the video: episode render TRANSCRIPT --voice recording:FILE, or [voice] engine = "recording" in the settings.
    """
    changes = {"voice.engine": "recording", "voice.file": str(recording.absolute())}
    return make(transcript, project, Order("narrate", changes, force=force), Say(quiet, machine), explain=explain)
