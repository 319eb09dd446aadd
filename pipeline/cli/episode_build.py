"""Builds one episode and prints the result."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.options import project_at
from pipeline.messages import message
from pipeline.run import BuildRequest, StepRun
from pipeline.timebase import clock_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.cli.console import ConsoleOutput
    from pipeline.run import BuildResult

_KILOBYTE = 1_000
_MEGABYTE = 1_000_000
_MAX_PRINTED_FLAGS = 40

_STEP_NAMES = {
    "speech": message("cli.made_speech"),
    "timeline": message("cli.made_timeline"),
    "alignment": message("cli.made_alignment"),
    "subtitles": message("cli.made_subtitles"),
    "poster": message("cli.made_poster"),
    "sound": message("cli.made_sound"),
    "video": message("cli.made_video"),
    "everything": message("cli.made_everything"),
}


def build_and_report(
    say: ConsoleOutput,
    transcript: Path,
    folder: Path,
    request: BuildRequest,
    *,
    explain: bool,
    print_beside_text: bool = False,
) -> int:
    """Build what is asked for of one episode and print the result; return the exit code.

    With `print_beside_text` what a recording has beside the text is listed in order of time.
    """
    from pipeline.build import build
    from pipeline.script import read_settings

    project = project_at(folder, transcript)
    episode = project.episode(transcript)
    say.use_language_of(read_settings(episode, request.changes))
    with say.progress() as observe:
        result = build(project, episode, request, observe)
    for notice in result.notices:
        say.notice(notice)
    if explain:
        _print_steps(say, result)
    if print_beside_text:
        _print_beside_text(say, result.report.get("voice") or {})
    _print_row_flags(say, (result.report.get("voice") or {}).get("flagged_rows", ()))
    _print_summary(say, result)
    say.json(
        {
            "episode": result.name,
            "folder": str(result.folder),
            "files": result.files,
            "report": result.report,
            "notices": result.notices,
            "steps": [dataclasses.asdict(step) for step in result.steps],
        }
    )
    return 0


def _print_steps(say: ConsoleOutput, result: BuildResult) -> None:
    """Print which steps ran and why."""
    steps = result.steps or (StepRun("everything", ""),)
    say.table(
        message("cli.steps_title"),
        (message("cli.column_step"), message("cli.column_reason")),
        [
            (_STEP_NAMES.get(step.name, step.name), step.why or message("cli.step_up_to_date"))
            for step in steps
        ],
    )


def _print_summary(say: ConsoleOutput, result: BuildResult) -> None:
    report = result.report
    length = message(
        "cli.summary_length",
        time=clock_text(round(report["seconds"]) * 1000),
        frames=report["frames"],
        fps=report["fps"],
    )
    covered = ", ".join(
        f"{track['language']} {track['covered']}/{track['rows']}" for track in report["proof"]
    )
    cues = ", ".join(f"{track['language']} {track['cues']}" for track in report["proof"])
    rows: list[tuple[str, str]] = [
        (message("cli.label_length"), length),
        (message("cli.label_covered"), covered),
        (message("cli.label_cues"), cues),
    ]
    voice = report.get("voice")
    if voice:
        rows.append((message("cli.label_voice"), f"{voice['engine']} {voice['name']}"))
        if "flagged_rows" in voice:
            rows += [
                (message("cli.label_aligner"), voice["version"]),
                (message("cli.label_flagged"), str(len(voice["flagged_rows"]))),
            ]
    sound = report.get("sound")
    if sound and sound["integrated_lufs"] is not None:
        levels = message(
            "cli.summary_sound", loudness=sound["integrated_lufs"], peak=sound["true_peak_dbtp"]
        )
        rows.append((message("cli.label_sound"), levels))
    rows.append((message("cli.label_warnings"), str(report.get("warnings", 0))))
    files = message(
        "cli.summary_files", count=len(result.files), folder=_relative_folder(result.folder)
    )
    rows.append((message("cli.label_files"), files))
    rows += [("", f"{name}  {_file_size(result.folder / name)}") for name in result.files]
    title = (
        message("cli.episode_made", episode=result.name)
        if result.steps
        else message("cli.episode_current", episode=result.name)
    )
    say.named_values(title, rows)


def _print_row_flags(say: ConsoleOutput, flags: Sequence[Mapping[str, Any]]) -> None:
    """Print the rows of a recording that a person should look at."""
    rows = [
        (
            str(flag["row"]),
            clock_text(flag["start_ms"], tenths=True),
            flag["text"],
            _flag_reason(flag),
        )
        for flag in flags[:_MAX_PRINTED_FLAGS]
    ]
    if rows:
        columns = (
            message("cli.column_row"),
            message("cli.column_time"),
            message("cli.column_text"),
            message("cli.column_reason"),
        )
        say.table(message("cli.label_flagged"), columns, rows)
    if len(flags) > _MAX_PRINTED_FLAGS:
        say.line(message("cli.more_flags", count=len(flags) - _MAX_PRINTED_FLAGS))


def _print_beside_text(say: ConsoleOutput, voice: Mapping[str, Any]) -> None:
    """Print rows left out, read twice or moved, remarks and long silences, in order of time."""
    from pipeline.stages.row_flags import flag_problem

    entries = []
    for entry in voice.get("beside_text", ()):
        begin, end = (clock_text(ms, tenths=True) for ms in entry["ms"])
        what = (
            message("cli.long_silence", end=end)
            if entry["what"] == "silence"
            else message(
                "cli.heard_between", problem=flag_problem(entry["what"]), begin=begin, end=end
            )
        )
        entries.append((begin, str(entry["row"] or ""), what))
    if not entries:
        say.line(message("cli.nothing_beside_text"))
        return
    say.table(
        message("cli.label_beside_text"),
        (message("cli.column_time"), message("cli.column_row"), message("cli.column_reason")),
        entries,
    )


def _flag_reason(flag: Mapping[str, Any]) -> str:
    """Return why a row is flagged, and from when to when something else is heard."""
    from pipeline.stages.row_flags import flag_problem

    problem = flag_problem(flag["reason"])
    heard = flag.get("heard_ms")
    if not heard:
        return problem
    begin, end = (clock_text(ms, tenths=True) for ms in heard)
    return message("cli.heard_between", problem=problem, begin=begin, end=end)


def _relative_folder(folder: Path) -> str:
    """Return a folder's path relative to the current one, where it is below that."""
    try:
        return str(folder.relative_to(Path.cwd()))
    except ValueError:
        return str(folder)


def _file_size(path: Path) -> str:
    size = path.stat().st_size
    if size < _KILOBYTE:
        return f"{size} B"
    return f"{size / 1e6:.1f} MB" if size >= _MEGABYTE else f"{size / 1e3:.1f} kB"
