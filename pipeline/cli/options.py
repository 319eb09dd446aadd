"""What the commands share: how one is put on the app, its options, and how errors are reported."""

from __future__ import annotations

import functools
import inspect
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from pipeline.cli.console import ConsoleOutput, terminal_language
from pipeline.cli.help_text import EpisodeCommand, default_text, examples_text, help_text
from pipeline.cli.interrupt import StopRequested
from pipeline.debug_log import DEBUG_VARIABLE, start_debug_log
from pipeline.errors import EpisodeError, InputError, defect_message
from pipeline.messages import message
from pipeline.project import Project, find_project
from pipeline.speech.engines.registry import AUTO, engine_names
from pipeline.subtitle_profiles import primary_profile_choices

_DURATION = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,3})?)")
_LOG = logging.getLogger(__name__)

P = ParamSpec("P")

TranscriptArgument = Annotated[
    Path,
    typer.Argument(metavar="TRANSCRIPT", help=help_text("transcript"), show_default=False),
]

ProjectOption = Annotated[
    Path,
    typer.Option("--project", metavar="DIR", help=help_text("project"), file_okay=False),
]

VoiceOption = Annotated[
    str,
    typer.Option(
        "--voice",
        metavar="ENGINE[:NAME]",
        help=help_text("voice", engines=", ".join((AUTO, *engine_names()))),
    ),
]

ForceOption = Annotated[bool, typer.Option("--force", help=help_text("force"))]

ExplainOption = Annotated[bool, typer.Option("--explain", help=help_text("explain"))]

PaceOption = Annotated[
    int, typer.Option("--pace", metavar="N", help=help_text("pace"), show_default=False)
]

DurationOption = Annotated[
    str, typer.Option("--duration", metavar="M:SS", help=help_text("duration"), show_default=False)
]

KaraokeOption = Annotated[bool, typer.Option("--karaoke", help=help_text("karaoke"))]

ProfileOption = Annotated[
    str,
    typer.Option(
        "--profile",
        metavar="NAME",
        help=f"{primary_profile_choices(terminal_language())} {default_text('verbatim')}",
        show_default=False,
    ),
]

_QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help=help_text("quiet"))]
_JsonOption = Annotated[bool, typer.Option("--json", help=help_text("json"))]
_DebugOption = Annotated[
    bool, typer.Option("--debug", help=help_text("debug"), envvar=DEBUG_VARIABLE)
]


def add_command(
    app: typer.Typer,
    function: Callable[Concatenate[ConsoleOutput, P], int],
    *examples: str,
    json_option: bool = True,
) -> None:
    """Add a command to the app: its name and its help text are those of the function.

    The function takes the console, then its own arguments and options, and returns the exit code.
    --quiet, --json and --debug are added here. Errors become one line and an exit code: a person
    sees no traceback for bad input or a stop, unless the debug log is on.
    """

    @functools.wraps(function)
    def run_command(
        *,
        quiet: bool,
        debug: bool,
        machine: bool = False,
        **options: Any,  # noqa: ANN401 - the function's own
    ) -> None:
        if debug:
            os.environ[DEBUG_VARIABLE] = "1"  # for worker processes
            start_debug_log()
        say = ConsoleOutput(quiet, machine)
        try:
            code = function(say, **options)  # type: ignore[call-arg] # typer read them from its signature
        except EpisodeError as fault:
            _LOG.debug("the command failed", exc_info=True)
            say.error(fault)
            code = fault.exit_code
        except StopRequested as stop:
            say.error(message("cli.stopped"))
            code = stop.exit_code
        except Exception as fault:  # noqa: BLE001 - a defect is reported as one, with its place, and not as a page of code
            _LOG.debug("the command failed", exc_info=True)
            say.error(defect_message(fault))
            code = 1
        raise typer.Exit(code)

    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    shared = {"quiet": _QuietOption, "machine": _JsonOption, "debug": _DebugOption}
    if not json_option:
        del shared["machine"]
    parameters = [
        *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own),
        *(
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation
            )
            for name, annotation in shared.items()
        ),
    ]
    run_command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # typer reads it
    run_command.__annotations__ = {each.name: each.annotation for each in parameters}
    app.command(
        cls=EpisodeCommand,
        help=help_text(f"command_{function.__name__}"),
        epilog=examples_text(examples),
        options_metavar=help_text("options_metavar"),
    )(run_command)


def project_at(folder: Path, transcript: Path | None = None) -> Project:
    """Return the project in a folder; without one, that of a transcript or of the current folder.

    `Path()`, the default of --project, stands for no folder.
    """
    return find_project(transcript, None if folder == Path() else folder)


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
            raise InputError(message("cli.bad_size", size=size))
        changes |= {"picture.width": int(width[:9]), "picture.height": int(height[:9])}
    return changes


def given_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given; the settings file decides the others."""
    return {key: value for key, value in options.items() if value}


def parse_duration(text: str) -> float | None:
    """Return a length such as 14:30 or 1:02:03.5 in seconds, or None for an empty text.

    Raises InputError.
    """
    if not text:
        return None
    match = _DURATION.fullmatch(text)
    if match is None:
        raise InputError(message("cli.bad_duration", duration=text))
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
