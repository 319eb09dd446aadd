"""Episodes on disk: which files belong to an episode, and where its outputs and the cache go."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.store import fault_from

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
TRANSCRIPT_SUFFIXES = (".txt", ".srt", ".vtt", ".ass")
LARGEST_SUBTITLES = 20_000_000
"""Bytes of the largest subtitle file read; foreign ones are parsed whole."""

_LARGEST_TEXT = 200_000_000
_LONGEST_NAME = 200
"""Bytes: file systems allow 255, of which the longest ending and a temporary name take their part."""


@dataclass(frozen=True, slots=True)
class Episode:
    """The files of one episode.

    `seconds` are its translations by language code, in the order of their codes; `times` holds a person's corrections.
    """

    name: str
    transcript: Path
    settings: Path | None
    seconds: tuple[tuple[str, Path], ...]
    lexicon: Path | None
    times: Path | None
    assets: Path
    output: Path


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with `transcript/`, `assets/` and `output/`; the cache is `.cache/` there, or `$EPISODE_CACHE`."""

    root: Path

    @property
    def transcripts(self) -> Path:
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
        named = os.environ.get("EPISODE_CACHE")
        return Path(named) if named else self.root / ".cache"

    def episode(self, transcript: Path) -> Episode:
        """Return the episode a transcript belongs to. Raises InputError where it is no readable text of an allowed kind."""
        path = transcript if transcript.is_absolute() else self._found(transcript)
        if path.suffix.lower() not in TRANSCRIPT_SUFFIXES:
            kinds = ", ".join(TRANSCRIPT_SUFFIXES)
            raise InputError(f"A transcript ends in one of {kinds}.", "Save the text as .txt, one subtitle line a row.", where=transcript)
        name = path.stem
        if name.strip(". ") == "" or name.startswith("."):
            raise InputError("An episode needs a name that does not begin with a dot.", "Rename the transcript.", where=transcript)
        if len(os.fsencode(name)) > _LONGEST_NAME:
            short = f"{name[:20]}…{transcript.suffix}"
            raise InputError(f"The name has more than {_LONGEST_NAME} bytes, and outputs add to it.", "Choose a shorter one.", where=short)
        if not path.exists():
            raise InputError("There is no such file.", self._offer(), where=transcript)
        if not path.is_file():
            raise InputError("This is not a file.", "Name the transcript's text file.", where=transcript)
        return Episode(
            name=name,
            transcript=path,
            settings=_existing(path.with_name(f"{name}.toml")),
            seconds=tuple(_translations(path)),
            lexicon=_existing(path.with_name("lexicon.toml")),
            times=_existing(path.with_name(f"{name}.times.toml")),
            assets=self.assets / name,
            output=self.output / name,
        )

    def episodes(self) -> tuple[Path, ...]:
        """Return every transcript of the project, in order of name; translations are not transcripts."""
        if not self.transcripts.is_dir():
            return ()
        texts = sorted(path for path in self.transcripts.iterdir() if path.suffix.lower() == ".txt" and path.is_file())
        names = {path.stem for path in texts}
        return tuple(path for path in texts if not path.name.startswith(".") and not _is_translation(path.stem, names))

    def _found(self, transcript: Path) -> Path:
        """Return a relative transcript below the current folder, or else below the project."""
        here = Path.cwd() / transcript
        return here if here.exists() or self.root == Path.cwd() else self.root / transcript

    def _offer(self) -> str:
        names = [f"transcript/{path.name}" for path in self.episodes()]
        return f"There are: {', '.join(names[:5])}." if names else "Put a text into transcript/, one subtitle line a row."


def read_file(path: Path, most: int = _LARGEST_TEXT) -> bytes:
    """Return a text file's bytes. Raises InputError where it is larger than `most` bytes, EnvironmentFault where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as fault:
        raise fault_from(fault, path) from fault
    if len(data) > most:
        raise InputError(f"The file is larger than {most // 1_000_000} MB.", "A transcript is text, one subtitle line a row.", where=path)
    return data


def _existing(path: Path) -> Path | None:
    return path if path.is_file() else None


def _translations(transcript: Path) -> list[tuple[str, Path]]:
    found = []
    for path in sorted(transcript.parent.iterdir()):
        head, _, language = path.stem.rpartition(".")
        if path.suffix == ".txt" and head == transcript.stem and LANGUAGE.fullmatch(language) and path.is_file():
            found.append((language, path))
    return found


def _is_translation(stem: str, names: set[str]) -> bool:
    head, _, language = stem.rpartition(".")
    return head in names and LANGUAGE.fullmatch(language) is not None
