"""Disks that are full, small or closed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.crash.six_rows import leftovers, outputs, render, six_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.crash.conftest import Whole

ONE_LINE = re.compile(r"✗ [^\n]+\n")


def _mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode == 0  # noqa: S607 - the system's own


def why_not(folder: Path) -> str:
    """Return why no small disk can be had here; an empty text where one can."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "only root on Linux can mount a small disk"
    if not _mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)):
        return "this system lets nobody mount a tmpfs"
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S607 - as above
    return ""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give a mount point for small disks; what is mounted there is unmounted afterwards."""
    place = tmp_path / "disk"
    place.mkdir()
    if reason := why_not(place):
        pytest.skip(reason)
    try:
        yield place
    finally:
        while place.is_mount():
            subprocess.run(["umount", str(place)], check=True)  # noqa: S607 - as above


@contextmanager
def _read_only(place: Path) -> Iterator[None]:
    assert _mount("-o", "remount,ro", str(place))
    try:
        yield
    finally:
        assert _mount("-o", "remount,rw", str(place))


def test_too_little_disk_space_is_reported_before_the_work(disk: Path) -> None:
    """A disk of 6 MB: one sentence with the free and needed space, before any audio is made."""
    assert _mount("-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk))
    ran = render(six_rows(disk / "p"))
    assert ran.code == 1
    assert ONE_LINE.fullmatch(ran.err), ran.err
    assert re.search(r"\d+ MB are free and about \d+ MB are needed", ran.err)
    assert not list(disk.rglob("*.wav"))


@pytest.mark.parametrize(
    "kilobytes",
    [
        pytest.param(size, marks=() if size == 900 else pytest.mark.slow)
        for size in (64, 128, 256, 400, 600, 900, 1500, 2200)
    ],
)
def test_full_disk_is_one_sentence_and_the_next_run_continues(
    whole: Whole, disk: Path, kilobytes: int
) -> None:
    """In ffmpeg, PyAV or the cache: no partial file, nothing lost; with space, the same bytes."""
    assert _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(disk))
    folder = six_rows(disk / "p")
    ran = render(folder, ROOM="1")
    assert ran.code == 1
    assert ONE_LINE.fullmatch(ran.err), ran.err
    assert "The disk is full. Free some space and run again" in ran.err
    assert leftovers(folder) == []
    made = outputs(folder)
    assert made == {name: whole.outputs[name] for name in made}
    assert _mount("-o", "remount,size=64m", str(disk))
    assert render(folder).code == 0
    assert outputs(folder) == whole.outputs


def test_unwritable_project_is_one_sentence(disk: Path) -> None:
    """Nothing there at all may be written."""
    assert _mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk))
    folder = six_rows(disk / "p")
    with _read_only(disk):
        ran = render(folder)
    assert ran.code == 1
    assert ONE_LINE.fullmatch(ran.err), ran.err
    assert "cannot be written" in ran.err


def test_unwritable_output_folder_is_one_sentence_and_keeps_the_work(
    whole: Whole, disk: Path, tmp_path: Path
) -> None:
    """The cache is elsewhere, the outputs of an earlier run stay as they are."""
    assert _mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk))
    folder, cache = six_rows(disk / "p"), str(tmp_path / "cache")
    assert render(folder, EPISODE_CACHE=cache).code == 0
    text = folder / "transcript/bread.txt"
    text.write_text(text.read_text("utf-8").replace("天然", "自然"), "utf-8")
    with _read_only(disk):
        ran = render(folder, EPISODE_CACHE=cache)
    assert ran.code == 1
    assert ONE_LINE.fullmatch(ran.err), ran.err
    assert "cannot be written" in ran.err
    assert outputs(folder) == whole.outputs
