"""Episodes on disk: which files belong to an episode, where its outputs and the cache go."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError, environment_fault
from pipeline.messages import message
from pipeline.subtitles.formats.format_table import readable_suffixes
from pipeline.text.documents import document_suffixes

if TYPE_CHECKING:
    from pipeline.messages import Message

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
MAX_SUBTITLE_BYTES = 20_000_000
"""Bytes of the largest subtitle file that is read; it is parsed as a whole."""

_TRANSCRIPT_FOLDER = "transcript"
_TEXT_SUFFIX = ".txt"
_MAX_TEXT_BYTES = 200_000_000
_MAX_SUGGESTED_NAMES = 5
_MAX_NAME_BYTES = 200
"""File systems allow 255 bytes, of which suffixes and the prefix of temporary names need some."""


@dataclass(frozen=True, slots=True)
class Episode:
    """The files of one episode.

    `translations` are sorted by language code. `corrections` is the file of a person's times.
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
    """A folder with `transcript/`, `assets/` and `output/`.

    The cache is `.cache/` there, or the folder that `$EPISODE_CACHE` names.
    """

    root: Path

    @property
    def transcript_folder(self) -> Path:
        """Folder of the episodes' texts."""
        return self.root / _TRANSCRIPT_FOLDER

    @property
    def assets(self) -> Path:
        """Folder of slides and music, with one folder per episode, and of the channel's theme."""
        return self.root / "assets"

    @property
    def output(self) -> Path:
        """Folder of the outputs, with one folder per episode."""
        return self.root / "output"

    @property
    def cache(self) -> Path:
        """Folder of everything that is kept between runs."""
        override = os.environ.get("EPISODE_CACHE")
        return Path(override) if override else self.root / ".cache"

    def episode(self, transcript: Path) -> Episode:
        """Return the episode of a transcript.

        Raises InputError if the transcript does not exist or is not of a known kind.
        """
        path = self._locate_transcript(transcript)
        if not path.suffix and not path.exists():
            problem = message("project.no_such_file")
            raise InputError(problem, self._transcripts_hint(transcript), where=transcript)
        if path.suffix.lower() not in transcript_suffixes():
            kinds = ", ".join(transcript_suffixes())
            raise InputError(message("project.wrong_suffix", suffixes=kinds), where=transcript)
        name = path.stem
        if name.strip(". ") == "" or name.startswith("."):
            raise InputError(message("project.no_name"), where=transcript)
        if len(os.fsencode(name)) > _MAX_NAME_BYTES:
            short_name = f"{name[:20]}…{transcript.suffix}"
            raise InputError(
                message("project.name_too_long", limit=_MAX_NAME_BYTES), where=short_name
            )
        if not path.exists():
            problem = message("project.no_such_file")
            raise InputError(problem, self._transcripts_hint(transcript), where=transcript)
        if not path.is_file():
            raise InputError(message("project.not_a_file"), where=transcript)
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
        """Return the transcripts of the project in order of name, without translations.

        Of files of one name, the first kind of `transcript_suffixes` is the transcript. A README
        and what `check --fix` writes are none.
        """
        if not self.transcript_folder.is_dir():
            return ()
        kinds = {suffix: index for index, suffix in enumerate(transcript_suffixes())}
        texts = sorted(
            (
                path
                for path in self.transcript_folder.iterdir()
                if path.suffix.lower() in kinds and path.is_file()
            ),
            key=lambda path: (path.stem, kinds[path.suffix.lower()]),
        )
        by_name: dict[str, Path] = {}
        for path in texts:
            by_name.setdefault(path.stem, path)
        return tuple(
            path
            for name, path in by_name.items()
            if not name.startswith((".", "~$"))
            and not _is_translation(name, set(by_name))
            and not name.endswith(".fixed")
            and name.lower() != "readme"
        )

    def _locate_transcript(self, transcript: Path) -> Path:
        """Return the file that a path or a bare name means; the path itself if there is none.

        It is looked up in the current folder, in the project and in its `transcript/`, as it is
        written and with the suffixes of transcripts.
        """
        places = [Path.cwd() / transcript, self.root / transcript]
        if not transcript.is_absolute() and transcript.name == str(transcript):
            places.append(self.transcript_folder / transcript)
        suffixes = transcript_suffixes()
        written = [path for path in places if path.is_file()]
        completed = [
            path.with_name(path.name + suffix)
            for path in (reversed(places) if transcript.suffix not in suffixes else ())
            for suffix in suffixes
        ]
        found = next((path for path in (*written, *completed) if path.is_file()), None)
        return found or next((path for path in places if path.exists()), places[0])

    def _transcripts_hint(self, transcript: Path) -> Message:
        """Return which transcripts there are, those with a similar name first."""
        names = [path.name for path in self.transcript_paths()]
        if not names:
            return message("project.no_transcripts")
        similar = difflib.get_close_matches(transcript.stem, [Path(name).stem for name in names])
        names.sort(key=lambda name: Path(name).stem not in similar)
        shown = ", ".join(f"transcript/{name}" for name in names[:_MAX_SUGGESTED_NAMES])
        return message("project.there_are", names=shown)


def transcript_suffixes() -> tuple[str, ...]:
    """Return the endings of files that can be transcripts, plain text first."""
    return (_TEXT_SUFFIX, *document_suffixes(), *readable_suffixes())


def find_project(transcript: Path | None = None, folder: Path | None = None) -> Project:
    """Return the project in `folder`, else that of a transcript, else that around the current one.

    The project of a transcript is the folder above the `transcript/` in which it lies. Without such
    a folder, and for a bare name, it is the nearest folder from the current one upwards that has a
    `transcript/`; the current folder if none has.
    """
    if folder is not None:
        return Project(folder.absolute())
    around = _transcript_folder_around(_absolute(transcript)) if transcript is not None else None
    if around is not None and around.is_dir():
        return Project(around.parent)
    here = Path.cwd()
    return Project(
        next((at for at in (here, *here.parents) if (at / _TRANSCRIPT_FOLDER).is_dir()), here)
    )


def project_notice(episode: Episode) -> Message | None:
    """Return what a person is told of a transcript that lies outside its project's folder."""
    root = episode.output.parent.parent
    if root / _TRANSCRIPT_FOLDER in _absolute(episode.transcript).parents:
        return None
    return message("project.taken_as_project", file=episode.transcript.name, folder=str(root))


def misnamed_translation_notices(episode: Episode) -> tuple[Message, ...]:
    """Return which files beside a transcript look like its translations under a wrong name."""
    pattern = re.compile(
        rf"{re.escape(episode.name)}(?:[.](?P<code>[A-Z]{{2,3}})|[-_ ](?P<other>en))"
    )
    matches = (
        (path, pattern.fullmatch(path.stem))
        for path in sorted(episode.transcript.parent.glob("*.[tT][xX][tT]"))
    )
    return tuple(
        message(
            "project.misnamed_translation",
            file=path.name,
            name=f"{episode.name}.{(match['code'] or match['other']).lower()}.txt",
        )
        for path, match in matches
        if match
    )


def _transcript_folder_around(path: Path) -> Path | None:
    return next((folder for folder in path.parents if folder.name == _TRANSCRIPT_FOLDER), None)


def _absolute(path: Path) -> Path:
    """Return a path from the root without `..`; links stay as they are written."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow links


def read_file(path: Path, max_bytes: int = _MAX_TEXT_BYTES) -> bytes:
    """Return a text file's bytes.

    Raises InputError if there are more than `max_bytes`, EnvironmentFault if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as fault:
        raise environment_fault(fault, path) from fault
    if len(data) > max_bytes:
        megabytes = max_bytes // 1_000_000
        raise InputError(message("project.file_too_large", megabytes=megabytes), where=path)
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
