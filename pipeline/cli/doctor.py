"""`episode doctor`: is all there that is needed, and what to do where not."""

from __future__ import annotations

import platform
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.cli.app import Machine, ProjectFolder, Quiet, guarded, project_at
from pipeline.cli.console import Say
from pipeline.errors import EpisodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import typer

    from pipeline.project import Project

_ENOUGH = 2_000_000_000
_MARKS = {"ok": "[green]✓[/green]", "note": "[yellow]![/yellow]", "bad": "[red]✗[/red]"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do about it."""

    subject: str
    state: Literal["ok", "note", "bad"]
    found: str
    todo: str = ""


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog="Example: [bold]episode doctor[/bold]")(guarded(doctor))


def doctor(project: ProjectFolder = Path(), quiet: Quiet = False, machine: Machine = False) -> int:
    """Check ffmpeg, fonts, voices and disk, and say what to do where something is missing."""
    say = Say(quiet, machine)
    findings = list(_findings(project_at(project)))
    say.marked("Doctor", [(_MARKS[one.state], one.subject, one.found, one.todo) for one in findings])
    say.json([{"subject": one.subject, "state": one.state, "found": one.found, "todo": one.todo} for one in findings])
    return 1 if any(one.state == "bad" for one in findings) else 0


def _findings(project: Project) -> Iterator[Finding]:
    yield Finding("Python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for subject, check in (
        ("ffmpeg", _ffmpeg),
        ("font", _font),
        ("offline voice", _offline_voice),
        ("online voice", partial(_online_voice, project)),
        ("PowerPoint slides", _office),
        ("output", partial(_writable, project.output)),
        ("cache", partial(_writable, project.cache)),
    ):
        yield _checked(subject, check)


def _checked(subject: str, check: Callable[[str], Finding]) -> Finding:
    try:
        return check(subject)
    except EpisodeError as fault:
        return Finding(subject, "bad", fault.what, fault.todo)


def _ffmpeg(subject: str) -> Finding:
    from pipeline.process import ffmpeg, run

    out, _ = run([ffmpeg(), "-hide_banner", "-encoders"], timeout=30)
    lacking = [name for name in ("libx264", " aac ", "libmp3lame") if name not in out.decode("utf-8", "replace")]
    version = run([ffmpeg(), "-version"], timeout=30)[0].decode("utf-8", "replace").split()[2]
    if lacking:
        return Finding(
            subject, "bad", f"{version} lacks {', '.join(lacking)}", "Unset IMAGEIO_FFMPEG_EXE to use the one that was installed."
        )
    return Finding(subject, "ok", f"{version} ({ffmpeg()})")


def _font(subject: str) -> Finding:
    from pipeline.picture.fonts import describe, find_font

    return Finding(subject, "ok", describe(find_font("", "regular")))


def _offline_voice(subject: str) -> Finding:
    from pipeline.speech.espeak import Espeak

    engine = Espeak("zh")
    return Finding(subject, "ok", f"espeak-ng {engine.version}, voice {engine.voice}: a preview voice, robotic but always there")


def _online_voice(project: Project, subject: str) -> Finding:
    from pipeline.speech.choose import traffic
    from pipeline.speech.edge import Edge
    from pipeline.speech.engine import Ask, Speech
    from pipeline.store import Store

    engine = Edge("zh", traffic(Store(project.cache))).hurried()
    answers: list[object] = []
    try:
        engine.speak([Ask("你好。", engine.voice)], lambda _, answer: answers.append(answer))
    except EpisodeError as fault:
        return Finding(subject, "note", fault.what, "Episodes are spoken by the offline voice until it answers.")
    if not any(isinstance(answer, Speech) for answer in answers):
        return Finding(
            subject, "note", str(answers[0]) if answers else "no answer", "Episodes are spoken by the offline voice until it answers."
        )
    return Finding(subject, "ok", f"edge-tts answers, voice {engine.voice}")


def _office(subject: str) -> Finding:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return Finding(subject, "ok", found)
    return Finding(subject, "note", "LibreOffice is not on PATH", "Only .pptx slides need it; PDF and pictures do not.")


def _writable(folder: Path, subject: str) -> Finding:
    place = folder
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as fault:
        return Finding(subject, "bad", f"{place} cannot be written: {fault.strerror}", "Allow it, or choose another folder.")
    free = shutil.disk_usage(place).free
    if free < _ENOUGH:
        return Finding(subject, "note", f"{free / 1e9:.1f} GB free at {place}", "An hour of video needs about 2 GB while it is made.")
    return Finding(subject, "ok", f"{free / 1e9:.0f} GB free at {folder}")
