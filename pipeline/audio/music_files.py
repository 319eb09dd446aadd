"""Finds the music files of an episode."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.audio.decoder import AUDIO_SUFFIXES
from pipeline.errors import InputError, environment_fault
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.settings.sections import MusicSettings

_MAX_FILES = 100  # files of one folder that are used


@dataclass(frozen=True, slots=True)
class MusicFiles:
    """The files of the music bed in playing order, and those of the stings."""

    bed: tuple[Path, ...] = ()
    intro: Path | None = None
    outro: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files."""
        return (*self.bed, *(path for path in (self.intro, self.outro) if path is not None))


def find_music_files(music: MusicSettings, folders: Sequence[Path]) -> MusicFiles:
    """Return the files that the settings name.

    They are looked up in `folders` in order: the episode's assets, then the channel's. A name or
    link that leads outside these folders is not followed. Raises InputError if a name is not found,
    or a folder contains no audio files.
    """
    bed = (
        _resolve_setting(music.file, folders, "music.file")
        if music.file
        else _find_episode_music(folders[:1])
    )
    if bed is not None and bed.is_dir():
        files = _list_audio_files(bed)
        if not files:
            raise InputError(message("audio.no_audio_in_folder"), where=bed)
    else:
        files = () if bed is None else (bed,)
    stings = [
        _resolve_setting(name, folders, f"music.{kind}") if name else None
        for kind, name in (("intro", music.intro), ("outro", music.outro))
    ]
    return MusicFiles(files, *stings)


def _find_episode_music(folders: Sequence[Path]) -> Path | None:
    """Return the episode's own file called `music`, such as `music.mp3`, or None."""
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
        except (OSError, ValueError):  # not a valid file name
            continue
    available_names = [path.name for folder in folders for path in _list_audio_files(folder)]
    close_names = difflib.get_close_matches(name[:255], available_names, n=1, cutoff=0.8)
    remedy = (
        message("audio.did_you_mean", name=close_names[0])
        if close_names
        else message("audio.put_into_assets")
    )
    raise InputError(
        message("audio.music_not_found", setting=setting_key, name=name),
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
