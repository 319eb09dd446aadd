"""`episode studio` as a person starts and stops it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.small_project import episode, make_project
from tests.studio.studio_client import Client, EventListener

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def started(
    folder: Path, *arguments: str, mark: str = ""
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Return the command and the address it printed."""
    command = [sys.executable, "-m", "pipeline", "studio", *arguments, "--no-browser"]
    environment = {**os.environ, "COLUMNS": "300", "STUDIO_MARK": mark}
    with subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as child:
        assert child.stderr is not None
        lines = []
        try:
            for line in child.stderr:
                lines.append(line)
                found = re.search(r"http://\S+\?token=\S+", line)
                if found:
                    yield child, found.group()
                    break
            else:
                message = f"no address: {lines}"
                raise AssertionError(message)
        finally:
            child.kill()


def marked(mark: str) -> list[str]:
    """Return the processes that have a mark in their environment, and their children."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is not ours
            if f"STUDIO_MARK={mark}".encode() in (path / "environ").read_bytes():
                found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(
    ("number", "code", "times"), [(signal.SIGINT, 130, 3), (signal.SIGTERM, 143, 1)]
)
def test_studio_command_stops_all_processes(
    tmp_path: Path, number: signal.Signals, code: int, times: int
) -> None:
    """During a render with a listening page, the exit code is right and no process is left."""
    mark = uuid.uuid4().hex
    with started(make_project(tmp_path), "transcript/bread.txt", mark=mark) as (child, address):
        client = Client(address).enter()
        ear = EventListener(client)
        client.request("POST", f"{client.path}/render")
        ear.wait("progress")
        client.document()
        assert len(marked(mark)) > 1
        for _ in range(times):
            child.send_signal(number)
            time.sleep(0.05)
        assert child.wait(20) == code
        assert child.stderr is not None
        assert "Traceback" not in child.stderr.read()
        ear.close()
    end = time.monotonic() + 5  # the system takes a moment to bury them
    while marked(mark) and time.monotonic() < end:
        time.sleep(0.05)
    assert marked(mark) == []


def test_studio_command_opens_the_list_without_a_transcript(tmp_path: Path) -> None:
    """The address is that of the list; with --port it has that port."""
    with started(make_project(tmp_path)) as (_, address):
        client = Client(address)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{43}", address)
        assert client.enter().get("/").status == 200
        taken = client.host.rpartition(":")[2]
        ran = episode("studio", "--no-browser", "--port", taken, cwd=tmp_path)
        assert ran.code == 1
        assert f"127.0.0.1:{taken}" in ran.err
        assert "Traceback" not in ran.err


def test_studio_command_warns_where_it_is_open_to_others(tmp_path: Path) -> None:
    """By default the server listens on this machine only; another --host gives a warning."""
    make_project(tmp_path)
    command = [sys.executable, "-m", "pipeline", "studio", "--no-browser", "--host", "0.0.0.0"]  # noqa: S104 - what is tested
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stderr is not None
        first = child.stderr.readline()
        child.terminate()
        rest = child.stderr.read()
        assert child.wait(20) == 143
    assert "Anyone who can reach 0.0.0.0" in first + rest
    with started(tmp_path) as (_, address):
        assert address.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("nothing.txt", "no such file"),
        ("transcript", "transcript"),
        ("transcript/bread.toml", ".txt"),
    ],
)
def test_studio_command_refuses_a_wrong_transcript_before_it_starts(
    tmp_path: Path, argument: str, said: str
) -> None:
    """Invalid input has exit code 2 and one sentence."""
    ran = episode("studio", argument, "--no-browser", cwd=make_project(tmp_path))
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
