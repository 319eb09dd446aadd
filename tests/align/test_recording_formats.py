"""The host's recording in the formats of phones, cameras and recorders."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from pipeline.process import ffmpeg_file_url, run_ffmpeg
from tests.align.aligned_project import built, project_of, written
from tests.align.onnx_file import RATE, ROWS, sung, write_model
from tests.align.recordings import Plan, compose
from tests.align.talks import sentences
from tests.small_project import episode

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = ["-f", "lavfi", "-i", "testsrc=s=160x90:r=25:d=20"]
BESIDE = ["-f", "lavfi", "-i", "sine=f=300:d=20"]
VIDEO = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-shortest"]

FORMATS: dict[str, tuple[str, list[str], list[str]]] = {
    "m4a": ("a.m4a", [], ["-c:a", "aac", "-b:a", "96k"]),
    "mp3": ("a.mp3", [], ["-b:a", "96k"]),
    "ogg vorbis": ("a.ogg", [], ["-c:a", "libvorbis"]),
    "ogg opus": ("a.ogg", [], ["-c:a", "libopus", "-b:a", "64k"]),
    "flac": ("a.flac", [], ["-ar", "44100"]),
    "mkv": ("a.mkv", PICTURE, ["-map", "1:v", "-map", "0:a", "-c:a", "flac", *VIDEO]),
    "mp4": ("a.mp4", PICTURE, ["-map", "1:v", "-map", "0:a", "-c:a", "aac", *VIDEO]),
    "webm": ("a.webm", [], ["-c:a", "libopus", "-b:a", "64k"]),
    "mov of several tracks": (
        "a.mov",
        [*PICTURE, *BESIDE],
        [
            "-map",
            "1:v",
            "-map",
            "0:a",
            "-map",
            "2:a",
            "-c:a",
            "pcm_s16le",
            "-timecode",
            "01:00:00:00",
            *VIDEO,
        ],
    ),
    "5.1": (
        "a.m4a",
        [],
        [
            "-af",
            "aresample=48000,pan=5.1|FC=c0|FL=0.1*c0|LFE=0.0*c0",
            "-c:a",
            "aac",
            "-b:a",
            "256k",
        ],
    ),
    "without an ending": ("recording", [], ["-f", "mp3", "-b:a", "96k"]),
}


def made(source: Path, path: Path, others: list[str], arguments: list[str]) -> Path:
    """Return a recording as ffmpeg writes it."""
    run_ffmpeg(
        [
            "-v",
            "error",
            "-i",
            ffmpeg_file_url(source),
            *others,
            *arguments,
            "-y",
            ffmpeg_file_url(path),
        ],
        timeout=60,
    )
    return path


@pytest.mark.skipif(find_spec("onnxruntime") is None, reason="onnxruntime is not installed")
@pytest.mark.parametrize("case", FORMATS)
def test_recording_formats_give_rows_their_times(tmp_path: Path, case: str) -> None:
    """Every row starts within two frames: no encoder delay or other track interferes."""
    name, others, arguments = FORMATS[case]
    samples, spans = sung(ROWS)
    recording = made(
        written(tmp_path / "song.wav", samples, RATE), tmp_path / name, others, arguments
    )
    project = project_of(tmp_path / "p", ROWS)
    write_model(tmp_path)
    built(project, {"file": recording, "aligner_model": tmp_path / "model.onnx"})
    text = (project.output / "talk/talk.zh.srt").read_text("utf-8")
    found = [block.splitlines()[1][:12] for block in text.split("\n\n") if block.strip()]
    seconds = [int(clock[3:5]) * 60 + int(clock[6:8]) + int(clock[9:]) / 1000 for clock in found]
    assert seconds == pytest.approx([start for start, _ in spans], abs=0.08)


def test_recording_formats_include_telephone_audio(tmp_path: Path) -> None:
    """8,000 samples a second, µ-law: rows are learnt from it, 40 ms off in the mean."""
    said = sentences("cooking")[:4]
    spoken = compose(said, Plan(gaps=(0.1, 0.5)))
    recording = made(
        written(tmp_path / "talk.wav", spoken.samples, spoken.rate),
        tmp_path / "call.wav",
        [],
        ["-ar", "8000", "-c:a", "pcm_mulaw"],
    )
    project = project_of(tmp_path / "p", [row for sentence in said for row in sentence])
    report = built(project, {"file": recording}).report
    text = (project.output / "talk/talk.zh.srt").read_text("utf-8")
    found = [block.splitlines()[1][6:12] for block in text.split("\n\n") if block.strip()]
    errors = [
        abs(int(clock[:2]) * 1000 + int(clock[3:]) - true.start / 48)
        for clock, true in zip(found, spoken.truth, strict=True)
        if true
    ]
    assert report["row_times"]["estimated"] == 0
    assert sum(errors) / len(errors) <= 40


def test_recording_formats_refuse_a_video_without_audio(tmp_path: Path) -> None:
    """Through the command: which file, what is wrong with it, what to do."""
    run_ffmpeg(
        ["-v", "error", *PICTURE, *VIDEO, "-y", ffmpeg_file_url(tmp_path / "mute.mp4")], timeout=60
    )
    project = project_of(tmp_path / "p", ROWS)
    ran = episode("align", "transcript/talk.txt", str(tmp_path / "mute.mp4"), cwd=project.root)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "mute.mp4: There is no audio in this file." in ran.err
