"""`episode align`: times the rows to the host's own recording of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.episode_build import build_and_report
from pipeline.cli.help_text import help_text
from pipeline.cli.options import (
    ExplainOption,
    ForceOption,
    ProjectOption,
    TranscriptArgument,
    add_command,
)
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.run import BuildRequest


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(
        app,
        align,
        "episode align transcript/talk.txt talk.wav",
        "episode align talk.txt talk.mp4 --model mms/",
        "episode align talk.txt talk.wav --times whisper.json",
        "episode align talk.txt talk.wav --report --cut-retakes",
    )


def align(
    say: ConsoleOutput,
    transcript: TranscriptArgument,
    recording: Annotated[
        Path, typer.Argument(metavar="RECORDING", help=help_text("align_recording"))
    ],
    model: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help=help_text("align_model"), show_default=False),
    ] = None,
    times: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=help_text("align_times"), show_default=False),
    ] = None,
    cut_retakes: Annotated[
        bool, typer.Option("--cut-retakes", help=help_text("align_cut_retakes"))
    ] = False,
    report: Annotated[bool, typer.Option("--report", help=help_text("align_report"))] = False,
    aligner: Annotated[
        str,
        typer.Option(
            metavar="auto|self|ctc|qwen3", help=help_text("align_aligner"), show_default=False
        ),
    ] = "",
    project: ProjectOption = Path(),
    force: ForceOption = False,
    explain: ExplainOption = False,
) -> int:
    """Find every row in a recording.

    The recording itself, a model, or a file with times says where the rows are; the voice settings
    `aligner`, `aligner_model` and `times` say the same.
    """
    if times is not None and (model is not None or aligner):
        raise InputError(message("cli.times_and_aligner"))
    changes: dict[str, Any] = {"voice.engine": "recording", "voice.file": str(recording.absolute())}
    if times is not None:
        changes |= {
            "voice.times": str(times.absolute()),
            "voice.aligner": "auto",
            "voice.aligner_model": "",
        }
    if model is not None:
        changes |= {
            "voice.aligner_model": str(model.absolute()),
            "voice.aligner": "auto",
            "voice.times": "",
        }
    if aligner:
        changes |= {"voice.aligner": aligner, "voice.times": ""}
    if cut_retakes:
        changes["voice.cut_retakes"] = True
    request = BuildRequest("narrate", changes, force=force)
    return build_and_report(
        say, transcript, project, request, explain=explain, print_beside_text=report
    )
