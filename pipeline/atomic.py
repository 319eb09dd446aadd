"""Files published atomically: written beside the target, checked, renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault, environment_fault
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable

TEMPORARY_PREFIX = ".tmp-"
_FREE_SPACE_MARGIN = 8_000_000
_BYTES_PER_MB = 1_000_000


def write_bytes(path: Path, data: bytes) -> None:
    """Write bytes to a file that the caller publishes afterwards."""
    with path.open("wb") as file:
        file.write(data)


def publish(
    path: Path,
    write: Callable[[Path], None],
    check: Callable[[Path], None] | None = None,
    *,
    flush: bool = True,
    temporary_folder: Path | None = None,
) -> None:
    """Write a file so that it appears complete or not at all.

    Written under a temporary name in the same folder, checked, flushed and renamed; then the folder
    is flushed. The temporary name keeps the suffix, since media tools choose the format by it; it
    lies in `temporary_folder` if one is given, which must be on the same file system. Raises
    EnvironmentFault if the disk or the folder refuses, and whatever `write` and `check` raise;
    nothing is left behind then.
    """
    try:
        for folder in {path.parent, temporary_folder or path.parent}:
            folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(
            prefix=TEMPORARY_PREFIX, suffix=path.suffix, dir=temporary_folder or path.parent
        )
        os.close(descriptor)
    except OSError as fault:
        raise environment_fault(fault, path) from fault
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
        raise environment_fault(fault, path) from fault
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def publish_bytes(path: Path, data: bytes, temporary_folder: Path | None = None) -> None:
    """Publish a file of known bytes (see `publish`), unless it holds them already.

    Raises EnvironmentFault.
    """
    with suppress(OSError):
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return
    publish(path, lambda temporary: write_bytes(temporary, data), temporary_folder=temporary_folder)


def remove_stale_temporaries(folder: Path, min_age_s: float = 0) -> None:
    """Remove the temporary files and folders of killed runs that are at least `min_age_s` old.

    With no age, the caller must hold the lock of whatever writes to the folder.
    """
    with suppress(OSError):
        for stale in folder.glob(f"{TEMPORARY_PREFIX}*"):
            if time.time() - stale.lstat().st_mtime < min_age_s:
                continue
            if stale.is_dir() and not stale.is_symlink():
                shutil.rmtree(stale, ignore_errors=True)
            else:
                stale.unlink(missing_ok=True)


def require_free_space(destination: Path, needed_bytes: int) -> None:
    """Raise EnvironmentFault if the disk of a folder lacks space for some bytes and a margin.

    A folder that does not exist yet is judged by the nearest one above it.
    """
    folder = next(path for path in (destination, *destination.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    if free < needed_bytes + _FREE_SPACE_MARGIN:
        needed = needed_bytes + _FREE_SPACE_MARGIN
        problem = message(
            "errors.too_little_space",
            free_mb=round(free / _BYTES_PER_MB),
            needed_mb=round(needed / _BYTES_PER_MB),
        )
        raise EnvironmentFault(problem, where=destination)


def _flush_folder(folder: Path) -> None:
    """Make a rename survive a power cut. Windows cannot open folders: the rename must do there."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
