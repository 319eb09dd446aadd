"""Which files an episode's music is in."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.audio.decoder import AUDIO_SUFFIXES
from pipeline.errors import InputError, environment_fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.settings.sections import MusicSettings

_MAX_FILES = 100


@dataclass(frozen=True, slots=True)
class MusicFiles:
    """The bed's files in the order they are played, and the stings."""

    bed: tuple[Path, ...] = ()
    intro: Path | None = None
    outro: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file, for digests."""
        return (*self.bed, *(path for path in (self.intro, self.outro) if path is not None))


def find_music_files(music: MusicSettings, folders: Sequence[Path]) -> MusicFiles:
    """Return the files the settings name, looked for in `folders` in order (the episode's assets, then the channel's).

    Nothing outside the folders is taken, whatever a name or a link says. Raises InputError for a name that is not there, or a folder
    without sound.
    """
    bed = (
        _resolve_setting(music.file, folders, "music.file")
        if music.file
        else _find_episode_music(folders[:1])
    )
    if bed is not None and bed.is_dir():
        files = _list_audio_files(bed)
        if not files:
            raise InputError(
                "There is no sound in this folder.",
                "Put MP3, M4A, FLAC or WAV files into it.",
                where=bed,
            )
    else:
        files = () if bed is None else (bed,)
    stings = [
        _resolve_setting(name, folders, f"music.{kind}") if name else None
        for kind, name in (("intro", music.intro), ("outro", music.outro))
    ]
    return MusicFiles(files, *stings)


def _find_episode_music(folders: Sequence[Path]) -> Path | None:
    """Return `music.mp3`, or with another ending, of the episode itself."""
    return next(
        (
            path
            for folder in folders
            for path in _list_audio_files(folder)
            if path.stem.lower() == "music"
        ),
        None,
    )


def _resolve_setting(name: str, folders: Sequence[Path], setting_key: str) -> Path:
    for folder in folders:
        path = folder / name
        try:
            is_inside = path.resolve().is_relative_to(folder.resolve())
            if is_inside and (path.is_file() or path.is_dir()):
                return path
        except (OSError, ValueError):  # a name no file can have
            continue
    available_names = [path.name for folder in folders for path in _list_audio_files(folder)]
    close_names = difflib.get_close_matches(name[:255], available_names, n=1, cutoff=0.8)
    remedy = (
        f"Did you mean `{close_names[0]}`?"
        if close_names
        else "Put the file into the episode's assets, and name it by its path from there."
    )
    raise InputError(
        f"`{setting_key}` names `{name}`, which is not among the episode's assets.",
        remedy,
        where=folders[0] if folders else None,
    )


def _list_audio_files(folder: Path) -> tuple[Path, ...]:
    try:
        entries = sorted(folder.iterdir()) if folder.is_dir() else []
        audio_paths = [
            path
            for path in entries
            if path.suffix.lower() in AUDIO_SUFFIXES
            and path.is_file()
            and path.resolve().parent == folder.resolve()
        ]
    except OSError as fault:
        raise environment_fault(fault, folder) from fault
    return tuple(path for path in audio_paths if not path.name.startswith("."))[:_MAX_FILES]
