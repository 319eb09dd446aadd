"""Cache entries by content.

An entry is one file: a header line with the SHA-256 and the length of the rest, then the bytes. It
is checked whenever it is read. An entry that does not match is removed and counts as absent, so a
damaged cache costs time but never gives a wrong result.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.atomic import publish, remove_stale_temporaries, write_bytes
from pipeline.errors import environment_fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENTRY_MAGIC = b"episode-entry 1"
_DAY_S = 86_400
_INCOMING_FOLDER = "incoming"
"""Folder of entries being written, where the remains of killed runs are found quickly."""


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces."""
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()


def digest(*parts: object) -> str:
    """Return a SHA-256 in hex over JSON-able parts (bytes count as their own digest)."""

    def json_value(value: object) -> object:
        if isinstance(value, bytes | bytearray | memoryview):
            return {"sha256": hashlib.sha256(value).hexdigest()}
        return str(value)

    text = json.dumps(
        parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=json_value
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Store:
    """Cache entries below one folder, by kind and key; safe for several processes at once."""

    def __init__(self, root: Path) -> None:
        """Use `root`; it is created at the first write."""
        self.root = root

    def entry_path(self, kind: str, key: str) -> Path:
        """Return where an entry of a kind is kept."""
        return self.root / kind / key[:2] / key

    def get(self, kind: str, key: str) -> bytes | None:
        """Return an entry's bytes, or None if it does not exist or is damaged."""
        path = self.entry_path(kind, key)
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise environment_fault(fault, path) from fault
        header, _, body = raw.partition(b"\n")
        if header == _entry_header(body):
            _touch_daily(path)
            return body
        with suppress(OSError):
            path.unlink()
        return None

    def put(self, kind: str, key: str, body: bytes) -> None:
        """Keep an entry; a reader sees all of it or nothing. Raises EnvironmentFault.

        It is not flushed, since flushing 200 entries takes 2 s on a busy disk: one that a power cut
        damages is found by its digest and made again.
        """
        publish(
            self.entry_path(kind, key),
            lambda path: write_bytes(path, _entry_header(body) + b"\n" + body),
            flush=False,
            temporary_folder=self.root / _INCOMING_FOLDER,
        )

    def remove_stale_temporaries(self) -> None:
        """Remove the incomplete entries of killed runs; writing one takes far less than a day."""
        remove_stale_temporaries(self.root / _INCOMING_FOLDER, _DAY_S)
        for folder in (self.root / "ledgers", self.root / "work"):
            remove_stale_temporaries(folder, _DAY_S)

    def entries(self) -> Iterator[tuple[str, Path, int, float]]:
        """Yield every entry: kind, path, size in bytes, last use (seconds since the epoch)."""
        if not self.root.is_dir():
            return
        for path in sorted(self.root.glob("*/??/*")):
            if path.is_file() and path.name.startswith(path.parent.name):
                status = path.stat()
                yield path.parent.parent.name, path, status.st_size, status.st_mtime


def _touch_daily(path: Path) -> None:
    """Record that an entry was used, at most once a day, for the pruning of the cache."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > _DAY_S:
            path.touch()


def _entry_header(body: bytes) -> bytes:
    return b"%s %s %d" % (_ENTRY_MAGIC, hashlib.sha256(body).hexdigest().encode(), len(body))
