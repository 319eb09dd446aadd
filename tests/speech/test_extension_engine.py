"""A speech engine that another package adds by an entry point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from tests.example_extension import install_example_extension
from tests.extension_package.example_extension.hum_engine import NOTES_HZ

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a process that has the example package installed."""
    return {**os.environ, **install_example_extension(tmp_path / "site")}


def run_episode(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `episode` with the example package."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


def test_extension_engine_narrates_an_episode(tmp_path: Path, environment: dict[str, str]) -> None:
    """`--voice hum:high` needs nothing but the installed package; the narration is that note."""
    transcript = tmp_path / "project" / "transcript" / "talk.txt"
    transcript.parent.mkdir(parents=True)
    transcript.write_text("今天天气很好\n我们出门散步\n", "utf-8")
    ran = run_episode(
        environment,
        *("narrate", str(transcript), "--project", str(tmp_path / "project")),
        *("--voice", "hum:high", "--formats", "wav", "--json"),
    )
    assert ran.returncode == 0, ran.stderr
    folder = tmp_path / "project" / "output" / "talk"
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert (report["voice"]["engine"], report["voice"]["name"]) == ("hum", "high")
    with av.open(str(folder / "narration.wav")) as container:
        samples = np.concatenate(
            [frame.to_ndarray().ravel() for frame in container.decode(audio=0)]
        ).astype(np.float64)
        channels = container.streams.audio[0].channels
        rate = container.streams.audio[0].rate
    spectrum = np.abs(np.fft.rfft(samples[::channels]))
    loudest_hz = int(spectrum.argmax()) * rate / len(samples[::channels])
    assert loudest_hz == pytest.approx(NOTES_HZ["high"], abs=5)


def test_extension_engine_is_listed_and_offered(environment: dict[str, str]) -> None:
    """In the list of voices, in the help of `--voice`, and in the sentence about a wrong name."""
    listed = run_episode(environment, "voices", "--engine", "hum", "--json")
    assert {entry["name"] for entry in json.loads(listed.stdout)} == set(NOTES_HZ)
    helped = run_episode({**environment, "COLUMNS": "200"}, "narrate", "--help")
    assert "silence, hum" in helped.stdout
    refused = run_episode(environment, "voices", "--say", "好", "--voice", "humm")
    assert refused.returncode == 2
    assert "'hum'" in refused.stderr


def test_extension_engine_that_fails_to_load_is_one_sentence(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """It names the extension, and other engines go on working."""
    entry_points = next((tmp_path / "site").glob("*.dist-info")) / "entry_points.txt"
    broken = entry_points.read_text("utf-8").replace("hum_engine:ENGINE", "hum_engine:NOTHING")
    entry_points.write_text(broken, "utf-8")
    failed = run_episode(environment, "voices", "--engine", "hum")
    assert failed.returncode == 1
    assert "hum" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert run_episode(environment, "voices", "--engine", "espeak", "--lang", "zh").returncode == 0
