"""Episodes on disk: which files belong to an episode, and where its outputs and the cache go."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError, environment_fault

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
TRANSCRIPT_SUFFIXES = (".txt", ".srt", ".vtt", ".ass")
MAX_SUBTITLE_BYTES = 20_000_000
"""Bytes of the largest subtitle file read; foreign ones are parsed whole."""

_MAX_TEXT_BYTES = 200_000_000
_MAX_NAME_BYTES = 200
"""Bytes: file systems allow 255, of which the longest ending and a temporary name take their part."""


@dataclass(frozen=True, slots=True)
class Episode:
    """The files of one episode.

    `seconds` are its translations by language code, in the order of their codes; `times` holds a person's corrections.
    """

    name: str
    transcript: Path
    settings: Path | None
    translations: tuple[tuple[str, Path], ...]
    lexicon: Path | None
    corrections: Path | None
    assets: Path
    output: Path


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with `transcript/`, `assets/` and `output/`; the cache is `.cache/` there, or `$EPISODE_CACHE`."""

    root: Path

    @property
    def transcript_folder(self) -> Path:
        """Folder of the episodes' texts."""
        return self.root / "transcript"

    @property
    def assets(self) -> Path:
        """Folder of the episodes' slides and music, one folder an episode, and of the channel's theme."""
        return self.root / "assets"

    @property
    def output(self) -> Path:
        """Folder everything made goes into, one folder an episode."""
        return self.root / "output"

    @property
    def cache(self) -> Path:
        """Folder of everything kept between runs."""
        override = os.environ.get("EPISODE_CACHE")
        return Path(override) if override else self.root / ".cache"

    def episode(self, transcript: Path) -> Episode:
        """Return the episode a transcript belongs to. Raises InputError where it is no readable text of an allowed kind."""
        path = transcript if transcript.is_absolute() else self._locate_transcript(transcript)
        if path.suffix.lower() not in TRANSCRIPT_SUFFIXES:
            kinds = ", ".join(TRANSCRIPT_SUFFIXES)
            raise InputError(
                f"A transcript ends in one of {kinds}.",
                "Save the text as .txt, one subtitle line a row.",
                where=transcript,
            )
        name = path.stem
        if name.strip(". ") == "" or name.startswith("."):
            raise InputError(
                "An episode needs a name that does not begin with a dot.",
                "Rename the transcript.",
                where=transcript,
            )
        if len(os.fsencode(name)) > _MAX_NAME_BYTES:
            short = f"{name[:20]}…{transcript.suffix}"
            raise InputError(
                f"The name has more than {_MAX_NAME_BYTES} bytes, and outputs add to it.",
                "Choose a shorter one.",
                where=short,
            )
        if not path.exists():
            raise InputError("There is no such file.", self._transcripts_hint(), where=transcript)
        if not path.is_file():
            raise InputError(
                "This is not a file.", "Name the transcript's text file.", where=transcript
            )
        return Episode(
            name=name,
            transcript=path,
            settings=_file_or_none(path.with_name(f"{name}.toml")),
            translations=tuple(_translation_files(path)),
            lexicon=_file_or_none(path.with_name("lexicon.toml")),
            corrections=_file_or_none(path.with_name(f"{name}.times.toml")),
            assets=self.assets / name,
            output=self.output / name,
        )

    def transcript_paths(self) -> tuple[Path, ...]:
        """Return every transcript of the project, in order of name; translations are not transcripts."""
        if not self.transcript_folder.is_dir():
            return ()
        texts = sorted(
            path
            for path in self.transcript_folder.iterdir()
            if path.suffix.lower() == ".txt" and path.is_file()
        )
        names = {path.stem for path in texts}
        return tuple(
            path
            for path in texts
            if not path.name.startswith(".") and not _is_translation(path.stem, names)
        )

    def _locate_transcript(self, transcript: Path) -> Path:
        """Return a relative transcript below the current folder, or else below the project."""
        local_path = Path.cwd() / transcript
        return (
            local_path if local_path.exists() or self.root == Path.cwd() else self.root / transcript
        )

    def _transcripts_hint(self) -> str:
        names = [f"transcript/{path.name}" for path in self.transcript_paths()]
        return (
            f"There are: {', '.join(names[:5])}."
            if names
            else "Put a text into transcript/, one subtitle line a row."
        )


def read_file(path: Path, max_bytes: int = _MAX_TEXT_BYTES) -> bytes:
    """Return a text file's bytes. Raises InputError where it is larger than `most` bytes, EnvironmentFault where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as fault:
        raise environment_fault(fault, path) from fault
    if len(data) > max_bytes:
        raise InputError(
            f"The file is larger than {max_bytes // 1_000_000} MB.",
            "A transcript is text, one subtitle line a row.",
            where=path,
        )
    return data


def _file_or_none(path: Path) -> Path | None:
    return path if path.is_file() else None


def _translation_files(transcript: Path) -> list[tuple[str, Path]]:
    translations = []
    for path in sorted(transcript.parent.iterdir()):
        head, _, language = path.stem.rpartition(".")
        if (
            path.suffix == ".txt"
            and head == transcript.stem
            and LANGUAGE_CODE.fullmatch(language)
            and path.is_file()
        ):
            translations.append((language, path))
    return translations


def _is_translation(stem: str, names: set[str]) -> bool:
    head, _, language = stem.rpartition(".")
    return head in names and LANGUAGE_CODE.fullmatch(language) is not None
