"""`episode studio`: a page on this machine to review episodes and correct them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import ProjectFolder, Quiet, guarded, project_at
from pipeline.cli.console import Say
from pipeline.errors import EnvironmentFault

if TYPE_CHECKING:
    from pipeline.studio.serve import Server

_EXAMPLES = (
    "Examples: [bold]episode studio[/bold]   [bold]episode studio transcript/talk.txt[/bold]   [bold]episode studio --port 8000[/bold]"
)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog=_EXAMPLES)(guarded(studio))


def studio(
    transcript: Annotated[Path | None, typer.Argument(metavar="[TRANSCRIPT]", help="Open this one.", show_default=False)] = None,
    project: ProjectFolder = Path(),
    port: Annotated[int, typer.Option("--port", metavar="N", help="0: any that is free.", min=0, max=65_535)] = 0,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Who can reach it; by default only this machine.")] = "127.0.0.1",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    quiet: Quiet = False,
) -> int:
    """Open a page to watch, correct and render: texts, translation, times and slides, saved at once to the episode's own files."""
    say = Say()
    server = _server(transcript, project, port, host)
    if host not in _LOOPBACK:
        say.notice(f"Everyone who can reach {host} and has the address can change these episodes; nothing is encrypted.")
    say.line(server.address)
    if not quiet:
        say.line("Open it in a browser; Ctrl-C ends the studio.", "dim")
    if not no_browser:
        import webbrowser

        webbrowser.open(server.address)
    server.run()
    return 0


def _server(transcript: Path | None, folder: Path, port: int, host: str) -> Server:
    from pipeline.build import program

    try:
        from pipeline.studio.serve import server
    except ModuleNotFoundError as fault:
        raise EnvironmentFault(f"The studio needs {fault.name}.", 'Run: python -m pip install "episode-pipeline[studio]"') from fault
    place = project_at(folder)
    named = place.episode(transcript).transcript.absolute() if transcript is not None else None
    return server(place, program(), named=named, host=host, port=port)
