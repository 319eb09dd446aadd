"""`episode doctor`: checks what is needed, and says what to do where something is missing."""

from __future__ import annotations

import platform
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import ProjectOption, add_command, project_at
from pipeline.errors import EpisodeError
from pipeline.messages import ENGLISH, Message, message, text_in
from pipeline.speech.engines.registry import engine_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import typer

    from pipeline.project import Project

_ENOUGH_FREE_BYTES = 2_000_000_000
_MARKS = {"ok": "[green]✓[/green]", "note": "[yellow]![/yellow]", "bad": "[red]✗[/red]"}


@dataclass(frozen=True, slots=True)
class DiagnosticResult:
    """What one check found, and what to do about it.

    `remedy` is a text, or the error that has it; without one, the remedy of the message `detail`
    is shown.
    """

    subject: str
    state: Literal["ok", "note", "bad"]
    detail: str
    remedy: str | EpisodeError = ""

    def remedy_in(self, language: str) -> str:
        """Return what to do in a language of the interface; "" where there is nothing to do."""
        if isinstance(self.remedy, EpisodeError):
            return self.remedy.remedy_in(language)
        if not self.remedy and isinstance(self.detail, Message):
            return self.detail.remedy_in(language)
        return text_in(self.remedy, language)


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(app, doctor, "episode doctor")


def doctor(say: ConsoleOutput, project: ProjectOption = Path()) -> int:
    """Check ffmpeg, fonts, voices and disk, and say what to do where something is missing."""
    results = list(_run_diagnostics(project_at(project)))
    say.marked_rows(
        message("cli.doctor_title"),
        [
            (_MARKS[result.state], result.subject, result.detail, result.remedy_in(say.language))
            for result in results
        ],
    )
    say.json(
        [
            {
                "subject": result.subject,
                "state": result.state,
                "found": result.detail,
                "todo": result.remedy_in(ENGLISH),
            }
            for result in results
        ]
    )
    return 1 if any(result.state == "bad" for result in results) else 0


def _run_diagnostics(project: Project) -> Iterator[DiagnosticResult]:
    python = message(
        "cli.doctor_python",
        version=platform.python_version(),
        system=platform.system(),
        machine=platform.machine(),
    )
    yield DiagnosticResult("Python", "ok", python)
    checks: tuple[tuple[str, Callable[[str], DiagnosticResult]], ...] = (
        ("ffmpeg", _check_ffmpeg),
        (message("cli.doctor_font"), _check_font),
        *(
            (message("cli.doctor_engine", engine=name), partial(_check_engine, project, name))
            for name in engine_names()
        ),
        (message("cli.doctor_office"), _check_office),
        (message("cli.doctor_output"), partial(_check_folder, project.output)),
        (message("cli.doctor_cache"), partial(_check_folder, project.cache)),
    )
    for subject, check in checks:
        yield _run_diagnostic(subject, check)


def _run_diagnostic(
    subject: str, diagnostic: Callable[[str], DiagnosticResult]
) -> DiagnosticResult:
    try:
        return diagnostic(subject)
    except EpisodeError as fault:
        return DiagnosticResult(subject, "bad", fault.problem, fault)


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
            message(
                "cli.ffmpeg_lacks_encoders", version=version, encoders=", ".join(missing_encoders)
            ),
        )
    return DiagnosticResult(subject, "ok", f"{version} ({ffmpeg_path()})")


def _check_font(subject: str) -> DiagnosticResult:
    from pipeline.picture.typography.fonts import describe_font, find_font

    return DiagnosticResult(subject, "ok", describe_font(find_font("", "regular")))


def _check_engine(project: Project, name: str, subject: str) -> DiagnosticResult:
    from pipeline.cache import Store
    from pipeline.settings import Settings
    from pipeline.speech.engines.registry import engine_spec

    status = engine_spec(name).probe(Settings(), Store(project.cache))
    state: Literal["ok", "note"] = "ok" if status.is_ready else "note"
    return DiagnosticResult(subject, state, status.detail, status.remedy)


def _check_office(subject: str) -> DiagnosticResult:
    from pipeline.picture.slides.document_pages import LIBREOFFICE
    from pipeline.picture.slides.slide_kinds import suffixes_requiring

    executable = LIBREOFFICE.find()
    if executable:
        return DiagnosticResult(subject, "ok", executable)
    return DiagnosticResult(
        subject,
        "note",
        message("cli.no_libreoffice", suffixes=", ".join(suffixes_requiring(LIBREOFFICE))),
    )


def _check_folder(folder: Path, subject: str) -> DiagnosticResult:
    existing_folder = folder
    while not existing_folder.exists():
        existing_folder = existing_folder.parent
    try:
        with tempfile.TemporaryFile(dir=existing_folder):
            pass
    except OSError as fault:
        problem = message("cli.folder_not_writable", folder=existing_folder, reason=fault.strerror)
        return DiagnosticResult(subject, "bad", problem)
    free = shutil.disk_usage(existing_folder).free
    if free < _ENOUGH_FREE_BYTES:
        low = message("cli.little_space", gigabytes=free / 1e9, folder=existing_folder)
        return DiagnosticResult(subject, "note", low)
    space = message("cli.enough_space", gigabytes=free / 1e9, folder=folder)
    return DiagnosticResult(subject, "ok", space)
