"""Options and error reporting that the commands share."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.interrupt import STOPPED_MESSAGE, StopRequested
from pipeline.errors import EpisodeError, InputError, defect_message
from pipeline.project import Project

_DURATION = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,3})?)")

VoiceOption = Annotated[
    str,
    typer.Option(
        "--voice",
        metavar="ENGINE[:NAME]",
        help="auto, edge, espeak, openai, sherpa, silence, or recording:FILE.",
    ),
]

ForceOption = Annotated[bool, typer.Option("--force", help="Make everything again.")]
ExplainOption = Annotated[bool, typer.Option("--explain", help="Say why each step ran or did not.")]

PaceOption = Annotated[
    int,
    typer.Option(
        "--pace",
        metavar="N",
        help="Syllables a minute where no audio tells the time.",
        show_default=False,
    ),
]

DurationOption = Annotated[
    str,
    typer.Option(
        "--duration", metavar="M:SS", help="Fit estimated times to this length.", show_default=False
    ),
]

KaraokeOption = Annotated[
    bool,
    typer.Option("--karaoke", help="Words light up as they are heard, in the ASS and the picture."),
]

ProfileOption = Annotated[
    str,
    typer.Option(
        "--profile", metavar="NAME", help="verbatim, netflix-zh or ted-zh.", show_default="verbatim"
    ),
]


def settings_changes(*, voice: str = "", size: str = "") -> dict[str, Any]:
    """Return the settings that --voice and --size change, by dotted name. Raises InputError."""
    changes: dict[str, Any] = {}
    if voice:
        engine, _, name = voice.partition(":")
        changes["voice.engine"] = engine
        if name and engine == "recording":
            changes["voice.file"] = str(Path(name).absolute())
        elif name:
            changes["voice.name"] = name
    if size:
        width, cross, height = size.lower().partition("x")
        if not (
            cross and width.isascii() and width.isdigit() and height.isascii() and height.isdigit()
        ):
            raise InputError(f"--size {size} is not WIDTHxHEIGHT.", "For example 1920x1080.")
        changes |= {"picture.width": int(width[:9]), "picture.height": int(height[:9])}
    return changes


def given_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given; what was not said is left to the settings file."""
    return {key: value for key, value in options.items() if value}


def parse_duration(text: str) -> float | None:
    """Return a length such as 14:30 or 1:02:03.5 in seconds; None where none was given."""
    if not text:
        return None
    match = _DURATION.fullmatch(text)
    if match is None:
        raise InputError(f"--duration {text} is not M:SS.", "For example 14:30 or 1:02:30.")
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)


P = ParamSpec("P")

TranscriptArgument = Annotated[
    Path,
    typer.Argument(
        metavar="TRANSCRIPT", help="The text, one subtitle line a row.", show_default=False
    ),
]

ProjectOption = Annotated[
    Path,
    typer.Option(
        "--project",
        metavar="DIR",
        help="Folder with transcript/, assets/ and output/.",
        file_okay=False,
    ),
]

QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON on standard output.")
]


def project_at(folder: Path) -> Project:
    """Return the project of a folder."""
    return Project(folder.absolute())


def report_errors(command: Callable[P, int]) -> Callable[P, None]:
    """Turn errors into one line and an exit code; nobody sees a traceback for bad input or a stop."""

    @functools.wraps(command)
    def run_command(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except EpisodeError as fault:
            ConsoleOutput().error(fault)
            code = fault.exit_code
        except StopRequested as stop:
            ConsoleOutput().error(STOPPED_MESSAGE)
            code = stop.exit_code
        except Exception as fault:  # noqa: BLE001 - a defect is reported as one, with its place, and not as a page of code
            ConsoleOutput().error(defect_message(fault))
            code = 1
        raise typer.Exit(code)

    return run_command
