"""The app: every command module registers its own command on it."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli import (
    align,
    batch,
    cache,
    check,
    clean,
    doctor,
    narrate,
    new,
    render,
    settings,
    slides,
    studio,
    subtitle,
    translate,
    voices,
)
from pipeline.cli.help_text import EpisodeCommands, examples_text, help_text, translate_typer

_COMMAND_MODULES = (
    *(subtitle, narrate, render, align, translate, slides, check),
    *(batch, studio, voices, new, settings, cache, clean, doctor),
)
"""In the order of the help. A new command is one new module here."""

app = typer.Typer(
    name="episode",
    cls=EpisodeCommands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=help_text("app"),
    epilog=examples_text(("episode render transcript/talk.txt",)),
    options_metavar=help_text("options_metavar"),
    subcommand_metavar=help_text("command_metavar"),
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
            "--version", callback=_print_version, is_eager=True, help=help_text("version")
        ),
    ] = False,
) -> None:
    pass


translate_typer()
for _module in _COMMAND_MODULES:
    _module.register(app)
