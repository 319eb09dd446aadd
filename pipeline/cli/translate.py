"""`episode translate`: a first translation by a machine, for a person to correct."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.atomic import publish_bytes
from pipeline.cache import Store, digest
from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import (
    JsonOption,
    ProjectOption,
    QuietOption,
    TranscriptArgument,
    project_at,
    report_errors,
)
from pipeline.errors import InputError, ServiceError
from pipeline.project import LANGUAGE_CODE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.project import Episode, Project

_TRANSLATION_KIND = "translation"


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(
        epilog="Example: [bold]EPISODE_TRANSLATE_KEY=… episode translate transcript/talk.txt --to en[/bold]"
    )(report_errors(translate))


def translate(
    transcript: TranscriptArgument,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="CODE", help="Only this language.", show_default="those in [translate]"
        ),
    ] = "",
    project: ProjectOption = Path(),
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Translate the rows by the server in [translate] and write NAME.CODE.txt; a file that is there is never overwritten."""
    from pipeline.script import read_settings

    say, episode_project = ConsoleOutput(quiet, machine), project_at(project)
    episode = episode_project.episode(transcript)
    settings = read_settings(episode, {})
    languages = (to,) if to else settings.translate.languages
    existing = {code for code, _ in episode.translations}
    written = []
    for code in languages:
        if not LANGUAGE_CODE.fullmatch(code):
            raise InputError(f"{code!r} is not a language code.", "They look like en or pt-BR.")
        if code in existing:
            if to:
                raise InputError(
                    "This translation is a person's now and is not overwritten.",
                    "Move it away to have it made again.",
                    where=episode.transcript.with_name(f"{episode.name}.{code}.txt"),
                )
            continue
        written.append(str(_translate_into(say, episode_project, episode, code)))
    say.line(
        "\n".join(f"Wrote {name}: correct it, it is yours now." for name in written)
        or "Every translation is there already."
    )
    say.json({"written": written})
    return 0


def _translate_into(say: ConsoleOutput, project: Project, episode: Episode, code: str) -> Path:
    from pipeline.script import read_script, read_settings
    from pipeline.subtitles.translation_file import compose_translation_file
    from pipeline.text.word_segmenter import Segmenter
    from pipeline.translate.translator import api_key_from, translate_rows

    settings = read_settings(episode, {})
    script = read_script(episode, settings, Segmenter())
    rows = [row.text for row in script.transcript.rows]
    store = Store(project.cache)
    cache_key = digest(
        _TRANSLATION_KIND,
        rows,
        code,
        settings.translate.model_dump(exclude={"batch", "timeout", "deadline"}),
    )
    known_rows: dict[int, str] = {
        int(number): text
        for number, text in json.loads(store.get(_TRANSLATION_KIND, cache_key) or b"{}").items()
    }

    def store_rows(fresh: Mapping[int, str]) -> None:
        known_rows.update(fresh)
        store.put(_TRANSLATION_KIND, cache_key, json.dumps(known_rows, ensure_ascii=False).encode())

    with say.progress() as observe:
        translation = translate_rows(
            rows,
            dict(known_rows),
            settings.translate,
            api_key_from(settings.translate, os.environ),
            observe,
            language=code,
            source=settings.language,
            title=script.title,
            keep_rows=store_rows,
        )
    for notice in translation.notices:
        say.notice(notice)
    if translation.missing:
        numbers = ", ".join(map(str, translation.missing[:20]))
        raise ServiceError(
            f"The server gave no usable answer for rows {numbers}.",
            "Run again: the other rows are kept.",
        )
    path = episode.transcript.with_name(f"{episode.name}.{code}.txt")
    publish_bytes(path, compose_translation_file(translation.rows).encode())
    return path
