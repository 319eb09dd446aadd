"""Which files an episode's music is in."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.audio.decode import SUFFIXES
from pipeline.errors import InputError
from pipeline.store import fault_from

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.settings.sound import Music

_MOST = 100


@dataclass(frozen=True, slots=True)
class MusicFiles:
    """The bed's files in the order they are played, and the stings."""

    bed: tuple[Path, ...] = ()
    intro: Path | None = None
    outro: Path | None = None

    @property
    def all(self) -> tuple[Path, ...]:
        """Every file, for digests."""
        return (*self.bed, *(path for path in (self.intro, self.outro) if path is not None))


def find_music(music: Music, folders: Sequence[Path]) -> MusicFiles:
    """Return the files the settings name, looked for in `folders` in order (the episode's assets, then the channel's).

    Nothing outside the folders is taken, whatever a name or a link says. Raises InputError for a name that is not there, or a folder
    without sound.
    """
    bed = _found(music.file, folders, "music.file") if music.file else _own(folders[:1])
    if bed is not None and bed.is_dir():
        files = _sounds(bed)
        if not files:
            raise InputError("There is no sound in this folder.", "Put MP3, M4A, FLAC or WAV files into it.", where=bed)
    else:
        files = () if bed is None else (bed,)
    stings = [_found(name, folders, f"music.{kind}") if name else None for kind, name in (("intro", music.intro), ("outro", music.outro))]
    return MusicFiles(files, *stings)


def _own(folders: Sequence[Path]) -> Path | None:
    """Return `music.mp3`, or with another ending, of the episode itself."""
    return next((path for folder in folders for path in _sounds(folder) if path.stem.lower() == "music"), None)


def _found(name: str, folders: Sequence[Path], key: str) -> Path:
    for folder in folders:
        path = folder / name
        try:
            inside = path.resolve().is_relative_to(folder.resolve())
            if inside and (path.is_file() or path.is_dir()):
                return path
        except (OSError, ValueError):  # a name no file can have
            continue
    there = [path.name for folder in folders for path in _sounds(folder)]
    near = difflib.get_close_matches(name[:255], there, n=1, cutoff=0.8)
    todo = f"Did you mean `{near[0]}`?" if near else "Put the file into the episode's assets, and name it by its path from there."
    raise InputError(f"`{key}` names `{name}`, which is not among the episode's assets.", todo, where=folders[0] if folders else None)


def _sounds(folder: Path) -> tuple[Path, ...]:
    try:
        here = sorted(folder.iterdir()) if folder.is_dir() else []
        inside = [path for path in here if path.suffix.lower() in SUFFIXES and path.is_file() and path.resolve().parent == folder.resolve()]
    except OSError as fault:
        raise fault_from(fault, folder) from fault
    return tuple(path for path in inside if not path.name.startswith("."))[:_MOST]
