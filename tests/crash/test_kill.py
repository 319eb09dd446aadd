"""Killed outright at any moment, the next run ends as if nothing had happened."""

from __future__ import annotations

import random
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.crash.six_rows import TEXT, leftovers, outputs, render, running, six_rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.conftest import Whole

POINTS = (
    *("speech", "take", "cut", "narration", "card", "slide", "segment", "above", "still"),
    *(
        "bread.zh.srt",
        "bread.en.srt",
        "bread.zh-en.srt",
        "bread.zh.vtt",
        "bread.en.vtt",
        "bread.zh-en.vtt",
        "bread.ass",
        "chapters.txt",
    ),
    *(
        "bread.zh.txt",
        "bread.en.txt",
        "poster.png",
        "upload.txt",
        "upload.json",
        "thumbnail.png",
        "thumbnail-1146x717.png",
        "narration.m4a",
        "bread.mp4",
        "report.json",
        "review.html",
        "timelines",
        "ledgers",
    ),
)
QUICK = {("take", "after"), ("bread.mp4", "before"), ("ledgers", "after")}
EVERY = [
    pytest.param(
        point, when, id=f"{when} {point}", marks=() if (point, when) in QUICK else pytest.mark.slow
    )
    for point in POINTS
    for when in ("before", "after")
]


def test_every_publish_is_tested(whole: Whole) -> None:
    """Every publish of a whole run has a name that is tried."""
    assert set(whole.publishes) == set(POINTS)


@pytest.mark.parametrize(("point", "when"), EVERY)
def test_run_after_a_kill_at_a_publish_makes_the_same_bytes(
    whole: Whole, tmp_path: Path, point: str, when: str
) -> None:
    """SIGKILL before or after the rename; then again, undisturbed."""
    folder = six_rows(tmp_path / "p")
    killed = render(folder, KILL_AT=point, KILL_WHEN=when)
    assert killed.code == -signal.SIGKILL
    _goes_on(whole, folder)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(30))
def test_run_after_a_kill_at_a_random_moment_makes_the_same_bytes(
    whole: Whole, tmp_path: Path, number: int
) -> None:
    """Thirty moments, spread over the time a whole run takes."""
    folder = six_rows(tmp_path / "p")
    moment = whole.seconds * random.Random(number).random()
    with running(folder, "render", TEXT, "--quiet") as (child, _):
        try:
            child.wait(moment)
        except subprocess.TimeoutExpired:
            child.kill()
        child.communicate()
    _goes_on(whole, folder)


def _goes_on(whole: Whole, folder: Path) -> None:
    """Run again: outputs are byte-equal, no partial files stay; a third run has nothing to do."""
    ran = render(folder)
    assert (ran.code, ran.err) == (0, "")
    assert outputs(folder) == whole.outputs
    assert [name for name in leftovers(folder) if not name.startswith(".cache/incoming/")] == []
