"""`episode align`: the lines timed to the host's own recording of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.episode_build import build_and_report
from pipeline.cli.options import (
    ExplainOption,
    ForceOption,
    JsonOption,
    ProjectOption,
    QuietOption,
    TranscriptArgument,
    report_errors,
)
from pipeline.errors import InputError
from pipeline.run import BuildRequest

_EXAMPLES = (
    "Examples: [bold]episode align transcript/talk.txt talk.wav[/bold]   [bold]episode align talk.txt talk.mp4 --model mms/[/bold]   "
    "[bold]episode align talk.txt talk.wav --times whisper.json[/bold]"
)


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog=_EXAMPLES)(report_errors(align))


def align(
    transcript: TranscriptArgument,
    recording: Annotated[
        Path,
        typer.Argument(metavar="RECORDING", help="Any audio or video file of the text read aloud."),
    ],
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="A CTC model, or a Qwen3-ForcedAligner folder, that finds the rows.",
            show_default=False,
        ),
    ] = None,
    times: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Times there are already: SRT, VTT, ASS, TextGrid, word JSON.",
            show_default=False,
        ),
    ] = None,
    aligner: Annotated[
        str,
        typer.Option(
            metavar="auto|self|ctc|qwen3",
            help="Who finds the rows; auto: the model, if one is named.",
            show_default=False,
        ),
    ] = "",
    project: ProjectOption = Path(),
    force: ForceOption = False,
    explain: ExplainOption = False,
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Find every row in a recording: subtitles timed to it, the recording levelled as the narration, doubtful rows named.

    What finds the rows is the recording itself, a model, or a file that has their times; the settings `aligner`, `aligner_model` and
    `times` of the voice say the same. For the video: episode render TRANSCRIPT --voice recording:FILE, or the voice's settings.
    """
    if times is not None and (model is not None or aligner):
        raise InputError(
            "Times that are there are not looked for.", "Give --times, or --model and --aligner."
        )
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
    return build_and_report(
        transcript,
        project,
        BuildRequest("narrate", changes, force=force),
        ConsoleOutput(quiet, machine),
        explain=explain,
    )
