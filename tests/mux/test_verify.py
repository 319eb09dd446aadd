"""The check before a film gets its name: whatever is not as it should be is found."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, cast

import pytest

from pipeline.errors import OutputFault
from pipeline.mux.mp4 import write_mp4
from pipeline.mux.verify import verify_mp4
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from tests.mux.factories import Wanted, marks, narration, track, two_tracks, video

if TYPE_CHECKING:
    from pathlib import Path

FRAMES, FPS, LENGTH = 90, 30, 144_000


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film that is right."""
    folder = tmp_path_factory.mktemp("film")
    chapters = marks((0, "开头"), (72_000, "后半"))
    out = folder / "film.mp4"
    tracks = two_tracks(FRAMES, FPS)
    write_mp4(
        video(FRAMES, FPS),
        narration(folder, LENGTH),
        tracks,
        chapters,
        title="标题",
        language="zh",
        poster=None,
        burnt=True,
        out=out,
    )
    return out


def wanted(**changes: Any) -> Wanted:  # noqa: ANN401 - any of the arguments
    """Return what the film should be, with changes."""
    right: dict[str, Any] = {
        "frames": FRAMES,
        "fps": FPS,
        "width": 128,
        "height": 72,
        "samples": LENGTH,
        "tracks": two_tracks(FRAMES, FPS),
        "chapters": marks((0, "开头"), (72_000, "后半")),
        "title": "标题",
    }
    return cast("Wanted", {**right, **changes})


def test_verify_mp4_accepts_a_correct_file(film: Path) -> None:
    """The check has nothing against it."""
    assert verify_mp4(film, **wanted()).keyframes == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"frames": 91}, "90 instead of 91: frames"),
        ({"frames": 89}, "90 instead of 89: frames"),
        ({"fps": 25}, "30 instead of 25: frames per second"),
        ({"width": 130}, "picture size"),
        ({"samples": LENGTH - 1}, "audio samples"),
        ({"samples": None}, "1 instead of 0: audio tracks"),
        ({"title": "另一个"}, "title"),
        ({"tracks": two_tracks(FRAMES, FPS)[:1]}, "subtitle tracks"),
        ({"tracks": two_tracks(FRAMES, FPS)[::-1]}, "subtitle tracks"),
        ({"chapters": marks((0, "开头"))}, "chapters"),
        ({"chapters": marks((0, "开头"), (72_001, "后半"))}, "chapters"),
        ({"chapters": marks((0, "开头"), (72_000, "后 半"))}, "chapters"),
        ({"poster": True}, "cover"),
        ({"burnt": False}, "subtitle tracks"),
        ({"codec": "hevc"}, "video codec"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_verify_mp4_names_every_difference(film: Path, change: dict[str, Any], said: str) -> None:
    """One thing expected otherwise, one sentence that names it, and the file."""
    with pytest.raises(OutputFault, match=said) as fault:
        verify_mp4(film, **wanted(**change))
    assert fault.value.where == film


@pytest.mark.parametrize(
    "cue",
    [(3_200, 48_000, "你好，世畀"), (3_201, 48_000, "你好，世界"), (3_200, 47_999, "你好，世界")],
    ids=["a character", "a sample at the beginning", "a sample at the end"],
)
def test_verify_mp4_finds_the_smallest_difference_in_a_cue(
    film: Path, cue: tuple[int, int, str]
) -> None:
    """Text and times are compared exactly."""
    right = two_tracks(FRAMES, FPS)
    changed = track(
        "zh-Hans",
        cue,
        *((one.span.start, one.span.end, "\n".join(one.lines)) for one in right[0].cues[1:]),
    )
    with pytest.raises(
        OutputFault, match="cue 1 is the first cue of the zh-Hans track that differs"
    ):
        verify_mp4(film, **wanted(tracks=[changed, right[1]]))


@pytest.mark.parametrize("part", [0, 0.02, 0.5, 0.99])
def test_verify_mp4_refuses_a_file_that_is_cut_off(film: Path, tmp_path: Path, part: float) -> None:
    """A disk that filled up, a process that was killed."""
    data = film.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(OutputFault):
        verify_mp4(cut, **wanted())


def test_verify_mp4_refuses_pictures_that_cannot_be_decoded(film: Path, tmp_path: Path) -> None:
    """An index that is right over bytes that are not."""
    data = bytearray(film.read_bytes())
    at = data.index(b"mdat") + 12
    while data[at + 4] & 31 != 5:  # on to the slice of the first picture
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    length = int.from_bytes(data[at : at + 4], "big")
    data[at + 20 : at + 4 + length] = b"\xa5" * (length - 16)
    (tmp_path / "bad.mp4").write_bytes(data)
    with pytest.raises(OutputFault, match="cannot be read back"):
        verify_mp4(tmp_path / "bad.mp4", **wanted())


def test_verify_mp4_refuses_a_file_that_is_no_mp4(tmp_path: Path) -> None:
    """One sentence, no traceback."""
    (tmp_path / "film.mp4").write_bytes(b"\0" * 5_000)
    with pytest.raises(OutputFault, match="cannot be read back"):
        verify_mp4(tmp_path / "film.mp4", **wanted())


def test_verify_mp4_refuses_an_index_after_the_media(film: Path, tmp_path: Path) -> None:
    """Players on the web would have to load it all."""
    data = film.read_bytes()
    start = data.index(b"moov") - 4
    (length,) = struct.unpack_from(">I", data, start)
    behind = tmp_path / "behind.mp4"
    # offsets still point at the bytes where they were: only the order of the boxes is wrong
    behind.write_bytes(
        data[:start]
        + struct.pack(">I4s", length, b"free")
        + bytes(length - 8)
        + data[start + length :]
        + data[start : start + length]
    )
    with pytest.raises(OutputFault, match="order of the file's parts"):
        verify_mp4(behind, **wanted())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["-map", "0", "-c", "copy", "-c:v", "libx264", "-profile:v", "baseline"],
            "Baseline instead of High",
        ),
        (["-map", "0", "-c", "copy", "-c:v", "libx264", "-pix_fmt", "yuv444p"], "instead of High"),
        (["-map", "0", "-c", "copy", "-c:a", "aac", "-ar", "44100"], "audio format"),
        (["-map", "0", "-c", "copy", "-c:a", "aac", "-ac", "1"], "audio format"),
        (
            [
                "-map",
                "0",
                "-sn",
                "-c",
                "copy",
                "-bsf:v",
                "setts=pts=N*1000+300*eq(N\\,40):dts=N*1000+300*eq(N\\,40)",
            ],
            "frame 39 is not where a constant frame rate puts it",
        ),
        (["-map", "0", "-c", "copy", "-metadata", "creation_time=2024-01-01T00:00:00Z"], "date"),
    ],
    ids=lambda value: str(value[-1])[:30],
)
def test_verify_mp4_refuses_other_formats(
    film: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    """Another profile, pixel format, rate, channel count, uneven frames, a date."""
    other = tmp_path / "other.mp4"
    titles = [
        "-metadata:s:s:0",
        "title=中文",
        "-metadata:s:s:1",
        "title=English",
        "-disposition:s",
        "0",
    ]
    run_ffmpeg(
        [
            "-v",
            "error",
            "-i",
            ffmpeg_file_url(film),
            *arguments,
            *titles,
            "-dn",
            "-movflags",
            "+faststart",
            "-y",
            ffmpeg_file_url(other),
        ],
        timeout=60,
    )
    with pytest.raises(OutputFault, match=said):
        verify_mp4(other, **wanted(**({"tracks": []} if "-sn" in arguments else {})))
