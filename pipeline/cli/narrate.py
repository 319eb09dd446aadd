"""`episode narrate`: the narration of one episode."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.episode_build import build_and_report
from pipeline.cli.options import (
    ExplainOption,
    ForceOption,
    JsonOption,
    ProjectOption,
    QuietOption,
    TranscriptArgument,
    VoiceOption,
    project_at,
    settings_changes,
)
from pipeline.run import BuildRequest

NARRATE_EXAMPLES = (
    "Examples: [bold]episode narrate transcript/talk.txt[/bold]   "
    "[bold]episode narrate talk.txt --voice edge:zh-CN-XiaoxiaoNeural[/bold]   [bold]episode narrate talk.txt --dry-run[/bold]"
)


def narrate(
    transcript: TranscriptArgument,
    project: ProjectOption = Path(),
    voice: VoiceOption = "",
    formats: Annotated[
        str,
        typer.Option(
            "--formats", metavar="m4a,mp3,wav", help="Files to write.", show_default="m4a"
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be said for each row.")
    ] = False,
    force: ForceOption = False,
    explain: ExplainOption = False,
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Speak the transcript: a mastered narration, and subtitles timed to it."""
    changes = settings_changes(voice=voice)
    if dry_run:
        return _dry_run(transcript, project, changes, ConsoleOutput(quiet, machine))
    if formats:
        changes["sound.formats"] = tuple(one.strip().lower() for one in formats.split(","))
    request = BuildRequest("narrate", changes, force=force)
    return build_and_report(
        transcript, project, request, ConsoleOutput(quiet, machine), explain=explain
    )


def _dry_run(transcript: Path, folder: Path, changes: dict[str, Any], say: ConsoleOutput) -> int:
    """Show shown and spoken form side by side, utterance by utterance."""
    from pipeline.script import read_script, read_settings
    from pipeline.speech.utterances import group_into_utterances
    from pipeline.text.word_segmenter import Segmenter

    episode = project_at(folder).episode(transcript)
    script = read_script(episode, read_settings(episode, changes), Segmenter())
    groups = group_into_utterances(script.spoken_rows, script.transcript, script.chapters)
    lines = [(number, row) for number, group in enumerate(groups, 1) for row in group.rows]
    cells = [
        (str(number), str(row.row), row.shown, row.spoken if row.spoken != row.shown else "=")
        for number, row in lines
    ]
    say.table(f"{episode.name}: what is said", ("utterance", "row", "shown", "spoken"), cells)
    say.json(
        [
            {"utterance": number, "row": row.row, "shown": row.shown, "spoken": row.spoken}
            for number, row in lines
        ]
    )
    return 0
