"""Read and write an episode's files; an edit is written completely or not at all."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.atomic import publish_bytes
from pipeline.errors import EpisodeError, InputError, environment_fault
from pipeline.messages import message
from pipeline.project import MAX_SUBTITLE_BYTES, read_file
from pipeline.studio.editing.sources import SourceFiles

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.project import Episode


def read_source_files(episode: Episode) -> SourceFiles:
    """Return an episode's files. Raises InputError, EnvironmentFault."""
    return SourceFiles(
        episode.transcript.name,
        read_file(episode.transcript),
        tuple((code, read_file(path)) for code, path in episode.translations),
        read_file(episode.corrections, MAX_SUBTITLE_BYTES) if episode.corrections else None,
        read_file(episode.settings, MAX_SUBTITLE_BYTES) if episode.settings else None,
    )


def publish_source_files(episode: Episode, before: SourceFiles, after: SourceFiles) -> None:
    """Write the files that differ; where one cannot be written, all others are restored.

    Raises EnvironmentFault, and InputError where a file is a link to outside of the transcript's
    folder.
    """
    old_bodies, new_bodies = _bodies_by_path(episode, before), _bodies_by_path(episode, after)
    changed = [
        path
        for path in {**old_bodies, **new_bodies}
        if old_bodies.get(path) != new_bodies.get(path)
    ]
    written_paths: list[Path] = []
    try:
        for path in changed:
            _write_or_remove(path, new_bodies.get(path))
            written_paths.append(path)
    except EpisodeError:
        for path in written_paths:
            with suppress(EpisodeError):
                _write_or_remove(path, old_bodies.get(path))
        raise


def _bodies_by_path(episode: Episode, files: SourceFiles) -> dict[Path, bytes | None]:
    sibling_path = episode.transcript.with_name
    return {
        **{sibling_path(f"{episode.name}.{code}.txt"): body for code, body in files.seconds},
        sibling_path(f"{episode.name}.times.toml"): files.times,
        sibling_path(f"{episode.name}.toml"): files.settings,
        episode.transcript: files.transcript,
    }


def _write_or_remove(path: Path, body: bytes | None) -> None:
    """Write a file, through a link where it is one; remove it where there is no body."""
    try:
        real_path = path.resolve()
        if real_path.parent != path.parent.resolve() and path.is_symlink():
            raise InputError(message("studio.linked_file"), where=path)
        if body is None:
            real_path.unlink(missing_ok=True)
            return
    except OSError as fault:
        raise environment_fault(fault, path) from fault
    publish_bytes(real_path, body)
