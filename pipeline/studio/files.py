"""An episode's texts on disk: read as they are now, written so that all of an edit is there or none."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.errors import EpisodeError, InputError
from pipeline.project import LARGEST_SUBTITLES, read_file
from pipeline.store import fault_from, publish_bytes
from pipeline.studio.reading import Texts

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.project import Episode


def texts_of(episode: Episode) -> Texts:
    """Return an episode's texts. Raises InputError, EnvironmentFault."""
    return Texts(
        episode.transcript.name,
        read_file(episode.transcript),
        tuple((code, read_file(path)) for code, path in episode.seconds),
        read_file(episode.times, LARGEST_SUBTITLES) if episode.times else None,
        read_file(episode.settings, LARGEST_SUBTITLES) if episode.settings else None,
    )


def publish_texts(episode: Episode, before: Texts, after: Texts) -> None:
    """Write what differs between two states of an episode's texts; where one file cannot be written, all stay as they were.

    Raises EnvironmentFault, and InputError where a file leads out of the transcript's folder.
    """
    old, new = _by_path(episode, before), _by_path(episode, after)
    changed = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    done: list[Path] = []
    try:
        for path in changed:
            _put(path, new.get(path))
            done.append(path)
    except EpisodeError:
        for path in done:
            with suppress(EpisodeError):
                _put(path, old.get(path))
        raise


def _by_path(episode: Episode, texts: Texts) -> dict[Path, bytes | None]:
    beside = episode.transcript.with_name
    return {
        **{beside(f"{episode.name}.{code}.txt"): body for code, body in texts.seconds},
        beside(f"{episode.name}.times.toml"): texts.times,
        beside(f"{episode.name}.toml"): texts.settings,
        episode.transcript: texts.transcript,
    }


def _put(path: Path, body: bytes | None) -> None:
    """Write a file, through a link where it is one; without a body, remove it."""
    try:
        real = path.resolve()
        if real.parent != path.parent.resolve() and path.is_symlink():
            raise InputError(
                "This file is a link to another folder; the studio writes nothing there.", "Put the file itself here.", where=path
            )
        if body is None:
            real.unlink(missing_ok=True)
            return
    except OSError as fault:
        raise fault_from(fault, path) from fault
    publish_bytes(real, body)
