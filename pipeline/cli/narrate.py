"""`episode narrate`: makes the narration of one episode."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.episode_build import build_and_report
from pipeline.cli.help_text import help_text
from pipeline.cli.options import (
    ExplainOption,
    ForceOption,
    ProjectOption,
    TranscriptArgument,
    VoiceOption,
    add_command,
    project_at,
    settings_changes,
)
from pipeline.messages import message
from pipeline.run import BuildRequest

if TYPE_CHECKING:
    from pipeline.model import SpokenRow


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(
        app,
        narrate,
        "episode narrate transcript/talk.txt",
        "episode narrate talk.txt --voice edge:zh-CN-XiaoxiaoNeural",
        "episode narrate talk.txt --dry-run",
    )


def narrate(
    say: ConsoleOutput,
    transcript: TranscriptArgument,
    project: ProjectOption = Path(),
    voice: VoiceOption = "",
    formats: Annotated[
        str,
        typer.Option(
            "--formats",
            metavar="m4a,mp3,wav",
            help=help_text("formats", default="m4a"),
            show_default=False,
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_text("dry_run"))] = False,
    force: ForceOption = False,
    explain: ExplainOption = False,
) -> int:
    """Speak the transcript: a mastered narration, and subtitles timed to it."""
    changes = settings_changes(voice=voice)
    if dry_run:
        return _print_spoken_forms(say, transcript, project, changes)
    if formats:
        changes["sound.formats"] = tuple(name.strip().lower() for name in formats.split(","))
    request = BuildRequest("narrate", changes, force=force)
    return build_and_report(say, transcript, project, request, explain=explain)


def _print_spoken_forms(
    say: ConsoleOutput, transcript: Path, folder: Path, changes: dict[str, Any]
) -> int:
    """Print the shown and the spoken form of each row side by side, utterance by utterance."""
    from pipeline.script import read_script, read_settings
    from pipeline.speech.utterances import group_into_utterances
    from pipeline.text.word_segmenter import Segmenter

    episode = project_at(folder, transcript).episode(transcript)
    settings = read_settings(episode, changes)
    say.use_language_of(settings)
    script = read_script(episode, settings, Segmenter())
    for notice in script.notices:
        say.notice(notice)
    groups = group_into_utterances(script.spoken_rows, script.transcript, script.chapters)
    rows = [(number, row) for number, group in enumerate(groups, 1) for row in group.rows]
    columns = (
        message("cli.column_utterance"),
        message("cli.column_row"),
        message("cli.column_shown"),
        message("cli.column_spoken"),
    )
    cells = [(str(number), str(row.row), row.shown, _spoken_form(row)) for number, row in rows]
    say.table(message("cli.spoken_title", episode=episode.name), columns, cells)
    say.json(
        [
            {"utterance": number, "row": row.row, "shown": row.shown, "spoken": row.spoken}
            | ({"readings": [asdict(reading) for reading in row.readings]} if row.readings else {})
            for number, row in rows
        ]
    )
    return 0


def _spoken_form(row: SpokenRow) -> str:
    """Return what is said, with the lexicon's pinyin after its characters; = for what is shown."""
    if row.spoken == row.shown and not row.readings:
        return "="
    spoken = row.spoken
    for reading in reversed(row.readings):
        pinyin = f"({' '.join(reading.syllables)})"
        spoken = spoken[: reading.end] + pinyin + spoken[reading.end :]
    return spoken
