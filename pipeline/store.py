"""Content-addressed cache entries and atomic publishing.

An entry is one file: a header line with the SHA-256 and the length of what follows, then the bytes. It is checked whenever it is
read; what does not match is removed and counts as absent, so a damaged cache costs time and never a wrong result.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAGIC = b"episode-entry 1"
_DAY_S = 86_400
_INCOMING = "incoming"
"""Folder for entries that are being written, so that what a killed run left is found without walking the whole cache."""

_MARGIN = 8_000_000
TEMPORARY_PREFIX = ".tmp-"


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def digest(*parts: object) -> str:
    """Return a SHA-256 in hex over JSON-able parts (bytes count as their own digest)."""

    def plain(value: object) -> object:
        if isinstance(value, bytes | bytearray | memoryview):
            return {"sha256": hashlib.sha256(value).hexdigest()}
        return str(value)

    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Store:
    """Cache entries below one folder, by kind and key; safe for several processes at once."""

    def __init__(self, root: Path) -> None:
        """Use `root`; it is made at the first write."""
        self.root = root

    def path(self, kind: str, key: str) -> Path:
        """Return where an entry of a kind is kept."""
        return self.root / kind / key[:2] / key

    def get(self, kind: str, key: str) -> bytes | None:
        """Return an entry's bytes, or None where there is none or it is damaged (it is then removed)."""
        path = self.path(kind, key)
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise fault_from(fault, path) from fault
        head, _, body = raw.partition(b"\n")
        if head == _header(body):
            _used(path)
            return body
        with suppress(OSError):
            path.unlink()
        return None

    def put(self, kind: str, key: str, body: bytes) -> None:
        """Keep an entry; a reader sees all of it or nothing. Raises EnvironmentFault.

        It is not flushed: one that a power cut tears is found by its digest and made again (flushing 200 takes 2 s on a busy disk).
        """
        publish(self.path(kind, key), lambda path: _write(path, _header(body) + b"\n" + body), flush=False, beside=self.root / _INCOMING)

    def sweep(self) -> None:
        """Remove what runs that were killed left half written; an entry takes far less than a day to write."""
        sweep(self.root / _INCOMING, _DAY_S)
        for folder in (self.root / "ledgers", self.root / "work"):
            sweep(folder, _DAY_S)

    def entries(self) -> Iterator[tuple[str, Path, int, float]]:
        """Yield every entry: its kind, its path, its size in bytes, when it was last used (seconds since the epoch)."""
        if not self.root.is_dir():
            return
        for path in sorted(self.root.glob("*/??/*")):
            if path.is_file() and path.name.startswith(path.parent.name):
                found = path.stat()
                yield path.parent.parent.name, path, found.st_size, found.st_mtime


def _used(path: Path) -> None:
    """Note that an entry was used today, for whoever prunes the cache; once a day is enough."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > _DAY_S:
            path.touch()


def _header(body: bytes) -> bytes:
    return b"%s %s %d" % (_MAGIC, hashlib.sha256(body).hexdigest().encode(), len(body))


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)


def publish(
    path: Path,
    write: Callable[[Path], None],
    check: Callable[[Path], None] | None = None,
    *,
    flush: bool = True,
    beside: Path | None = None,
) -> None:
    """Make a file appear whole or not at all: temporary name in the same folder, write, check, flush, rename, flush the folder.

    The temporary name keeps the suffix, since media tools choose by it; it is in `beside` instead where that is given, which must be on
    the same file system. Raises EnvironmentFault where the disk or the folder refuses,
    and whatever `write` and `check` raise; nothing is left behind then.
    """
    try:
        for folder in {path.parent, beside or path.parent}:
            folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=path.suffix, dir=beside or path.parent)
        os.close(handle)
    except OSError as fault:
        raise fault_from(fault, path) from fault
    temporary = Path(name)
    try:
        write(temporary)
        if check is not None:
            check(temporary)
        if flush:
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
        if flush:
            _flush_folder(path.parent)
    except OSError as fault:
        raise fault_from(fault, path) from fault
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def publish_bytes(path: Path, data: bytes, beside: Path | None = None) -> None:
    """Publish a file of known bytes (see `publish`); one that already holds them is left untouched. Raises EnvironmentFault."""
    with suppress(OSError):
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return
    publish(path, lambda temporary: _write(temporary, data), beside=beside)


def sweep(folder: Path, older_s: float = 0) -> None:
    """Remove temporary files and folders that a killed run left in a folder, where they are older than some seconds.

    With no age, whoever calls it must hold the lock of whatever writes there.
    """
    with suppress(OSError):
        for stale in folder.glob(f"{TEMPORARY_PREFIX}*"):
            if time.time() - stale.lstat().st_mtime < older_s:
                continue
            if stale.is_dir() and not stale.is_symlink():
                shutil.rmtree(stale, ignore_errors=True)
            else:
                stale.unlink(missing_ok=True)


def room_for(place: Path, needed: int) -> None:
    """Raise EnvironmentFault where the disk of a folder (or of the nearest one above it) lacks room for so many bytes and a margin."""
    folder = next(path for path in (place, *place.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    if free < needed + _MARGIN:
        megabytes = f"{free / 1e6:.0f} MB are free and about {(needed + _MARGIN) / 1e6:.0f} MB needed"
        raise EnvironmentFault(
            f"There is too little room on the disk: {megabytes}.",
            "Free some space and run again; nothing already made is lost.",
            where=place,
        )


def _flush_folder(folder: Path) -> None:
    """Make a rename last through a power cut (folders cannot be opened on Windows: there the rename must do)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fault_from(fault: OSError, path: Path) -> EnvironmentFault:
    """Return the sentence for an operating system's refusal."""
    import errno

    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        return EnvironmentFault("The disk is full.", "Free some space and run again; nothing already made is lost.", where=path)
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return EnvironmentFault("This place cannot be written or read.", "Allow it, or choose another folder.", where=path)
    return EnvironmentFault(f"{fault.strerror or fault}.", "Look at the folder and run again.", where=path)
