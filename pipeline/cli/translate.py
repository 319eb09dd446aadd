"""`episode translate`: writes a first translation by a machine, for a person to correct."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.atomic import publish_bytes
from pipeline.cache import Store, digest
from pipeline.cli.console import ConsoleOutput
from pipeline.cli.help_text import help_text
from pipeline.cli.options import ProjectOption, TranscriptArgument, add_command, project_at
from pipeline.errors import InputError, ServiceError
from pipeline.messages import message
from pipeline.project import LANGUAGE_CODE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.project import Episode, Project

_TRANSLATION_KIND = "translation"


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(
        app,
        translate,
        "EPISODE_TRANSLATE_KEY=… episode translate transcript/talk.txt --to en",
    )


def translate(
    say: ConsoleOutput,
    transcript: TranscriptArgument,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="CODE",
            help=help_text("translate_to", default=help_text("translate_to_default")),
            show_default=False,
        ),
    ] = "",
    project: ProjectOption = Path(),
) -> int:
    """Translate the rows by the server in [translate] and write NAME.CODE.txt.

    An existing file is never overwritten.
    """
    from pipeline.script import read_settings

    episode_project = project_at(project, transcript)
    episode = episode_project.episode(transcript)
    settings = read_settings(episode, {})
    say.use_language_of(settings)
    languages = (to,) if to else settings.translate.languages
    existing = {code for code, _ in episode.translations}
    written = []
    for code in languages:
        if not LANGUAGE_CODE.fullmatch(code):
            raise InputError(message("cli.bad_language_code", code=code))
        if code in existing:
            if to:
                raise InputError(
                    message("cli.translation_exists"),
                    where=episode.transcript.with_name(f"{episode.name}.{code}.txt"),
                )
            continue
        written.append(str(_translate_into(say, episode_project, episode, code)))
    for path in written:
        say.line(message("cli.wrote_translation", path=path))
    if not written:
        say.line(message("cli.translations_exist"))
    say.json({"written": written})
    return 0


def _translate_into(say: ConsoleOutput, project: Project, episode: Episode, code: str) -> Path:
    from pipeline.script import read_script, read_settings
    from pipeline.subtitles.translation_file import compose_translation_file
    from pipeline.text.word_segmenter import Segmenter
    from pipeline.translate.translator import api_key_from, translate_rows

    settings = read_settings(episode, {})
    script = read_script(episode, settings, Segmenter(), all_rows=True)
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
        raise ServiceError(message("cli.rows_not_translated", rows=numbers))
    path = episode.transcript.with_name(f"{episode.name}.{code}.txt")
    publish_bytes(path, compose_translation_file(translation.rows).encode())
    return path
