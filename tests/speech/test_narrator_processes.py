"""A narration that is stopped, and two at the same time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.cache import Store
from tests.speech.edge_server import EdgeServer, running
from tests.speech.talks import COOKING, talk, voiced, wrong_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.speech.conftest import Serve

ROOT = Path(__file__).parents[2]
NARRATE = """
import signal
import sys
from pathlib import Path
import edge_tts.communicate
edge_tts.communicate.WSS_URL = sys.argv[1]
from pipeline.cache import Store
from speech.talks import COOKING, talk, voiced
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in background jobs
    print("ready", flush=True)
    voiced(talk([f"{text}。" for text in COOKING]), Store(Path(sys.argv[2])), engine=sys.argv[3])
    print("done", flush=True)
"""


def start(tmp_path: Path, url: str, store: Path, engine: str = "edge") -> subprocess.Popen[str]:
    """Narrate in a process of its own."""
    script = tmp_path / "narrate_it.py"
    script.write_text(NARRATE)
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, str(script), url, str(store), engine],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(condition: Callable[[], bool]) -> None:
    """Wait for something to be so."""
    ends = time.monotonic() + 60
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    assert condition()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_narrate_stops_at_once_on_an_interrupt(serve: Serve, tmp_path: Path) -> None:
    """While the service stalls; the next run requests only the rest."""
    store = Store(tmp_path / "cache")
    with running(EdgeServer(lambda number, _text: "ok" if number < 4 else "stall")) as server:
        child = start(tmp_path, server.url, store.root)
        until(lambda: server.connections >= 6)
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=8)
    assert child.returncode != 0
    assert "KeyboardInterrupt" in err
    assert "never retrieved" not in err
    assert "done" not in out
    fresh = serve()
    what = talk([f"{text}。" for text in COOKING])
    narration = voiced(what, store)
    assert wrong_rows(narration, what, store) == []
    assert fresh.connections == len(COOKING) - 4


@pytest.mark.slow
def test_narrate_continues_after_a_kill(serve: Serve, tmp_path: Path) -> None:
    """Nothing half-written counts as complete."""
    store = Store(tmp_path / "cache")
    with running(EdgeServer(delay=0.05)) as server:
        child = start(tmp_path, server.url, store.root)
        until(lambda: len(server.requests) >= 5)
        child.kill()
        child.communicate(timeout=30)
    serve()
    what = talk([f"{text}。" for text in COOKING])
    assert wrong_rows(voiced(what, store), what, store) == []


@pytest.mark.slow
def test_narrate_shares_cache_and_rate_limit_between_processes(
    serve: Serve, tmp_path: Path
) -> None:
    """Both end well, and together never exceed the limit."""
    store = Store(tmp_path / "cache")
    with running(EdgeServer(delay=0.1)) as server:
        children = [start(tmp_path, server.url, store.root) for _ in range(2)]
        ends = [child.communicate(timeout=100) for child in children]
    assert [child.returncode for child in children] == [0, 0], ends
    assert server.most_at_once <= 3
    fresh = serve()
    what = talk([f"{text}。" for text in COOKING])
    assert wrong_rows(voiced(what, store), what, store) == []
    assert fresh.connections == 0
