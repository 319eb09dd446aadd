"""`--debug` and EPISODE_DEBUG: command lines, durations and tracebacks."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest

from pipeline.process import run_ffmpeg
from tests.small_project import episode, make_project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("by_variable", [False, True])
def test_debug_shows_steps_with_their_durations(tmp_path: Path, by_variable: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The step runner says how long a step took and why it ran; the result is as ever."""
    make_project(tmp_path)
    debug = {"EPISODE_DEBUG": "1"} if by_variable else {}
    flag = () if by_variable else ("--debug",)
    ran = episode("subtitle", "transcript/bread.txt", "--json", *flag, cwd=tmp_path, **debug)
    assert ran.code == 0, ran.err
    assert re.search(r"pipeline\.run: step subtitles: \d+\.\d\d s \(never made\)", ran.err)
    assert ran.json["report"]["faithful"] is True


def test_debug_shows_the_traceback_of_an_error(tmp_path: Path) -> None:
    """The traceback stands before the one line that is shown without it."""
    make_project(tmp_path)
    ran = episode("subtitle", "transcript/brad.txt", "--debug", cwd=tmp_path)
    assert ran.code == 2
    assert "Traceback (most recent call last)" in ran.err
    assert "InputError" in ran.err
    assert re.fullmatch(r"✗ .*brad\.txt.*", ran.err.splitlines()[-1])


def test_without_debug_nothing_is_logged(tmp_path: Path) -> None:
    """A person sees the result only."""
    make_project(tmp_path)
    ran = episode("subtitle", "transcript/bread.txt", cwd=tmp_path, EPISODE_DEBUG="")
    assert ran.code == 0, ran.err
    assert "pipeline." not in ran.err


def test_process_logs_command_lines_and_their_durations(caplog: pytest.LogCaptureFixture) -> None:
    """The command can be copied into a shell."""
    caplog.set_level(logging.DEBUG, logger="pipeline")
    run_ffmpeg(["-f", "lavfi", "-i", "sine=d=0.1", "-f", "null", "-"], timeout=30)
    command, end = (record.getMessage() for record in caplog.records)
    assert "-hide_banner -protocol_whitelist file,pipe -f lavfi -i sine=d=0.1" in command
    assert re.search(r"ended with 0: \d+\.\d\d s", end)
    assert {record.name for record in caplog.records} == {"pipeline.process"}
