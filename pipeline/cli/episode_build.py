"""Build one episode and report the result on the terminal."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.options import (
    project_at,
)
from pipeline.run import BuildRequest, StepRun

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.cli.console import ConsoleOutput
    from pipeline.run import BuildResult

_MEGABYTE = 1_000_000
_MAX_PRINTED_FLAGS = 40


def build_and_report(
    transcript: Path, folder: Path, request: BuildRequest, say: ConsoleOutput, *, explain: bool
) -> int:
    """Run an order on one episode and tell what came of it; return the exit code."""
    from pipeline.build import build

    project = project_at(folder)
    episode = project.episode(transcript)
    with say.progress() as observe:
        result = build(project, episode, request, observe)
    for notice in result.notices:
        say.notice(notice)
    if explain:
        steps = result.steps or (StepRun("everything", ""),)
        say.table(
            "Steps",
            ("step", "ran because"),
            [(step.name, step.why or "– up to date") for step in steps],
        )
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


def _print_summary(say: ConsoleOutput, result: BuildResult) -> None:
    report = result.report
    proof = ", ".join(
        f"{one['language']} {one['covered']}/{one['rows']}" for one in report["proof"]
    )
    rows = [
        (
            "length",
            f"{_minutes_and_seconds(report['seconds'])} · {report['frames']} frames at {report['fps']} fps",
        ),
        ("rows covered", proof),
        ("cues", ", ".join(f"{one['language']} {one['cues']}" for one in report["proof"])),
    ]
    voice = report.get("voice")
    if voice:
        rows.append(("voice", f"{voice['engine']} {voice['name']}"))
        if "flagged_rows" in voice:
            rows += [
                ("rows found by", voice["version"]),
                ("rows to look at", str(len(voice["flagged_rows"]))),
            ]
    sound = report.get("sound")
    if sound and sound["integrated_lufs"] is not None:
        rows.append(
            (
                "sound",
                f"{sound['integrated_lufs']:.1f} LUFS, peak {sound['true_peak_dbtp']:.1f} dBTP",
            )
        )
    rows.append(("warnings", str(report.get("warnings", 0))))
    rows.append(("files", f"{len(result.files)} in {_relative_folder(result.folder)}"))
    rows += [("", f"{name}  {_file_size(result.folder / name)}") for name in result.files]
    say.named_values(
        f"{result.name}: {'made' if result.steps else 'nothing to do, all is up to date'}", rows
    )


def _print_row_flags(say: ConsoleOutput, flags: Sequence[Mapping[str, Any]]) -> None:
    """List the rows of a recording that a person should look at."""
    cells = [
        (
            str(row_flag["row"]),
            _minutes_and_tenths(row_flag["start_ms"]),
            row_flag["text"],
            _flag_reason(row_flag),
        )
        for row_flag in flags[:_MAX_PRINTED_FLAGS]
    ]
    if cells:
        say.table("Rows to look at", ("row", "time", "text", "why"), cells)
    if len(flags) > _MAX_PRINTED_FLAGS:
        say.line(f"… and {len(flags) - _MAX_PRINTED_FLAGS} more: report.json has them all.")


def _flag_reason(flag: Mapping[str, Any]) -> str:
    """Return why a row is flagged, and from when to when something else is heard."""
    why = flag["sentence"].partition(": ")[2]
    heard = flag.get("heard_ms")
    return (
        f"{why} ({_minutes_and_tenths(heard[0])}–{_minutes_and_tenths(heard[1])})" if heard else why
    )


def _minutes_and_tenths(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}.{ms % 1000 // 100}"


def _relative_folder(folder: Path) -> str:
    """Return a folder's name as seen from here."""
    try:
        return str(folder.relative_to(Path.cwd()))
    except ValueError:
        return str(folder)


def _file_size(path: Path) -> str:
    count = path.stat().st_size
    return f"{count / 1e6:.1f} MB" if count >= _MEGABYTE else f"{count / 1e3:.1f} kB"


def _minutes_and_seconds(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
