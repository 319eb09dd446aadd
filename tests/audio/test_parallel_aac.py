"""AAC encoded in parts: the audio of a single encode, and the same bytes on every machine."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio import parallel_aac
from pipeline.audio.export import export_narration
from pipeline.audio.parallel_aac import FRAME_SAMPLES, PART_FRAMES, aac_frame_count, part_edges
from pipeline.errors import OutputFault
from pipeline.model import Chapter, ChapterMark
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from tests.audio.voices import RATE, decoded, pcm16, voice, write_wav

if TYPE_CHECKING:
    from pathlib import Path

LENGTH = 366 * RATE + 4_321
MARKS = [ChapterMark(Chapter(1, "开头"), 0), ChapterMark(Chapter(4, "中间"), 200 * RATE)]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a voice of six minutes: three parts."""
    sound = np.tile(pcm16(voice(31.37)), 12)[:LENGTH]
    return write_wav(tmp_path_factory.mktemp("talk") / "m.wav", sound)


@pytest.fixture(scope="module")
def made(talk: Path) -> Path:
    """Return it as a listener gets it."""
    out = talk.with_name("n.m4a")
    export_narration(
        talk, out, title="说", artist="大飞", chapters=MARKS, cover=None, language="zh"
    )
    return out


def test_encode_in_parts_sounds_like_one_encode(talk: Path, made: Path) -> None:
    """No sample moves; away from edges samples equal a single encode, near them nearly so."""
    whole = talk.with_name("whole.m4a")
    one = [
        "-c:a",
        "aac",
        "-q:a",
        "2",
        "-aac_coder",
        "fast",
        "-aac_is",
        "0",
        "-aac_pns",
        "0",
        "-aac_tns",
        "0",
        "-aac_ms",
        "1",
    ]
    shape = ["-af", "pan=stereo|c0=c0|c1=c0", "-cutoff", "16000"]
    run_ffmpeg(
        ["-v", "error", "-i", ffmpeg_file_url(talk), *shape, *one, "-y", ffmpeg_file_url(whole)],
        timeout=120,
    )
    sound, wanted = decoded(made), decoded(whole)
    assert len(sound) == len(wanted) == LENGTH
    assert np.array_equal(sound[:, 0], sound[:, 1])
    source = decoded(talk)[:, 0].astype(float) * np.sqrt(2)
    apart = np.zeros(LENGTH, bool)
    for edge in part_edges(LENGTH)[1:-1]:
        near = slice((edge - 2) * FRAME_SAMPLES, (edge + 600) * FRAME_SAMPLES)
        apart[near] = True
        noise = [
            float(np.sqrt(((one[near, 0] - source[near]) ** 2).mean())) for one in (sound, wanted)
        ]
        assert noise[0] < noise[1] * 1.02
    assert np.array_equal(sound[~apart], wanted[~apart])


def test_encode_in_parts_has_delay_length_and_chapters_of_one_encode(made: Path) -> None:
    """The delay lies before 0, the last frame is short, the tags are there; no file is left."""
    with av.open(str(made)) as file:
        stream = file.streams.audio[0]
        assert (stream.start_time, stream.duration, stream.rate, stream.channels) == (
            0,
            LENGTH,
            RATE,
            2,
        )
        packets = [
            (packet.pts or 0, packet.duration or 0) for packet in file.demux(stream) if packet.size
        ]
        assert (packets[0], len(packets)) == (
            (-FRAME_SAMPLES, FRAME_SAMPLES),
            aac_frame_count(LENGTH),
        )
        assert all(one[0] + FRAME_SAMPLES == two[0] for one, two in pairwise(packets))
        assert sum(length for _, length in packets[1:]) == LENGTH
        assert [chapter["metadata"]["title"] for chapter in file.chapters()] == ["开头", "中间"]
        assert file.metadata["title"] == "说"
    assert {path.name for path in made.parent.iterdir()} <= {
        "m.wav",
        "n.m4a",
        "whole.m4a",
        "again.m4a",
    }


def test_encode_in_parts_is_deterministic(talk: Path, made: Path) -> None:
    """Byte for byte, though parts are encoded at the same time."""
    again = talk.with_name("again.m4a")
    export_narration(
        talk, again, title="说", artist="大飞", chapters=MARKS, cover=None, language="zh"
    )
    assert again.read_bytes() == made.read_bytes()


@given(st.integers(0, 6 * 3_600 * RATE))
def test_part_edges_cover_every_frame_once(length: int) -> None:
    """Of about two minutes each, never a short one; all edges where ffmpeg can seek exactly."""
    edges = part_edges(length)
    assert (edges[0], edges[-1]) == (0, aac_frame_count(length))
    sizes = [last - first for first, last in pairwise(edges)]
    assert sum(sizes) == aac_frame_count(length)
    assert all(size <= PART_FRAMES * 1.5 + 1 for size in sizes)
    assert len(sizes) == 1 or min(sizes) >= PART_FRAMES // 2
    assert all(edge % 3 == 0 for edge in edges[:-1])


@pytest.mark.parametrize(
    "broken", [b"\xff\xf1\x50\x80\x00\x1f\xfc", b"\xff\xf1\x50\x80\x10\x1f\xfc" + bytes(9)]
)
def test_adts_frames_refuse_truncated_data(broken: bytes) -> None:
    """A frame shorter than its header, or longer than the file, is no frame."""
    with pytest.raises(OutputFault, match="cannot be read back"):
        list(parallel_aac._adts_frames(broken))  # noqa: SLF001 - ffmpeg never writes this
