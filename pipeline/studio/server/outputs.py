"""The files of an episode that the page may fetch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.manifest import manifest_for

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.project import Episode, Project


@dataclass(frozen=True, slots=True)
class OutputFiles:
    """What was made of an episode and lies where the page may fetch it; None where it is not there."""

    film: Path | None
    sound: Path | None
    poster: Path | None


def output_files(project: Project, episode: Episode) -> OutputFiles:
    """Return an episode's outputs. A link that leads out of the output folder counts as absent."""
    folder = episode.output
    cached_sound = project.cache / "sound" / f"{manifest_for(project, episode).path.stem}.m4a"
    sound = file_inside(folder, "narration.m4a") or (
        cached_sound if cached_sound.is_file() else None
    )
    return OutputFiles(
        file_inside(folder, f"{episode.name}.mp4"), sound, file_inside(folder, "poster.png")
    )


def file_inside(folder: Path, name: str) -> Path | None:
    """Return a file of a folder, or None where it is none or leads elsewhere."""
    path = folder / name
    try:
        real_path = path.resolve(strict=True)
        return (
            real_path
            if real_path.is_file() and real_path.is_relative_to(folder.resolve())
            else None
        )
    except (OSError, RuntimeError):
        return None


def file_stamp(path: Path | None) -> str:
    """Return what tells one state of a file from another."""
    if path is None:
        return ""
    file_stat = path.stat()
    return f"{file_stat.st_mtime_ns:x}-{file_stat.st_size:x}"


def media_address(identity: str, kind: str, path: Path | None) -> str | None:
    """Return where the page fetches a file: an address that changes when the file does."""
    return f"/media/{identity}/{kind}?v={file_stamp(path)}" if path else None
