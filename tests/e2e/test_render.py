"""Everything that one render writes, read back."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import av
import pytest
import srt

from tests.small_project import ENGLISH, ROWS, episode

if TYPE_CHECKING:
    from pathlib import Path

Rendered = tuple["Path", Any]

FILES = {
    *(
        "bread.mp4",
        "narration.m4a",
        "poster.png",
        "upload.txt",
        "upload.json",
        "thumbnail.png",
        "thumbnail-1146x717.png",
        "chapters.txt",
        "report.json",
        "review.html",
        "bread.ass",
    ),
    *(f"bread.{language}.{kind}" for language in ("zh", "en", "zh-en") for kind in ("srt", "vtt")),
    *("bread.zh.txt", "bread.en.txt"),
}


@pytest.fixture(scope="session")
def out(rendered: Rendered) -> Path:
    """Return the folder of the rendered episode."""
    folder: Path = rendered[0] / "output" / "bread"
    return folder


@pytest.fixture(scope="session")
def report(out: Path) -> Any:  # noqa: ANN401 - JSON
    """Return the report as read back."""
    return json.loads((out / "report.json").read_text("utf-8"))


def test_render_writes_the_files_of_the_readme(out: Path, rendered: Rendered) -> None:
    """The folder holds the files of the README, and the command names each."""
    assert {path.name for path in out.iterdir()} == FILES
    assert set(rendered[1]["files"]) == FILES


def test_render_writes_only_into_output_and_cache(rendered: Rendered) -> None:
    """The project folder has no other new entries."""
    assert {path.name for path in rendered[0].iterdir()} == {"transcript", "output", ".cache"}
    assert not list((rendered[0] / ".cache" / "work").iterdir())


def test_subtitles_hold_every_row_in_order(out: Path) -> None:
    """The texts of the SRT, joined, are the transcript's rows."""
    cues = list(srt.parse((out / "bread.zh.srt").read_text("utf-8")))
    assert "".join("".join(cue.content.split()) for cue in cues) == "".join(
        "".join(row.split()) for row in ROWS
    )
    assert all(a.end <= b.start for a, b in pairwise(cues))


def test_english_subtitles_hold_the_whole_translation(out: Path) -> None:
    """Every word of the translation is there, in order."""
    cues = list(srt.parse((out / "bread.en.srt").read_text("utf-8")))
    assert " ".join(" ".join(cue.content.split()) for cue in cues) == " ".join(
        " ".join(ENGLISH).split()
    )


def test_report_counts_every_row_as_covered_and_measured(report: Any) -> None:  # noqa: ANN401 - JSON
    """12 rows of 12 in both languages, no overlaps, no estimated times."""
    assert report["faithful"] is True
    assert [
        (one["language"], one["rows"], one["covered"], one["joined_back"], one["overlaps"])
        for one in report["proof"]
    ] == [
        ("zh", 12, 12, 12, 0),
        ("en", 12, 12, 12, 0),
    ]
    assert sum(report["row_times"].values()) == 12
    assert report["row_times"]["estimated"] == 0


def test_audio_meets_its_loudness_target(report: Any) -> None:  # noqa: ANN401 - JSON
    """−14 LUFS within half a unit, true peak at most −1 dBTP, as measured on the result."""
    assert report["sound"]["integrated_lufs"] == pytest.approx(-14, abs=0.5)
    assert report["sound"]["true_peak_dbtp"] <= -1


def test_video_has_the_frames_of_the_timeline(out: Path, report: Any) -> None:  # noqa: ANN401 - JSON
    """H.264 High 4:2:0; size, rate and number of frames are right; all frames last equally long."""
    with av.open(str(out / "bread.mp4")) as video:
        stream = video.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.width, context.height, stream.average_rate) == (640, 360, Fraction(30))
        times = sorted(
            frame.pts * frame.time_base
            for frame in video.decode(stream)
            if frame.pts is not None and frame.time_base
        )
    assert len(times) == report["frames"]
    assert {b - a for a, b in pairwise(times)} == {Fraction(1, 30)}


def test_audio_and_video_end_within_one_frame(out: Path) -> None:
    """AAC, 48 kHz, stereo."""
    with av.open(str(out / "bread.mp4")) as video:
        sound, picture = video.streams.audio[0], video.streams.video[0]
        assert (
            sound.codec_context.name,
            sound.codec_context.sample_rate,
            sound.codec_context.layout.name,
        ) == ("aac", 48_000, "stereo")
        assert sound.duration is not None
        assert picture.duration is not None
        assert sound.time_base is not None
        assert picture.time_base is not None
        assert abs(
            sound.duration * sound.time_base - picture.duration * picture.time_base
        ) <= Fraction(1, 30)


def test_mp4_has_text_tracks_chapters_title_and_poster(out: Path) -> None:
    """Text tracks are tagged and off by default; the index is at the front of the file."""
    with av.open(str(out / "bread.mp4")) as video:
        texts = [
            (s.language, s.codec_context.name, bool(s.disposition & av.stream.Disposition.default))
            for s in video.streams.subtitles
        ]
        assert texts == [("zho", "mov_text", False), ("eng", "mov_text", False)]
        assert [chapter["metadata"]["title"] for chapter in video.chapters()] == [
            "开场",
            "发酵",
            "烘烤",
        ]
        assert video.metadata["title"] == "天然酵母面包"
        assert any(s.disposition & av.stream.Disposition.attached_pic for s in video.streams.video)
    raw = (out / "bread.mp4").read_bytes()
    assert raw.index(b"moov") < raw.index(b"mdat")


def test_second_render_leaves_every_file_as_it_is(rendered: Rendered, out: Path) -> None:
    """Inodes and times are the same."""
    before = {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in out.iterdir()}
    ran = episode("render", "transcript/bread.txt", cwd=rendered[0])
    assert ran.code == 0
    assert "nothing to do" in ran.err
    assert {
        path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in out.iterdir()
    } == before


def test_transcript_alone_renders_a_silent_chinese_video(tmp_path: Path) -> None:
    """Without settings and translation; the file is GB18030 and outside `transcript/`."""
    (tmp_path / "讲座.txt").write_text("\n".join(ROWS[:5]), "gb18030")
    ran = episode("render", "讲座.txt", "--no-voice", "--size", "640x360", "--json", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert {name for name in ran.json["files"] if ".en." in name or "-en" in name} == set()
    assert ran.json["report"]["row_times"] == {"measured": 0, "boundary": 0, "estimated": 5}
    assert "GB18030" in ran.err.upper()
    assert (tmp_path / "output" / "讲座" / "讲座.mp4").exists()
