"""Asked to stop, everything ends at once: the command, its workers, the tools it started."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.crash.fake_ffmpeg import HANGS, fake
from tests.crash.six_rows import (
    TEXT,
    leftovers,
    marked,
    outputs,
    render,
    running,
    six_rows,
    wait_for,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.conftest import Whole

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="processes are looked for in /proc"
)

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
AT_ONCE = 10.0
"""Seconds: two are promised on an idle machine; ffmpeg hangs for ten minutes."""

MOMENTS = {"loading": "", "speaking": ".cache/speech", "mastering": "called"}


@pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
@pytest.mark.parametrize("moment", MOMENTS)
def test_stop_ends_all_processes_and_the_next_run_continues(
    whole: Whole, tmp_path: Path, moment: str, number: signal.Signals
) -> None:
    """During speech and while ffmpeg hangs: exit code, one line, no process, no partial file."""
    folder = six_rows(tmp_path / "p")
    tool = fake(tmp_path / "ffmpeg", HANGS)
    with running(folder, "render", TEXT, IMAGEIO_FFMPEG_EXE=str(tool)) as (child, mark):
        seen = folder / MOMENTS[moment] if moment != "mastering" else tmp_path / "ffmpeg.called"
        wait_for(lambda: seen.exists() if MOMENTS[moment] else (folder / ".cache/locks").exists())
        child.send_signal(number)
        _, err = child.communicate(timeout=AT_ONCE)
        assert child.returncode == CODES[number]
        assert (
            err.decode()
            == "✗ Stopped. What is finished is kept; run the same command to continue.\n"
        )
        wait_for(lambda: not marked(mark), AT_ONCE)
    assert leftovers(folder) == []
    assert render(folder).code == 0
    assert outputs(folder) == whole.outputs


@pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
def test_stopped_batch_ends_its_workers_and_their_tools(
    tmp_path: Path, number: signal.Signals
) -> None:
    """Two episodes hang in ffmpeg, each in a worker: all of it ends."""
    folder = six_rows(tmp_path / "p")
    (folder / "transcript/soup.txt").write_bytes((folder / TEXT).read_bytes())
    (folder / "transcript/soup.toml").write_bytes((folder / "transcript/bread.toml").read_bytes())
    tool = fake(tmp_path / "ffmpeg", HANGS)
    with running(folder, "batch", "--jobs", "2", IMAGEIO_FFMPEG_EXE=str(tool)) as (child, mark):
        called = tmp_path / "ffmpeg.called"
        wait_for(lambda: called.exists() and len(called.read_text().split()) > 1)
        child.send_signal(number)
        _, err = child.communicate(timeout=AT_ONCE)
        assert child.returncode == CODES[number]
        assert (
            err.decode()
            == "✗ Stopped. What is finished is kept; run the same command to continue.\n"
        )
        wait_for(lambda: not marked(mark), AT_ONCE)
    assert leftovers(folder) == []


def test_killed_batch_ends_its_workers_and_their_tools(tmp_path: Path) -> None:
    """SIGKILL to the command only: its workers notice, and end what they started."""
    folder, tool = six_rows(tmp_path / "p"), fake(tmp_path / "ffmpeg", HANGS)
    with running(folder, "batch", IMAGEIO_FFMPEG_EXE=str(tool)) as (child, mark):
        wait_for((tmp_path / "ffmpeg.called").exists)
        child.kill()
        child.communicate()
        wait_for(lambda: not marked(mark), 5)


def test_second_run_names_the_process_that_holds_the_lock(tmp_path: Path) -> None:
    """Exit 1 and one sentence; the first run goes on, and another episode can be built."""
    folder, tool = six_rows(tmp_path / "p"), fake(tmp_path / "ffmpeg", HANGS)
    (folder / "transcript/soup.txt").write_bytes((folder / TEXT).read_bytes())
    with running(folder, "render", TEXT, IMAGEIO_FFMPEG_EXE=str(tool)) as (child, _):
        wait_for((tmp_path / "ffmpeg.called").exists)
        second = render(folder)
        assert second.code == 1
        assert (
            f"process {child.pid} on {os.uname().nodename} is working on the episode bread"
            in second.err
        )
        assert second.err.count("\n") == 1
        assert child.poll() is None
        assert list((folder / ".cache/work").iterdir()) != []
