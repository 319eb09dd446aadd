"""The commands, and what each has in common: the project, quiet or machine output, errors as one line with an exit code."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline import __version__

app = typer.Typer(
    name="episode",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A transcript becomes exactly timed subtitles, a narration and a subtitled video.",
    epilog="Start with: [bold]episode render transcript/your-talk.txt[/bold]",
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the flag over by position
    if wanted:
        typer.echo(f"episode {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and end."
        ),
    ] = False,
) -> None:
    pass


def _register_commands() -> None:
    """Put each command's module on the app."""
    from pipeline.cli import (
        align,
        batch,
        check,
        doctor,
        new,
        render,
        slides,
        studio,
        translate,
        voices,
    )

    for module in (render, align, translate, slides, check, batch, studio, voices, new, doctor):
        module.register(app)


_register_commands()
