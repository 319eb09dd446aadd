"""The same batch on the workers of a real scheduler, one of which is killed in the middle."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.crash.six_rows import TEXT, marked, outputs, running, six_rows, wait_for
from tests.small_project import ROWS, episode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("distributed")


@contextmanager
def started(folder: Path, log: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Dask program with its output in a log; it is ended afterwards."""
    surrounding = {
        **os.environ,
        "DASK_DISTRIBUTED__WORKER__DAEMON": "False",
        "DASK_DISTRIBUTED__DASHBOARD__LINK": "",
    }
    with (folder / log).open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", *arguments], stdout=out, stderr=out, cwd=folder, env=surrounding
        )
        try:
            yield child
        finally:
            child.kill()
            child.wait()


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """Give the address of a scheduler on loopback."""
    with started(
        tmp_path,
        "scheduler.log",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    ):
        log = tmp_path / "scheduler.log"
        wait_for(lambda: re.search(r"tcp://127\.0\.0\.1:\d+", log.read_text()))
        found = re.search(r"tcp://127\.0\.0\.1:\d+", log.read_text())
        assert found
        yield found[0]


def worker(scheduler: str, number: int) -> tuple[str, ...]:
    """Return the command of a worker with a process of its own."""
    return (
        "distributed.cli.dask_worker",
        scheduler,
        "--no-nanny",
        "--nthreads",
        "1",
        "--no-dashboard",
        "--name",
        f"w{number}",
    )


def test_dask_batch_finishes_after_a_worker_is_killed(tmp_path: Path, scheduler: str) -> None:
    """Four episodes, two workers, one SIGKILL: everything is made, as it would have been here."""
    folder = six_rows(tmp_path / "p")
    for number in range(3):
        (folder / f"transcript/talk{number}.txt").write_text(
            "\n".join(ROWS[number : number + 4]), "utf-8"
        )
        (folder / f"transcript/talk{number}.toml").write_bytes(
            (folder / "transcript/bread.toml").read_bytes().split(b"[[")[0] + VOICE
        )
    with ExitStack() as stack:
        workers = [
            stack.enter_context(started(tmp_path, f"{n}.log", *worker(scheduler, n)))
            for n in range(2)
        ]
        wait_for(
            lambda: all("Registered to" in (tmp_path / f"{n}.log").read_text() for n in range(2))
        )
        with running(folder, "batch", "--cluster", scheduler, "--json", "--quiet") as (batch, mark):
            wait_for(
                lambda: (
                    len(list((folder / ".cache/work").glob("*"))) > 1
                    if (folder / ".cache/work").exists()
                    else False
                )
            )
            workers[0].send_signal(signal.SIGKILL)
            out, err = batch.communicate(timeout=200)
            assert batch.returncode == 0, out.decode() + err.decode()
            assert marked(mark) == []
        assert b'"made": 4' in out
        assert workers[0].wait() == -signal.SIGKILL
        assert workers[1].poll() is None
    alone = six_rows(tmp_path / "alone")
    assert episode("render", TEXT, "--quiet", cwd=alone).code == 0
    assert outputs(folder) == outputs(alone)


VOICE = b'[voice]\nengine = "espeak"\n[picture]\nwidth = 320\nheight = 240\n'


def test_dask_executor_without_a_scheduler_is_one_sentence(tmp_path: Path) -> None:
    """And so is what is no address."""
    folder = six_rows(tmp_path / "p")
    nobody = episode("batch", "--cluster", "tcp://127.0.0.1:9", "--quiet", cwd=folder)
    assert (nobody.code, nobody.err) == (
        1,
        "✗ No scheduler answers at tcp://127.0.0.1:9. Start one there: dask scheduler\n",
    )
    wrong = episode("batch", "--cluster", "here", "--quiet", cwd=folder)
    assert (wrong.code, wrong.err) == (
        2,
        "✗ --cluster here is not an address. For example tcp://host:8786.\n",
    )


def test_dask_executor_without_workers_is_one_sentence(tmp_path: Path, scheduler: str) -> None:
    """It says how to start one."""
    ran = episode("batch", "--cluster", scheduler, "--quiet", cwd=six_rows(tmp_path / "p"))
    assert ran.code == 1
    assert f"dask worker {scheduler} --nthreads 1" in ran.err
