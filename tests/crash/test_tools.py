"""An ffmpeg that fails, hangs or lies is found out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.crash import fake_ffmpeg
from tests.crash.fake_ffmpeg import fake
from tests.crash.six_rows import leftovers, outputs, render, six_rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.conftest import Whole

KINDS = {
    "fails": (fake_ffmpeg.FAILS, "failed"),
    "crashes": (fake_ffmpeg.CRASHES, "failed"),
    "hangs": (fake_ffmpeg.HANGS, "did not end"),
    "writes nothing": (fake_ffmpeg.NO_FILE, ""),
    "writes an empty file": (fake_ffmpeg.EMPTY_FILE, ""),
    "writes something else": (fake_ffmpeg.BAD_FILE, ""),
}
ONE_LINE = re.compile(r"✗ [^\n]+\n")


@pytest.mark.parametrize("kind", KINDS)
def test_failing_ffmpeg_is_one_sentence_and_leaves_no_partial_file(
    whole: Whole, tmp_path: Path, kind: str
) -> None:
    """Exit 1; earlier outputs stay complete; the next run with a good ffmpeg succeeds."""
    folder, (behaviour, words) = six_rows(tmp_path / "p"), KINDS[kind]
    ran = render(folder, IMAGEIO_FFMPEG_EXE=str(fake(tmp_path / "ffmpeg", behaviour)), DEADLINE="3")
    assert (ran.code, ran.out) == (1, "")
    assert ONE_LINE.fullmatch(ran.err), ran.err
    assert words in ran.err
    assert "unforeseen" not in ran.err
    assert leftovers(folder) == []
    made = outputs(folder)
    assert "bread.mp4" not in made
    assert {name: made[name] for name in made} == {name: whole.outputs[name] for name in made}
    assert render(folder).code == 0
    assert outputs(folder) == whole.outputs


def test_missing_ffmpeg_is_one_sentence(tmp_path: Path) -> None:
    """The sentence says what to do."""
    ran = render(six_rows(tmp_path / "p"), IMAGEIO_FFMPEG_EXE=str(tmp_path / "gone"))
    assert ran.code == 1
    assert ONE_LINE.fullmatch(ran.err), ran.err
    assert "episode doctor" in ran.err
