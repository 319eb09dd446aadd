"""The commands, and what each has in common: the project, quiet or machine output, errors as one line with an exit code."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from pipeline import __version__
from pipeline.cli import SAID_ON_A_STOP, Stop
from pipeline.cli.console import Say
from pipeline.errors import EpisodeError, unforeseen
from pipeline.project import Project

P = ParamSpec("P")

app = typer.Typer(
    name="episode",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A transcript becomes exactly timed subtitles, a narration and a subtitled video.",
    epilog="Start with: [bold]episode render transcript/your-talk.txt[/bold]",
)

TranscriptPath = Annotated[Path, typer.Argument(metavar="TRANSCRIPT", help="The text, one subtitle line a row.", show_default=False)]
ProjectFolder = Annotated[
    Path, typer.Option("--project", metavar="DIR", help="Folder with transcript/, assets/ and output/.", file_okay=False)
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Machine = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]


def project_at(folder: Path) -> Project:
    """Return the project of a folder."""
    return Project(folder.absolute())


def guarded(command: Callable[P, int]) -> Callable[P, None]:
    """Turn errors into one line and an exit code; nobody sees a traceback for bad input or a stop."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except EpisodeError as fault:
            Say().error(fault)
            code = fault.exit_code
        except Stop as stop:
            Say().error(SAID_ON_A_STOP)
            code = stop.exit_code
        except Exception as fault:  # noqa: BLE001 - a defect is reported as one, with its place, and not as a page of code
            Say().error(unforeseen(fault))
            code = 1
        raise typer.Exit(code)

    return run


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the flag over by position
    if wanted:
        typer.echo(f"episode {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")] = False,
) -> None:
    pass


def _register() -> None:
    """Put each command's module on the app."""
    from pipeline.cli import align, check, doctor, keep, make, many, slides, studio, translate, voices

    for module in (make, align, translate, slides, check, many, studio, voices, keep, doctor):
        module.register(app)


_register()
