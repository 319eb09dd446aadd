"""An episode as the page takes it, whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.build import ledger_of
from pipeline.language import language_name
from pipeline.store import digest
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.project import Episode, Project
    from pipeline.studio.desk import Desk
    from pipeline.studio.view import View


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of an episode and lies where the page may fetch it; None where it is not there."""

    film: Path | None
    sound: Path | None
    poster: Path | None


def made_of(project: Project, episode: Episode) -> Made:
    """Return an episode's outputs. A link that leads out of the output folder counts as absent."""
    folder = episode.output
    kept = project.cache / "sound" / f"{ledger_of(project, episode).path.stem}.m4a"
    sound = inside(folder, "narration.m4a") or (kept if kept.is_file() else None)
    return Made(inside(folder, f"{episode.name}.mp4"), sound, inside(folder, "poster.png"))


def inside(folder: Path, name: str) -> Path | None:
    """Return a file of a folder, or None where it is none or leads elsewhere."""
    path = folder / name
    try:
        real = path.resolve(strict=True)
        return real if real.is_file() and real.is_relative_to(folder.resolve()) else None
    except (OSError, RuntimeError):
        return None


def document(desk: Desk, identity: str, view: View, slides: list[dict[str, Any]], job: dict[str, Any]) -> dict[str, Any]:
    """Return the document of an episode; `slides` and `job` are as the page takes them."""
    reading, timeline = view.reading, view.timeline
    report, made = desk.report(), made_of(desk.project, desk.episode)
    undo, redo = desk.labels()
    return {
        "id": identity,
        "name": reading.texts.name,
        "title": reading.settings.title or reading.texts.name,
        "language": reading.settings.language,
        "second": reading.second,
        "fps": timeline.fps,
        "frames": timeline.frames,
        "length_ms": ms_from_samples(timeline.length),
        "version": reading.texts.version,
        "film": address(identity, "film", made.film),
        "poster": address(identity, "poster", made.poster),
        "sound": address(identity, "sound", made.sound),
        "peaks": f"/api/e/{identity}/peaks?v={stamp(made.sound)}" if made.sound else None,
        "outdated": desk.outdated(),
        "burnt": report.get("video", {}).get("burnt", []),
        "tracks": tracks(identity, view),
        "rows": view.rows,
        "slides": slides,
        "chapters": chapters(view),
        "notices": [*view.notices, *(notice for notice in report.get("notices", ()) if notice not in view.notices)],
        "undo": undo.json if undo else None,
        "redo": redo.json if redo else None,
        "job": job,
    }


def chapters(view: View) -> list[dict[str, Any]]:
    """Return the chapters with the times players jump to."""
    return [{"row": mark.chapter.row, "title": mark.chapter.title, "ms": ms_from_samples(mark.at)} for mark in view.timeline.chapters]


def tracks(identity: str, view: View) -> list[dict[str, str]]:
    """Return the caption tracks there are, by addresses that change when they do."""
    reading = view.reading
    spans = [[time.span.start, time.span.end] for time in view.timeline.rows]
    version = digest(reading.texts.version, spans)[:16]
    codes = [reading.settings.language, *(code for code, _ in reading.seconds)]
    return [{"language": code, "label": language_name(code), "src": f"/media/{identity}/track/{code}?v={version}"} for code in codes]


def stamp(path: Path | None) -> str:
    """Return what tells one state of a file from another."""
    if path is None:
        return ""
    found = path.stat()
    return f"{found.st_mtime_ns:x}-{found.st_size:x}"


def address(identity: str, kind: str, path: Path | None) -> str | None:
    """Return where the page fetches a file: an address that changes when the file does."""
    return f"/media/{identity}/{kind}?v={stamp(path)}" if path else None
