"""`episode voices`: who can speak, and how they sound."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import Machine, ProjectFolder, Quiet, guarded, project_at
from pipeline.cli.console import Say
from pipeline.cli.make import changes_of

if TYPE_CHECKING:
    from pipeline.project import Project

_EXAMPLES = (
    "Examples: [bold]episode voices --lang zh[/bold]   [bold]episode voices --engine espeak[/bold]   "
    '[bold]episode voices --say "大家好" --voice edge:zh-CN-XiaoxiaoNeural[/bold]'
)
_LISTED = ("edge", "espeak")


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog=_EXAMPLES)(guarded(voices))


def voices(
    engine: Annotated[str, typer.Option(metavar="NAME", help="Only this engine's.", show_default=False)] = "",
    lang: Annotated[str, typer.Option(metavar="CODE", help="Only those that speak this language.", show_default=False)] = "",
    say_text: Annotated[str, typer.Option("--say", metavar="TEXT", help="Write a sample instead.", show_default=False)] = "",
    voice: Annotated[str, typer.Option("--voice", metavar="ENGINE[:NAME]", help="Who speaks the sample.", show_default=False)] = "",
    project: ProjectFolder = Path(),
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """List the voices there are, or write a sample of one."""
    say = Say(quiet, machine)
    if say_text:
        return _sample(say, project_at(project), say_text, changes_of(voice=voice or engine), lang)
    from pipeline.speech.voices import list_voices

    found = [one for name in ([engine] if engine else _LISTED) for one in list_voices(name, lang)]
    if any(one.engine == "edge" and one.source == "shipped" for one in found):
        say.notice("The speech service does not answer here: its Chinese and English voices are listed as they were known.")
    say.table("Voices", ("engine", "name", "language", "gender"), [(one.engine, one.name, one.language, one.gender) for one in found])
    say.json([dataclasses.asdict(one) for one in found])
    return 0


def _sample(say: Say, project: Project, text: str, changes: dict[str, object], lang: str) -> int:
    from pipeline.settings import Settings, with_changes
    from pipeline.speech.voices import sample
    from pipeline.store import Store, publish_bytes

    settings = with_changes(Settings(), {**changes, **({"language": lang} if lang else {})})
    out = project.output / "voice-sample.wav"
    publish_bytes(out, sample(text, settings, Store(project.cache), say.notice))
    say.line(f"Wrote {out}")
    say.json({"file": str(out)})
    return 0
