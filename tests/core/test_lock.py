"""One worker an episode."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import EnvironmentFault
from pipeline.lock import hold_lock

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import pathlib, sys, time
from pipeline.lock import hold_lock
with hold_lock(pathlib.Path(sys.argv[1]), "x"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_lock_error_names_the_process_that_holds_it(tmp_path: Path) -> None:
    """The error names process and episode; when the holder is killed, its lock is free."""
    lock = tmp_path / "locks" / "x"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with (
            pytest.raises(
                EnvironmentFault, match=f"process {other.pid} on .* is working on the episode x"
            ),
            hold_lock(lock, "the episode x"),
        ):
            pass
        other.kill()
        other.wait()
    with hold_lock(lock, "the episode x"):
        assert lock.read_text().startswith(f"{os.getpid()} ")


def test_lock_is_free_after_an_error_inside(tmp_path: Path) -> None:
    """Errors inside free it."""
    lock = tmp_path / "x"
    for _ in range(2):
        with pytest.raises(RuntimeError), hold_lock(lock, "x"):
            raise RuntimeError
