"""`episode voices`: who can speak, and how they sound."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import (
    JsonOption,
    ProjectOption,
    QuietOption,
    project_at,
    report_errors,
    settings_changes,
)

if TYPE_CHECKING:
    from pipeline.project import Project

_EXAMPLES = (
    "Examples: [bold]episode voices --lang zh[/bold]   [bold]episode voices --engine espeak[/bold]   "
    '[bold]episode voices --say "大家好" --voice edge:zh-CN-XiaoxiaoNeural[/bold]'
)
_DEFAULT_ENGINES = ("edge", "espeak")


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog=_EXAMPLES)(report_errors(voices))


def voices(
    engine: Annotated[
        str, typer.Option(metavar="NAME", help="Only this engine's.", show_default=False)
    ] = "",
    lang: Annotated[
        str,
        typer.Option(
            metavar="CODE", help="Only those that speak this language.", show_default=False
        ),
    ] = "",
    say_text: Annotated[
        str,
        typer.Option("--say", metavar="TEXT", help="Write a sample instead.", show_default=False),
    ] = "",
    voice: Annotated[
        str,
        typer.Option(
            "--voice", metavar="ENGINE[:NAME]", help="Who speaks the sample.", show_default=False
        ),
    ] = "",
    project: ProjectOption = Path(),
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """List the voices there are, or write a sample of one."""
    say = ConsoleOutput(quiet, machine)
    if say_text:
        return _write_sample(
            say, project_at(project), say_text, settings_changes(voice=voice or engine), lang
        )
    from pipeline.speech.engines.voice_catalog import list_voices

    listed_voices = [
        one
        for name in ([engine] if engine else _DEFAULT_ENGINES)
        for one in list_voices(name, lang)
    ]
    if any(one.engine == "edge" and one.source == "shipped" for one in listed_voices):
        say.notice(
            "The speech service does not answer here: its Chinese and English voices are listed as they were known."
        )
    say.table(
        "Voices",
        ("engine", "name", "language", "gender"),
        [(one.engine, one.name, one.language, one.gender) for one in listed_voices],
    )
    say.json([dataclasses.asdict(one) for one in listed_voices])
    return 0


def _write_sample(
    say: ConsoleOutput, project: Project, text: str, changes: dict[str, object], lang: str
) -> int:
    from pipeline.atomic import publish_bytes
    from pipeline.cache import Store
    from pipeline.settings import Settings, with_changes
    from pipeline.speech.voice_sample import synthesize_sample

    settings = with_changes(Settings(), {**changes, **({"language": lang} if lang else {})})
    sample_path = project.output / "voice-sample.wav"
    publish_bytes(sample_path, synthesize_sample(text, settings, Store(project.cache), say.notice))
    say.line(f"Wrote {sample_path}")
    say.json({"file": str(sample_path)})
    return 0
