"""Loaded by Python before the command, in tests only.

It kills the process at a publish, shortens deadlines, or hides that a disk is small.

KILL_AT=NAME       end with SIGKILL at the first publish of that name (a kind of cache entry or a
                   file) …
KILL_WHEN=before   … before the rename, or `after` it
KILL_LOG=FILE      append the name of every publish
DEADLINE=SECONDS   the longest wait for a tool
EDGE_URL=URL       where the online voice is
ROOM=1             say that there is plenty of room on every disk
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

_REPLACE = Path.replace
_COMMUNICATE = subprocess.Popen.communicate


def _name(target: Path) -> str:
    """Return the kind of a cache entry, the folder of manifests or timelines, or a file's name."""
    if len(target.parent.name) == len("ab") and target.name.startswith(target.parent.name):
        return target.parent.parent.name
    return (
        target.parent.name
        if target.suffix == ".json" and target.parent.name in {"ledgers", "timelines"}
        else target.name
    )


def _replace(self: Path, target: Any) -> Path:  # noqa: ANN401 - as Path.replace takes it
    name = _name(Path(target))
    log = os.environ.get("KILL_LOG")
    if log:
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
    meant = name == os.environ.get("KILL_AT")
    if meant and os.environ["KILL_WHEN"] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = _REPLACE(self, target)
    if meant:
        os.kill(os.getpid(), signal.SIGKILL)
    return done


def _communicate(self: Any, input: Any = None, timeout: float | None = None) -> Any:  # noqa: A002, ANN401 - as Popen.communicate has it
    longest = float(os.environ["DEADLINE"])
    return _COMMUNICATE(self, input, timeout=longest if timeout is None else min(timeout, longest))


Path.replace = _replace  # type: ignore[assignment,method-assign]
if "DEADLINE" in os.environ:
    subprocess.Popen.communicate = _communicate  # type: ignore[method-assign]
if "ROOM" in os.environ:
    _PLENTY = shutil.disk_usage("/")._replace(free=10**12)
    shutil.disk_usage = lambda _path: _PLENTY  # type: ignore[assignment]
if "EDGE_URL" in os.environ:
    import edge_tts.communicate

    edge_tts.communicate.WSS_URL = os.environ["EDGE_URL"]  # type: ignore[attr-defined] # it names no exports
