"""A project behind a URL (anything fsspec opens: `s3://`, `file://` …): brought here an episode at a time, worked on, and sent back.

Inputs and outputs are copied where they differ from what was copied last. The cache is looked into entry by entry: here first, then
there; what is made here is sent there, so that no machine asks the voice service for what another has heard.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pipeline.errors import EnvironmentFault, InputError
from pipeline.project import Project
from pipeline.store import Store, publish_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_LARGEST = 2_000_000_000
_NOTE = "remote.json"


class SharedStore(Store):
    """Entries here, backed by the same entries there."""

    def __init__(self, root: Path, remote: Remote) -> None:
        """Use a folder here and the project there."""
        super().__init__(root)
        self._remote = remote

    def get(self, kind: str, key: str) -> bytes | None:
        """Return an entry's bytes from here or else from there; None where neither has it whole."""
        body = super().get(kind, key)
        if body is None and (raw := self._remote.read(self._there(kind, key))) is not None:
            publish_bytes(self.path(kind, key), raw)
            body = super().get(kind, key)  # checked as any other
        return body

    def send(self) -> int:
        """Send what is here and not there; return how many entries that were."""
        sent = 0
        for kind, path, *_ in self.entries():
            name = self._there(kind, path.name)
            if self._remote.new(name, path):
                self._remote.write(name, path)
                sent += 1
        return sent

    @staticmethod
    def _there(kind: str, key: str) -> str:
        return f".cache/{kind}/{key[:2]}/{key}"


@dataclass(slots=True)
class Remote:
    """The project at a URL, and the folder here that stands for it; `copied` is how each file looked when it was last copied."""

    url: str
    project: Project
    files: Any
    base: str
    copied: dict[str, list[Any]] = field(default_factory=dict)

    def transcripts(self) -> tuple[str, ...]:
        """Return the file names of all transcripts there, translations not among them."""
        for name, _ in self._listed("transcript"):
            self.fetch([name])
        return tuple(path.name for path in self.project.episodes())

    def pull(self, transcript: str) -> Path:
        """Bring an episode's texts, settings and assets here; return its transcript's path. Raises InputError, EnvironmentFault."""
        stem = PurePosixPath(transcript).stem
        names = [name for name, _ in self._listed("transcript")]
        self.fetch(name for name in names if PurePosixPath(name).name.startswith(f"{stem}.") or name == "transcript/lexicon.toml")
        assets = [name for name, _ in self._listed("assets")]
        self.fetch(name for name in assets if name.startswith(f"assets/{stem}/") or name.count("/") == 1)
        self._forget_gone({*names, *assets})
        return self.project.transcripts / PurePosixPath(transcript).name

    def push(self, folder: Path, names: Iterable[str]) -> None:
        """Send outputs there, each where it is not what was sent last. Raises EnvironmentFault."""
        for name in names:
            path = folder / name
            there = path.relative_to(self.project.root).as_posix()
            if self.new(there, path) or not self.files.exists(f"{self.base}/{there}"):
                self.write(there, path)
        self.save()

    def fetch(self, names: Iterable[str]) -> None:
        """Copy files here where they look otherwise than when they were last copied."""
        for name in names:
            here, look = self.project.root / _safe(name), self._look(name)
            if self.copied.get(name) == look and here.is_file():
                continue
            raw = self.read(name)
            if raw is None:
                raise EnvironmentFault("It went away while it was being copied.", "Run again.", where=f"{self.url}/{name}")
            publish_bytes(here, raw)
            self.copied[name] = look
        self.save()

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is none. Raises EnvironmentFault."""
        try:
            body: bytes = self.files.cat_file(f"{self.base}/{name}")
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise self._fault(name, fault) from fault
        return body

    def write(self, name: str, path: Path) -> None:
        """Put a file there, whole or not at all. Raises EnvironmentFault."""
        place = f"{self.base}/{name}"
        try:
            self.files.makedirs(place.rpartition("/")[0], exist_ok=True)
            with self.files.transaction, self.files.open(place, "wb") as file:
                file.write(path.read_bytes())
        except OSError as fault:
            raise self._fault(name, fault) from fault
        self.copied[f"sent {name}"] = _stamp(path)

    def new(self, name: str, path: Path) -> bool:
        """Tell whether a file here is not what was sent last."""
        return self.copied.get(f"sent {name}") != _stamp(path)

    def save(self) -> None:
        """Keep what was copied, for the next run on this machine."""
        publish_bytes(self.project.root / _NOTE, json.dumps(self.copied, sort_keys=True).encode())

    def _listed(self, folder: str) -> Iterator[tuple[str, int]]:
        """Yield every file below a folder there by its name in the project, with its size."""
        try:
            found: Mapping[str, Any] = self.files.find(f"{self.base}/{folder}", detail=True)
        except FileNotFoundError:
            return
        except OSError as fault:
            raise self._fault(folder, fault) from fault
        for place, seen in sorted(found.items()):
            name = place.removeprefix(self.base).lstrip("/")
            if (seen.get("size") or 0) > _LARGEST:
                raise InputError(f"The file is larger than {_LARGEST // 10**9} GB.", where=f"{self.url}/{name}")
            yield name, seen.get("size") or 0

    def _look(self, name: str) -> list[Any]:
        return [str(self.files.ukey(f"{self.base}/{name}"))]

    def _forget_gone(self, there: set[str]) -> None:
        """Remove files here that are no longer there, so that a translation taken away is taken away."""
        for name in [name for name in self.copied if name.startswith(("transcript/", "assets/")) and name not in there]:
            (self.project.root / _safe(name)).unlink(missing_ok=True)
            del self.copied[name]

    def _fault(self, name: str, fault: OSError) -> EnvironmentFault:
        return EnvironmentFault(
            f"{fault.strerror or fault}.", "Look at the address and the keys, then run again.", where=f"{self.url}/{name}"
        )


def remote_at(url: str, near: Path | None = None) -> Remote:
    """Return the project at a URL. What is copied of it stays in `near` (by default below `$EPISODE_CACHE` or the user's cache folder).

    Raises EnvironmentFault where the extra for such URLs is not installed, InputError for a URL nobody can open.
    """
    try:
        import fsspec
    except ImportError as fault:
        raise EnvironmentFault("fsspec is not installed.", "Run: python -m pip install 'episode-pipeline[remote]'") from fault
    try:
        files, base = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as fault:
        raise InputError(f"{url} cannot be opened: {fault}.", "For example s3://bucket/project or file:///folder.") from fault
    home = near or Path(os.environ.get("EPISODE_CACHE") or Path.home() / ".cache/episode")
    root = home / "remote" / hashlib.sha256(url.encode()).hexdigest()[:20]
    copied: dict[str, list[Any]] = {}
    with suppress(OSError, ValueError):
        copied = json.loads((root / _NOTE).read_text("utf-8"))
    return Remote(url, Project(root), files, base.rstrip("/"), copied)


def _safe(name: str) -> PurePosixPath:
    """Return a name that stays in its folder. Raises InputError for another."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise InputError(f"{name[:80]!r} is no name for a file of a project.", "Rename it.")
    return path


def _stamp(path: Path) -> list[Any]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]
