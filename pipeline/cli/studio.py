"""`episode studio`: serves a page on this machine to review and correct episodes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.help_text import help_text
from pipeline.cli.options import ProjectOption, add_command, project_at
from pipeline.errors import EnvironmentFault
from pipeline.messages import message

if TYPE_CHECKING:
    from pipeline.studio.server.http_server import StudioServer

_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(
        app,
        studio,
        "episode studio",
        "episode studio transcript/talk.txt",
        "episode studio --port 8000",
        json_option=False,
    )


def studio(
    say: ConsoleOutput,
    transcript: Annotated[
        Path | None,
        typer.Argument(
            metavar="[TRANSCRIPT]", help=help_text("studio_transcript"), show_default=False
        ),
    ] = None,
    project: ProjectOption = Path(),
    port: Annotated[
        int,
        typer.Option("--port", metavar="N", help=help_text("studio_port"), min=0, max=65_535),
    ] = 0,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help=help_text("studio_host"))
    ] = "127.0.0.1",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help=help_text("studio_no_browser"))
    ] = False,
) -> int:
    """Open a page to watch, correct and render episodes.

    Changes of texts, translations, times and slides are saved at once to the episode's own files.
    """
    server = _create_server(transcript, project, port, host)
    always = replace(say, quiet=False)
    if host not in _LOOPBACK_HOSTS:
        always.notice(message("cli.studio_is_open", host=host))
    always.line(server.address)
    say.line(message("cli.studio_hint"), "dim")
    if not no_browser:
        import webbrowser

        webbrowser.open(server.address)
    server.run()
    return 0


def _create_server(transcript: Path | None, folder: Path, port: int, host: str) -> StudioServer:
    try:
        from pipeline.studio.server.http_server import create_server
    except ModuleNotFoundError as fault:
        raise EnvironmentFault(message("cli.studio_package_missing", package=fault.name)) from fault
    studio_project = project_at(folder, transcript)
    opened_transcript = (
        studio_project.episode(transcript).transcript.absolute() if transcript is not None else None
    )
    return create_server(studio_project, named_transcript=opened_transcript, host=host, port=port)
