"""`episode studio`: a page on this machine to review episodes and correct them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import ProjectOption, QuietOption, project_at, report_errors
from pipeline.errors import EnvironmentFault

if TYPE_CHECKING:
    from pipeline.studio.server.http_server import StudioServer

_EXAMPLES = "Examples: [bold]episode studio[/bold]   [bold]episode studio transcript/talk.txt[/bold]   [bold]episode studio --port 8000[/bold]"
_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog=_EXAMPLES)(report_errors(studio))


def studio(
    transcript: Annotated[
        Path | None,
        typer.Argument(metavar="[TRANSCRIPT]", help="Open this one.", show_default=False),
    ] = None,
    project: ProjectOption = Path(),
    port: Annotated[
        int, typer.Option("--port", metavar="N", help="0: any that is free.", min=0, max=65_535)
    ] = 0,
    host: Annotated[
        str,
        typer.Option(
            "--host", metavar="ADDRESS", help="Who can reach it; by default only this machine."
        ),
    ] = "127.0.0.1",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address.")
    ] = False,
    quiet: QuietOption = False,
) -> int:
    """Open a page to watch, correct and render: texts, translation, times and slides, saved at once to the episode's own files."""
    say = ConsoleOutput()
    server = _create_server(transcript, project, port, host)
    if host not in _LOOPBACK_HOSTS:
        say.notice(
            f"Everyone who can reach {host} and has the address can change these episodes; nothing is encrypted."
        )
    say.line(server.address)
    if not quiet:
        say.line("Open it in a browser; Ctrl-C ends the studio.", "dim")
    if not no_browser:
        import webbrowser

        webbrowser.open(server.address)
    server.run()
    return 0


def _create_server(transcript: Path | None, folder: Path, port: int, host: str) -> StudioServer:
    from pipeline.build import program_version

    try:
        from pipeline.studio.server.http_server import create_server
    except ModuleNotFoundError as fault:
        raise EnvironmentFault(
            f"The studio needs {fault.name}.",
            'Run: python -m pip install "episode-pipeline[studio]"',
        ) from fault
    studio_project = project_at(folder)
    opened_transcript = (
        studio_project.episode(transcript).transcript.absolute() if transcript is not None else None
    )
    return create_server(
        studio_project, program_version(), named_transcript=opened_transcript, host=host, port=port
    )
