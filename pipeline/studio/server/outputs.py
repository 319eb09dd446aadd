"""The output files of an episode that the page may load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.manifest import manifest_for

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.project import Episode, Project


@dataclass(frozen=True, slots=True)
class OutputFiles:
    """The outputs of an episode; None where a file does not exist."""

    film: Path | None
    sound: Path | None
    poster: Path | None


def output_files(project: Project, episode: Episode) -> OutputFiles:
    """Return an episode's outputs. A link to outside of the output folder counts as missing."""
    folder = episode.output
    cached_sound = project.cache / "sound" / f"{manifest_for(project, episode).path.stem}.m4a"
    sound = file_inside(folder, "narration.m4a") or (
        cached_sound if cached_sound.is_file() else None
    )
    return OutputFiles(
        file_inside(folder, f"{episode.name}.mp4"), sound, file_inside(folder, "poster.png")
    )


def file_inside(folder: Path, name: str) -> Path | None:
    """Return a file of a folder, or None where it is missing or a link to elsewhere."""
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
    """Return a text that changes when the file changes."""
    if path is None:
        return ""
    file_stat = path.stat()
    return f"{file_stat.st_mtime_ns:x}-{file_stat.st_size:x}"


def media_address(identity: str, kind: str, path: Path | None) -> str | None:
    """Return the address of a file, which changes when the file does, or None."""
    return f"/media/{identity}/{kind}?v={file_stamp(path)}" if path else None
