"""`episode voices`: lists the voices, writes a sample of one, or fetches the model of one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.help_text import help_text
from pipeline.cli.options import ProjectOption, add_command, project_at, settings_changes
from pipeline.messages import message

if TYPE_CHECKING:
    from pipeline.project import Project


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(
        app,
        voices,
        "episode voices --lang zh",
        "episode voices --engine espeak",
        "episode voices --get kokoro",
        'episode voices --say "大家好" --voice edge:zh-CN-XiaoxiaoNeural',
    )


def voices(
    say: ConsoleOutput,
    engine: Annotated[
        str, typer.Option(metavar="NAME", help=help_text("voices_engine"), show_default=False)
    ] = "",
    lang: Annotated[
        str, typer.Option(metavar="CODE", help=help_text("voices_language"), show_default=False)
    ] = "",
    sample_text: Annotated[
        str,
        typer.Option("--say", metavar="TEXT", help=help_text("voices_say"), show_default=False),
    ] = "",
    voice: Annotated[
        str,
        typer.Option(
            "--voice", metavar="ENGINE[:NAME]", help=help_text("voices_voice"), show_default=False
        ),
    ] = "",
    get: Annotated[str, typer.Option("--get", metavar="ENGINE", help=help_text("voices_get"))] = "",
    project: ProjectOption = Path(),
) -> int:
    """List the voices, write a sample of one, or fetch the model of one."""
    if get:
        return _fetch_model(say, project_at(project), get)
    if sample_text:
        changes = settings_changes(voice=voice or engine)
        return _write_sample(say, project_at(project), sample_text, changes, lang)
    from pipeline.speech.engines.registry import (
        engines_listed_by_default,
        is_shipped_in_place_of_answer,
        list_voices,
    )

    listed_voices = [
        voice
        for name in ([engine] if engine else engines_listed_by_default())
        for voice in list_voices(name, lang)
    ]
    if any(is_shipped_in_place_of_answer(entry) for entry in listed_voices):
        say.notice(message("cli.shipped_voice_list"))
    say.table(
        message("cli.voices_title"),
        (
            message("cli.column_engine"),
            message("cli.column_name"),
            message("cli.column_language"),
            message("cli.column_gender"),
        ),
        [(voice.engine, voice.name, voice.language, voice.gender) for voice in listed_voices],
    )
    say.json([dataclasses.asdict(voice) for voice in listed_voices])
    return 0


def _fetch_model(say: ConsoleOutput, project: Project, engine: str) -> int:
    from pipeline.cache import Store
    from pipeline.errors import InputError
    from pipeline.speech.engines.kokoro_weights import fetch_weights

    if engine != "kokoro":
        raise InputError(message("cli.voices_get_unknown", name=engine[:60]))
    with say.progress() as observe:
        path = fetch_weights(
            Store(project.cache), lambda done, total: observe("fetch", done, total)
        )
    say.line(message("cli.wrote", path=path))
    say.json({"file": str(path)})
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
    say.line(message("cli.wrote", path=sample_path))
    say.json({"file": str(sample_path)})
    return 0
