"""Hostile audio is decoded, or refused with one sentence; time and memory are bounded."""

from __future__ import annotations

import re
import resource
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio.decoder import decode_samples
from pipeline.errors import EpisodeError
from tests.audio.voices import RATE
from tests.hostile.sounds import SECONDS, SOUNDS, Case
from tests.small_project import episode

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MOST_MEMORY_KB = 200_000
THROUGH = (
    "0 bytes",
    "a playlist called MP3",
    "6 channels",
    "named '-i.wav'",
    "a pipe",
    "float that is not a number",
)


def put(case: Case, folder: Path) -> Path:
    """Write a case and return its path; skip if the file system does not allow its name."""
    folder.mkdir(parents=True)
    path = folder / case.name
    try:
        case.put(path)
    except OSError:
        pytest.skip("this file system cannot hold such a name")
    return path


def outcome(path: Path) -> tuple[str, int, NDArray[np.int16]]:
    """Return the sentence a file ends in and the exit code, and what was decoded."""
    try:
        return "", 0, decode_samples(path)
    except EpisodeError as fault:
        return str(fault), fault.exit_code, np.zeros(0, np.int16)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("case", SOUNDS, ids=lambda case: case.title)
def test_hostile_sound(case: Case, tmp_path: Path) -> None:
    """The result is finite samples, or an error of one sentence that names the file."""
    path = put(case, tmp_path / "assets")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said, code, made = outcome(path)
    assert code == (2 if said else 0)
    assert len(made) <= RATE or len(made) == pytest.approx(SECONDS * RATE, abs=1_300)
    assert np.abs(made).max(initial=0) > (1_000 if len(made) > RATE else -1)
    assert re.search(case.sentence or "^$", said), said
    assert "\n" not in said.replace(str(path), "")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY_KB
    assert {found.name for found in tmp_path.iterdir()} == {"assets"}


@pytest.mark.parametrize("use", ["music", "recording"])
@pytest.mark.parametrize("title", THROUGH)
def test_hostile_sound_through_the_command(title: str, use: str, tmp_path: Path) -> None:
    """As music and as the host's recording: a narration, or one line and exit code 2."""
    case = next(case for case in SOUNDS if case.title == title)
    texts = tmp_path / "p/transcript"
    texts.mkdir(parents=True)
    (texts / "talk.txt").write_text("大家好\n今天我们聊面包\n谢谢\n", "utf-8")
    music = f'[voice]\nengine = "espeak"\n[music]\nfile = "{case.name}"\n'
    recording = f'[voice]\nengine = "recording"\nfile = "{case.name}"\n'
    (texts / "talk.toml").write_text(music if use == "music" else recording, "utf-8")
    put(case, tmp_path / "p/assets/talk")
    ran = episode("narrate", "--quiet", "transcript/talk.txt", cwd=tmp_path / "p")
    assert "Traceback" not in ran.err
    if use == "music" and not case.sentence:
        assert ran.code == 0, ran.err
        assert (tmp_path / "p/output/talk/narration.m4a").stat().st_size > 10_000
    else:
        assert ran.code == 2, ran.err  # a tone is no reading of the text either
        assert ran.err.count("\n") == 1
