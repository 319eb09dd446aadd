"""`episode translate`: a first translation by a machine, for a person to correct."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import Machine, ProjectFolder, Quiet, TranscriptPath, guarded, project_at
from pipeline.cli.console import Say
from pipeline.errors import InputError, ServiceError
from pipeline.project import LANGUAGE
from pipeline.store import Store, digest, publish_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.project import Episode, Project

_KIND = "translation"


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog="Example: [bold]EPISODE_TRANSLATE_KEY=… episode translate transcript/talk.txt --to en[/bold]")(guarded(translate))


def translate(
    transcript: TranscriptPath,
    to: Annotated[str, typer.Option("--to", metavar="CODE", help="Only this language.", show_default="those in [translate]")] = "",
    project: ProjectFolder = Path(),
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Translate the rows by the server in [translate] and write NAME.CODE.txt; a file that is there is never overwritten."""
    from pipeline.script import read_settings

    say, place = Say(quiet, machine), project_at(project)
    episode = place.episode(transcript)
    settings = read_settings(episode, {})
    wanted = (to,) if to else settings.translate.languages
    there = {code for code, _ in episode.seconds}
    written = []
    for code in wanted:
        if not LANGUAGE.fullmatch(code):
            raise InputError(f"{code!r} is not a language code.", "They look like en or pt-BR.")
        if code in there:
            if to:
                raise InputError(
                    "This translation is a person's now and is not overwritten.",
                    "Move it away to have it made again.",
                    where=episode.transcript.with_name(f"{episode.name}.{code}.txt"),
                )
            continue
        written.append(str(_translated(say, place, episode, code)))
    say.line("\n".join(f"Wrote {name}: correct it, it is yours now." for name in written) or "Every translation is there already.")
    say.json({"written": written})
    return 0


def _translated(say: Say, project: Project, episode: Episode, code: str) -> Path:
    from pipeline.script import read_script, read_settings
    from pipeline.subtitles.second import file_of
    from pipeline.text.words import Segmenter
    from pipeline.translate import key_from, translate_rows

    settings = read_settings(episode, {})
    script = read_script(episode, settings, Segmenter())
    rows = [row.text for row in script.transcript.rows]
    store = Store(project.cache)
    place = digest(_KIND, rows, code, settings.translate.model_dump(exclude={"batch", "timeout", "deadline"}))
    kept: dict[int, str] = {int(number): text for number, text in json.loads(store.get(_KIND, place) or b"{}").items()}

    def keep(fresh: Mapping[int, str]) -> None:
        kept.update(fresh)
        store.put(_KIND, place, json.dumps(kept, ensure_ascii=False).encode())

    with say.progress() as observe:
        found = translate_rows(
            rows,
            dict(kept),
            settings.translate,
            key_from(settings.translate, os.environ),
            observe,
            language=code,
            source=settings.language,
            title=script.title,
            keep=keep,
        )
    for notice in found.notices:
        say.notice(notice)
    if found.missing:
        numbers = ", ".join(map(str, found.missing[:20]))
        raise ServiceError(f"The server gave no usable answer for rows {numbers}.", "Run again: the other rows are kept.")
    path = episode.transcript.with_name(f"{episode.name}.{code}.txt")
    publish_bytes(path, file_of(found.rows).encode())
    return path
