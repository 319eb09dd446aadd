"""A lock file, so that one process works on an episode; the system frees it however that ends."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault, environment_fault
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedRandom
    from pathlib import Path

    from pipeline.messages import Message


@contextmanager
def hold_lock(path: Path, subject: str) -> Iterator[None]:
    """Hold the lock file at `path` inside the `with`.

    Raises EnvironmentFault, naming the process, if another one is working on `subject`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=True)
        file = path.open("r+b")
    except OSError as fault:
        raise environment_fault(fault, path) from fault
    with file:
        if not _try_lock(file):
            holder = _holder_name(file.read(200).decode("utf-8", "replace"))
            raise EnvironmentFault(message("errors.locked", holder=holder, subject=subject))
        with suppress(OSError):  # on a full disk the lock still holds, only without a name
            file.truncate(0)
            file.write(f"{os.getpid()} {socket.gethostname()}".encode())
            file.flush()
        try:
            yield
        finally:
            with suppress(OSError):
                file.truncate(0)


def _holder_name(content: str) -> Message:
    """Return who holds a lock, from the process number and host in its file."""
    number, _, host = content.strip().partition(" ")
    if not host:
        return message("errors.another_process")
    return message("errors.process", number=number, host=host)


def _try_lock(file: BufferedRandom) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            file.seek(1 << 20)  # beyond the holder's name, which other processes read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
