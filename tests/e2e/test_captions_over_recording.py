"""Captions over the host's own video, through the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
import srt

from pipeline.process import ffmpeg_file_url, run_ffmpeg
from tests.small_project import episode, make_project

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TEXT = "transcript/bread.txt"
SECONDS = 3
COLOURS = ("red", "green", "blue", "yellow")
PURE = ((254, 0, 0), (0, 128, 0), (0, 0, 254), (254, 254, 0))


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project rendered over a video of it.

    The video is 360 by 480 at 24 fps and changes its colour every three seconds.
    """
    folder = make_project(tmp_path_factory.mktemp("film"))
    assert episode("narrate", TEXT, "--quiet", cwd=folder).code == 0
    coloured = [
        part
        for colour in COLOURS
        for part in ("-f", "lavfi", "-i", f"color={colour}:s=360x480:r=24:d={SECONDS}")
    ]
    streams = "".join(f"[{number}:v]" for number in range(len(COLOURS)))
    joined = f"{streams}concat=n={len(COLOURS)},loop=-1:size=2000[v]"
    said = ["-i", ffmpeg_file_url(folder / "output/bread/narration.m4a")]
    mapped = [
        "-filter_complex",
        joined,
        "-map",
        "[v]",
        "-map",
        f"{len(COLOURS)}:a",
        "-shortest",
        "-c:a",
        "copy",
        "-c:v",
        "libx264",
    ]
    run_ffmpeg(
        [
            "-v",
            "error",
            *coloured,
            *said,
            *mapped,
            "-preset",
            "ultrafast",
            "-y",
            ffmpeg_file_url(folder / "host.mp4"),
        ],
        timeout=120,
    )
    ran = episode(
        "render",
        TEXT,
        "--voice",
        "recording:host.mp4",
        "--over",
        "recording",
        "--quiet",
        cwd=folder,
    )
    assert ran.code == 0, ran.err
    return folder


def pictures(folder: Path) -> list[NDArray[np.uint8]]:
    """Return every frame of the episode's video as RGB."""
    with av.open(str(folder / "output/bread/bread.mp4")) as film:
        return [
            np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in film.decode(video=0)
        ]


def test_video_shows_the_recording_in_sync_with_captions_over_it(filmed: Path) -> None:
    """Every colour is on the frames where the host's video has it; captions show while spoken."""
    frames = pictures(filmed)
    height, width, _ = frames[0].shape
    shown = np.array([frame[height // 4, width // 2] for frame in frames]).astype(int)
    times = (np.arange(len(frames)) + 0.5) / 30
    wanted = np.array([PURE[int(time // SECONDS) % len(COLOURS)] for time in times])
    assert np.abs(shown - wanted).max() < 16
    assert frames[0][height // 2, 4].max() < 40, (
        "an upright video is shown between bars of the background colour"
    )
    cues = list(srt.parse((filmed / "output/bread/bread.zh.srt").read_text("utf-8")))
    burnt = [bool((frame[height * 3 // 4 :].min(axis=2) > 235).any()) for frame in frames]
    spoken = [
        any(cue.start.total_seconds() <= time < cue.end.total_seconds() for cue in cues)
        for time in times
    ]
    assert burnt == spoken


def test_edited_row_encodes_only_the_segments_that_show_it(filmed: Path) -> None:
    """One or two segments of the cache are new."""
    before = {path.name for path in (filmed / ".cache/segment").rglob("*") if path.is_file()}
    text = filmed / TEXT
    text.write_text(
        text.read_text("utf-8").replace("也就是天然酵母面包", "也就是天然酵母面饼"), "utf-8"
    )
    ran = episode(
        "render",
        TEXT,
        "--voice",
        "recording:host.mp4",
        "--over",
        "recording",
        "--quiet",
        cwd=filmed,
    )
    assert ran.code == 0, ran.err
    after = {path.name for path in (filmed / ".cache/segment").rglob("*") if path.is_file()}
    assert 1 <= len(after - before) <= 2 < len(before)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ((), "only if the voice is a recording"),
        (("--voice", "recording:output/bread/narration.m4a"), "no video"),
        (("--no-voice", "--voice", "recording:host.mp4"), "only if the voice is a recording"),
    ],
)
def test_captions_over_a_recording_without_video_are_refused(
    filmed: Path, more: tuple[str, ...], sentence: str
) -> None:
    """One line and exit code 2, before anything is written."""
    before = (filmed / "output/bread/bread.zh.srt").read_bytes()
    ran = episode("render", TEXT, "--over", "recording", "--quiet", *more, cwd=filmed)
    assert (filmed / "output/bread/bread.zh.srt").read_bytes() == before, (
        "nothing is written for a request that is refused"
    )
    assert (ran.code, ran.err.count("\n")) == (2, 1), ran.err
    assert sentence in ran.err
