"""A batch that stays, and what a person sees of one."""

from __future__ import annotations

import io
import signal
from typing import TYPE_CHECKING

from rich.console import Console

from pipeline.batch.result import EpisodeProgress
from pipeline.batch.runner import worker_count
from pipeline.cli.batch_table import TimeLeft, progress_table
from tests.crash.six_rows import TEXT, running, six_rows, wait_for

if TYPE_CHECKING:
    from pathlib import Path


def test_watch_builds_only_what_changed(tmp_path: Path) -> None:
    """Outputs follow an edit, a new episode, one broken and fixed; a stop ends it with 130."""
    folder = six_rows(tmp_path / "p")
    text, srt = folder / TEXT, folder / "output/bread/bread.zh.srt"
    with running(folder, "batch", "--watch", "--only", "subtitle", "--quiet") as (child, _):
        wait_for(srt.exists)
        text.write_text(text.read_text("utf-8").replace("厨房里", "车间里"), "utf-8")
        wait_for(lambda: "车间里" in srt.read_text("utf-8"))
        (folder / "transcript/soup.txt").write_text("一碗汤\n", "utf-8")
        wait_for((folder / "output/soup/soup.zh.srt").exists)
        before = srt.stat().st_mtime_ns
        (folder / "transcript/soup.txt").write_bytes(b"")
        report = folder / "output/batch-report.json"
        wait_for(lambda: '"failed": 1' in report.read_text("utf-8"))
        (folder / "transcript/soup.txt").write_text("两碗汤\n", "utf-8")
        wait_for(lambda: "两碗汤" in (folder / "output/soup/soup.zh.srt").read_text("utf-8"))
        assert srt.stat().st_mtime_ns == before
        assert child.poll() is None
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=10)
        assert child.returncode == 130


def test_progress_table_shows_the_state_of_each_episode() -> None:
    """State, step and time left from the pace so far; markup in a name is shown as it is."""
    left = TimeLeft({("a[b]", "picture"): (0.0, 0)})
    assert left.remaining(EpisodeProgress("a[b]", "working", "picture", 10, 40), 30.0) == "1:30"
    assert left.remaining(EpisodeProgress("new", "working", "voice", 3, 40), 30.0) == ""
    assert left.remaining(EpisodeProgress("c", "waiting"), 30.0) == ""
    console = Console(file=io.StringIO(), width=140)
    console.print(
        progress_table(
            [
                EpisodeProgress("a[b]", "working", "sound", 1, 2),
                EpisodeProgress("c", "waiting"),
                EpisodeProgress("d", "failed"),
            ],
            TimeLeft(),
            "en",
        )
    )
    said = console.file.getvalue()  # type: ignore[attr-defined] # the StringIO given above
    assert [
        word
        for word in ("a[b]", "working", "Mastering the audio", "waiting", "failed", "left")
        if word not in said
    ] == []


def test_worker_count_is_at_most_that_of_episodes() -> None:
    """One a core where nobody asks."""
    assert (worker_count(40, 3), worker_count(2, 8), worker_count(1, 0)) == (3, 2, 1)
    assert worker_count(1000, 0) >= 1
