"""A very small episode to end in every way there is, and what tells that it came out whole."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.small_project import ENGLISH, ROWS, Ran, episode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WRAPPER = Path(__file__).parent / "wrapper"
TEXT = "transcript/bread.txt"
SETTINGS = """\
title = "天然酵母面包"
[[chapter]]
row = 1
title = "开场"
[[chapter]]
row = 4
title = "历史"
[voice]
engine = "espeak"
[picture]
width = 320
height = 240
"""


def six_rows(folder: Path) -> Path:
    """Write the episode into a folder."""
    texts = folder / "transcript"
    texts.mkdir(parents=True)
    (texts / "bread.txt").write_text("\n".join(ROWS[:6]) + "\n", "utf-8")
    (texts / "bread.en.txt").write_text("\n".join(ENGLISH[:6]) + "\n", "utf-8")
    (texts / "bread.toml").write_text(SETTINGS, "utf-8")
    return folder


def render(folder: Path, *more: str, **environment: str) -> Ran:
    """Render it, as a real process with the wrapper loaded."""
    return episode("render", TEXT, "--quiet", *more, cwd=folder, **wrapped(environment))


def wrapped(environment: dict[str, str]) -> dict[str, str]:
    """Return variables that load the wrapper before anything else."""
    path = os.pathsep.join(
        part for part in (str(WRAPPER), os.environ.get("PYTHONPATH", "")) if part
    )
    return {"PYTHONPATH": path, **environment}


def outputs(folder: Path) -> dict[str, bytes]:
    """Return every file of the output folder by name, temporary ones too."""
    out = folder / "output" / "bread"
    return {path.name: path.read_bytes() for path in out.iterdir()} if out.is_dir() else {}


def leftovers(folder: Path) -> list[str]:
    """Return temporary files and folders of the project, wherever they are."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob(".tmp-*"))


@contextmanager
def running(
    folder: Path, *arguments: str, **environment: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Start a command; give its process and the mark of all its children; end them afterwards."""
    mark = uuid.uuid4().hex
    surrounding = {
        **os.environ,
        "COLUMNS": "160",
        **wrapped(environment),
        "EPISODE_TEST_MARK": mark,
    }
    command = [sys.executable, "-m", "pipeline", *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=surrounding, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        try:
            yield child, mark
        finally:
            child.kill()
            for pid in marked(mark):
                os.kill(pid, 9)


def marked(mark: str) -> list[int]:
    """Return the processes that carry a mark."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                alive = (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
                if alive and mark.encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue  # it ended meanwhile
    return found


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)
