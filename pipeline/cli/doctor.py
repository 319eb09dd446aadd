"""`episode doctor`: is all there that is needed, and what to do where not."""

from __future__ import annotations

import platform
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import JsonOption, ProjectOption, QuietOption, project_at, report_errors
from pipeline.errors import EpisodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import typer

    from pipeline.project import Project

_ENOUGH_FREE_BYTES = 2_000_000_000
_MARKS = {"ok": "[green]✓[/green]", "note": "[yellow]![/yellow]", "bad": "[red]✗[/red]"}


@dataclass(frozen=True, slots=True)
class DiagnosticResult:
    """What one check found, and what to do about it."""

    subject: str
    state: Literal["ok", "note", "bad"]
    detail: str
    remedy: str = ""


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog="Example: [bold]episode doctor[/bold]")(report_errors(doctor))


def doctor(
    project: ProjectOption = Path(), quiet: QuietOption = False, machine: JsonOption = False
) -> int:
    """Check ffmpeg, fonts, voices and disk, and say what to do where something is missing."""
    say = ConsoleOutput(quiet, machine)
    results = list(_run_diagnostics(project_at(project)))
    say.marked_rows(
        "Doctor", [(_MARKS[one.state], one.subject, one.detail, one.remedy) for one in results]
    )
    say.json(
        [
            {"subject": one.subject, "state": one.state, "found": one.detail, "todo": one.remedy}
            for one in results
        ]
    )
    return 1 if any(one.state == "bad" for one in results) else 0


def _run_diagnostics(project: Project) -> Iterator[DiagnosticResult]:
    yield DiagnosticResult(
        "Python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    )
    for subject, check in (
        ("ffmpeg", _check_ffmpeg),
        ("font", _check_font),
        ("offline voice", _check_offline_voice),
        ("online voice", partial(_check_online_voice, project)),
        ("PowerPoint slides", _check_office),
        ("output", partial(_check_folder, project.output)),
        ("cache", partial(_check_folder, project.cache)),
    ):
        yield _run_diagnostic(subject, check)


def _run_diagnostic(
    subject: str, diagnostic: Callable[[str], DiagnosticResult]
) -> DiagnosticResult:
    try:
        return diagnostic(subject)
    except EpisodeError as fault:
        return DiagnosticResult(subject, "bad", fault.problem, fault.remedy)


def _check_ffmpeg(subject: str) -> DiagnosticResult:
    from pipeline.process import ffmpeg_path, run_tool

    out, _ = run_tool([ffmpeg_path(), "-hide_banner", "-encoders"], timeout=30)
    missing_encoders = [
        name
        for name in ("libx264", " aac ", "libmp3lame")
        if name not in out.decode("utf-8", "replace")
    ]
    version = (
        run_tool([ffmpeg_path(), "-version"], timeout=30)[0].decode("utf-8", "replace").split()[2]
    )
    if missing_encoders:
        return DiagnosticResult(
            subject,
            "bad",
            f"{version} lacks {', '.join(missing_encoders)}",
            "Unset IMAGEIO_FFMPEG_EXE to use the one that was installed.",
        )
    return DiagnosticResult(subject, "ok", f"{version} ({ffmpeg_path()})")


def _check_font(subject: str) -> DiagnosticResult:
    from pipeline.picture.typography.fonts import describe_font, find_font

    return DiagnosticResult(subject, "ok", describe_font(find_font("", "regular")))


def _check_offline_voice(subject: str) -> DiagnosticResult:
    from pipeline.speech.engines.espeak import EspeakEngine

    engine = EspeakEngine("zh")
    return DiagnosticResult(
        subject,
        "ok",
        f"espeak-ng {engine.version}, voice {engine.default_voice}: a preview voice, robotic but always there",
    )


def _check_online_voice(project: Project, subject: str) -> DiagnosticResult:
    from pipeline.cache import Store
    from pipeline.speech.engines.base import SynthesisRequest, SynthesisResult
    from pipeline.speech.engines.edge import EdgeEngine
    from pipeline.speech.engines.registry import rate_limiter_for

    engine = EdgeEngine("zh", rate_limiter_for(Store(project.cache))).as_probe()
    answers: list[object] = []
    try:
        engine.speak(
            [SynthesisRequest("你好。", engine.default_voice)],
            lambda _, answer: answers.append(answer),
        )
    except EpisodeError as fault:
        return DiagnosticResult(
            subject,
            "note",
            fault.problem,
            "Episodes are spoken by the offline voice until it answers.",
        )
    if not any(isinstance(answer, SynthesisResult) for answer in answers):
        return DiagnosticResult(
            subject,
            "note",
            str(answers[0]) if answers else "no answer",
            "Episodes are spoken by the offline voice until it answers.",
        )
    return DiagnosticResult(subject, "ok", f"edge-tts answers, voice {engine.default_voice}")


def _check_office(subject: str) -> DiagnosticResult:
    executable = shutil.which("soffice") or shutil.which("libreoffice")
    if executable:
        return DiagnosticResult(subject, "ok", executable)
    return DiagnosticResult(
        subject,
        "note",
        "LibreOffice is not on PATH",
        "Only .pptx slides need it; PDF and pictures do not.",
    )


def _check_folder(folder: Path, subject: str) -> DiagnosticResult:
    existing_folder = folder
    while not existing_folder.exists():
        existing_folder = existing_folder.parent
    try:
        with tempfile.TemporaryFile(dir=existing_folder):
            pass
    except OSError as fault:
        return DiagnosticResult(
            subject,
            "bad",
            f"{existing_folder} cannot be written: {fault.strerror}",
            "Allow it, or choose another folder.",
        )
    free = shutil.disk_usage(existing_folder).free
    if free < _ENOUGH_FREE_BYTES:
        return DiagnosticResult(
            subject,
            "note",
            f"{free / 1e9:.1f} GB free at {existing_folder}",
            "An hour of video needs about 2 GB while it is made.",
        )
    return DiagnosticResult(subject, "ok", f"{free / 1e9:.0f} GB free at {folder}")
