"""A project behind a URL that fsspec opens (`s3://`, `file://` …), copied episode by episode.

Inputs and outputs are copied if they differ from what was copied last. A cache entry is looked up
locally first, then in the remote project. New entries are uploaded, so that no machine asks the
voice service for speech that another machine already has.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pipeline.atomic import publish_bytes
from pipeline.cache import Store
from pipeline.errors import EnvironmentFault, InputError
from pipeline.messages import message
from pipeline.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MAX_FILE_BYTES = 2_000_000_000
_MAX_NAME_CHARS = 80
_COPY_STAMPS_FILE = "remote.json"


class RemoteBackedStore(Store):
    """A local cache, backed by the cache of the remote project."""

    def __init__(self, root: Path, remote: RemoteProject) -> None:
        """Use a local folder and the remote project."""
        super().__init__(root)
        self._remote = remote

    def get(self, kind: str, key: str) -> bytes | None:
        """Return an entry's bytes, local or remote; None if neither has it undamaged."""
        body = super().get(kind, key)
        if (
            body is None
            and (raw := self._remote.read_bytes(self._remote_name(kind, key))) is not None
        ):
            publish_bytes(self.entry_path(kind, key), raw)
            body = super().get(kind, key)  # checked like any other entry
        return body

    def upload_new_entries(self) -> int:
        """Upload the entries that the remote project lacks; return their number."""
        sent = 0
        for kind, path, *_ in self.entries():
            name = self._remote_name(kind, path.name)
            if self._remote.is_unsent(name, path):
                self._remote.upload(name, path)
                sent += 1
        return sent

    @staticmethod
    def _remote_name(kind: str, key: str) -> str:
        return f".cache/{kind}/{key[:2]}/{key}"


@dataclass(slots=True)
class RemoteProject:
    """The project at a URL and its local copy; `copy_stamps` is each file's version when copied."""

    url: str
    project: Project
    filesystem: Any
    base_path: str
    copy_stamps: dict[str, list[Any]] = field(default_factory=dict)

    def transcript_names(self) -> tuple[str, ...]:
        """Return the file names of all transcripts, without translations."""
        for name, _ in self._list_files("transcript"):
            self.fetch_changed([name])
        return tuple(path.name for path in self.project.transcript_paths())

    def pull_episode(self, transcript: str) -> Path:
        """Download an episode's texts, settings and assets; return its transcript's path.

        Raises InputError, EnvironmentFault.
        """
        stem = PurePosixPath(transcript).stem
        names = [name for name, _ in self._list_files("transcript")]
        self.fetch_changed(
            name
            for name in names
            if PurePosixPath(name).name.startswith(f"{stem}.") or name == "transcript/lexicon.toml"
        )
        assets = [name for name, _ in self._list_files("assets")]
        self.fetch_changed(
            name for name in assets if name.startswith(f"assets/{stem}/") or name.count("/") == 1
        )
        self._delete_missing({*names, *assets})
        return self.project.transcript_folder / PurePosixPath(transcript).name

    def push_outputs(self, folder: Path, names: Iterable[str]) -> None:
        """Upload the outputs that changed since the last upload. Raises EnvironmentFault."""
        for name in names:
            path = folder / name
            remote_name = path.relative_to(self.project.root).as_posix()
            if self.is_unsent(remote_name, path) or not self.filesystem.exists(
                f"{self.base_path}/{remote_name}"
            ):
                self.upload(remote_name, path)
        self.save_copy_stamps()

    def fetch_changed(self, names: Iterable[str]) -> None:
        """Download the files that changed since they were last copied."""
        for name in names:
            local_path, version = self.project.root / _safe_name(name), self._remote_version(name)
            if self.copy_stamps.get(name) == version and local_path.is_file():
                continue
            raw = self.read_bytes(name)
            if raw is None:
                raise EnvironmentFault(message("batch.vanished"), where=f"{self.url}/{name}")
            publish_bytes(local_path, raw)
            self.copy_stamps[name] = version
        self.save_copy_stamps()

    def read_bytes(self, name: str) -> bytes | None:
        """Return a file's bytes, or None if it does not exist. Raises EnvironmentFault."""
        try:
            body: bytes = self.filesystem.cat_file(f"{self.base_path}/{name}")
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise self._access_fault(name, fault) from fault
        return body

    def upload(self, name: str, path: Path) -> None:
        """Upload a file, completely or not at all. Raises EnvironmentFault."""
        remote_path = f"{self.base_path}/{name}"
        try:
            self.filesystem.makedirs(remote_path.rpartition("/")[0], exist_ok=True)
            with self.filesystem.transaction, self.filesystem.open(remote_path, "wb") as file:
                file.write(path.read_bytes())
        except OSError as fault:
            raise self._access_fault(name, fault) from fault
        self.copy_stamps[f"sent {name}"] = _file_stamp(path)

    def is_unsent(self, name: str, path: Path) -> bool:
        """Return whether a local file differs from what was uploaded last."""
        return self.copy_stamps.get(f"sent {name}") != _file_stamp(path)

    def save_copy_stamps(self) -> None:
        """Save what was copied, for the next run on this machine."""
        publish_bytes(
            self.project.root / _COPY_STAMPS_FILE,
            json.dumps(self.copy_stamps, sort_keys=True).encode(),
        )

    def _list_files(self, folder: str) -> Iterator[tuple[str, int]]:
        """Yield the name in the project and the size of every remote file below a folder."""
        try:
            details_by_path: Mapping[str, Any] = self.filesystem.find(
                f"{self.base_path}/{folder}", detail=True
            )
        except FileNotFoundError:
            return
        except OSError as fault:
            raise self._access_fault(folder, fault) from fault
        for remote_path, details in sorted(details_by_path.items()):
            name = remote_path.removeprefix(self.base_path).lstrip("/")
            if (details.get("size") or 0) > _MAX_FILE_BYTES:
                problem = message("batch.file_too_large", gigabytes=_MAX_FILE_BYTES // 10**9)
                raise InputError(problem, where=f"{self.url}/{name}")
            yield name, details.get("size") or 0

    def _remote_version(self, name: str) -> list[Any]:
        return [str(self.filesystem.ukey(f"{self.base_path}/{name}"))]

    def _delete_missing(self, remote_names: set[str]) -> None:
        """Remove local copies of files that no longer exist, so that no old translation is used."""
        for name in [
            name
            for name in self.copy_stamps
            if name.startswith(("transcript/", "assets/")) and name not in remote_names
        ]:
            (self.project.root / _safe_name(name)).unlink(missing_ok=True)
            del self.copy_stamps[name]

    def _access_fault(self, name: str, fault: OSError) -> EnvironmentFault:
        problem = message("batch.no_access", reason=str(fault.strerror or fault))
        return EnvironmentFault(problem, where=f"{self.url}/{name}")


def open_remote_project(url: str, cache_folder: Path | None = None) -> RemoteProject:
    """Return the project at a URL.

    Its copy stays in `cache_folder`, by default `$EPISODE_CACHE` or the user's cache folder. Raises
    EnvironmentFault if the extra for such URLs is not installed, InputError for a wrong URL.
    """
    try:
        import fsspec
    except ImportError as fault:
        raise EnvironmentFault(message("batch.no_fsspec")) from fault
    try:
        files, base = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as fault:
        raise InputError(message("batch.cannot_open", url=url, reason=str(fault))) from fault
    cache_root = cache_folder or Path(
        os.environ.get("EPISODE_CACHE") or Path.home() / ".cache/episode"
    )
    root = cache_root / "remote" / hashlib.sha256(url.encode()).hexdigest()[:20]
    copy_stamps: dict[str, list[Any]] = {}
    with suppress(OSError, ValueError):
        copy_stamps = json.loads((root / _COPY_STAMPS_FILE).read_text("utf-8"))
    return RemoteProject(url, Project(root), files, base.rstrip("/"), copy_stamps)


def _safe_name(name: str) -> PurePosixPath:
    """Return a name that stays in its folder. Raises InputError for any other."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise InputError(message("batch.bad_file_name", name=repr(name[:_MAX_NAME_CHARS])))
    return path


def _file_stamp(path: Path) -> list[Any]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]
