"""What we rely on in ffmpeg and PyAV for sound and films."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from pipeline.audio.filters import FilterChain
from pipeline.mux.mp4 import write_mp4
from pipeline.mux.text_track import cue_sample
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from tests.audio.voices import RATE, decoded, pcm16, read_wav, voice, write_wav
from tests.mux.factories import track, video

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def through(chain: FilterChain, sound: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Push samples through a chain, some at a time."""
    parts = [chain.push(sound[at : at + step]) for at in range(0, len(sound), step)]
    return np.concatenate([*parts, chain.flush()])


@pytest.mark.parametrize("name", ["highpass", "biquad"])
@pytest.mark.parametrize("step", [1, 999, 48_000])
def test_filters_give_back_as_many_samples_without_a_delay(name: str, step: int) -> None:
    """An impulse comes out where it went in, whatever pieces the samples come in."""
    options = {"highpass": "f=70:p=2", "biquad": "b0=1:b1=-2:b2=1:a0=1:a1=-1.99:a2=0.9901"}[name]
    sound = np.zeros(5_000, np.float32)
    sound[1_234] = 0.5
    made = through(FilterChain((name, options)), sound, step)
    assert (len(made), int(np.argmax(np.abs(made)))) == (5_000, 1_234)
    assert np.allclose(made, through(FilterChain((name, options)), sound, 5_000), atol=1e-6)


def test_resampling_to_192_khz_is_aligned_and_finds_peaks_between_samples() -> None:
    """Four samples for one, each where it belongs: the true peaks of ffmpeg's own meter."""
    sound = np.zeros(4_800, np.float32)
    sound[1_000] = 0.5
    made = through(FilterChain(("aresample", "192000")), sound, 480)
    assert abs(int(np.argmax(made)) - 4_000) <= 1
    assert abs(len(made) - 4 * 4_800) <= 64


def test_a_chain_of_nothing_is_nothing() -> None:
    """Samples pass as they are."""
    sound = np.ones(10, np.float32)
    assert np.array_equal(through(FilterChain(), sound, 3), sound)


def test_one_channel_made_two_by_ffmpeg_loses_3_db_and_by_pan_none(tmp_path: Path) -> None:
    """Why `pan` is written out."""
    source = write_wav(tmp_path / "a.wav", pcm16(voice(1)))
    run_ffmpeg(
        [
            "-v",
            "error",
            "-i",
            ffmpeg_file_url(source),
            "-ac",
            "2",
            ffmpeg_file_url(tmp_path / "own.wav"),
        ],
        timeout=60,
    )
    run_ffmpeg(
        [
            "-v",
            "error",
            "-i",
            ffmpeg_file_url(source),
            "-af",
            "pan=stereo|c0=c0|c1=c0",
            ffmpeg_file_url(tmp_path / "pan.wav"),
        ],
        timeout=60,
    )
    wanted = read_wav(source).astype(float)
    own, pan = (read_wav(tmp_path / name)[:, 0].astype(float) for name in ("own.wav", "pan.wav"))
    assert own @ wanted / (wanted @ wanted) == pytest.approx(1 / np.sqrt(2), abs=0.001)
    assert np.array_equal(pan, wanted)


def aac(source: Path, out: Path, *options: str) -> NDArray[np.float64]:
    """Return what comes back of AAC with these options, shape (n, 2)."""
    pan = ["-af", "pan=stereo|c0=c0|c1=c0"]
    run_ffmpeg(
        [
            "-v",
            "error",
            "-i",
            ffmpeg_file_url(source),
            *pan,
            "-c:a",
            "aac",
            *options,
            "-y",
            ffmpeg_file_url(out),
        ],
        timeout=60,
    )
    return decoded(out).astype(float)


def test_aac_by_quality_with_middle_and_side_is_no_worse_than_by_bit_rate(tmp_path: Path) -> None:
    """Equal channels come back equal to the bit.

    They are nearer to the original than those of `-b:a 160k`.
    """
    source = write_wav(tmp_path / "a.wav", pcm16(voice(6, 3)))
    wanted = read_wav(source).astype(float)
    options = (
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
    )
    ours = aac(source, tmp_path / "q.m4a", *options)
    theirs = aac(source, tmp_path / "b.m4a", "-b:a", "160k")
    assert np.array_equal(ours[:, 0], ours[:, 1])
    noise = [
        10 * np.log10((wanted**2).sum() / ((made[:, 0] - wanted) ** 2).sum())
        for made in (ours, theirs)
    ]
    assert noise[0] > max(15, noise[1])
    assert (tmp_path / "q.m4a").stat().st_size * 8 / 6 < 200_000


@pytest.mark.parametrize(
    ("length", "suffix"),
    [
        (1, ".m4a"),
        (1_023, ".m4a"),
        (1_024, ".m4a"),
        (50_001, ".m4a"),
        (1_105, ".mp3"),
        (1_152, ".mp3"),
        (50_001, ".mp3"),
    ],
)
def test_encoder_delay_is_written_down_and_taken_off(
    tmp_path: Path, length: int, suffix: str
) -> None:
    """Any length comes back at its length from ffmpeg's decoder."""
    source = write_wav(tmp_path / "a.wav", pcm16(voice(2))[:length])
    out = tmp_path / f"a{suffix}"
    run_ffmpeg(
        [
            "-v",
            "error",
            "-i",
            ffmpeg_file_url(source),
            "-fflags",
            "+bitexact",
            "-flags",
            "+bitexact",
            ffmpeg_file_url(out),
        ],
        timeout=60,
    )
    assert len(decoded(out)) == length


def test_lame_takes_five_per_cent_off(tmp_path: Path) -> None:
    """Why MP3 gets 0.4455 dB more."""
    source = write_wav(tmp_path / "a.wav", pcm16(0.3 * np.sin(np.arange(3 * RATE) / 17)))
    run_ffmpeg(
        [
            "-v",
            "error",
            "-i",
            ffmpeg_file_url(source),
            "-c:a",
            "libmp3lame",
            "-b:a",
            "160k",
            ffmpeg_file_url(tmp_path / "a.mp3"),
        ],
        timeout=60,
    )
    made = decoded(tmp_path / "a.mp3")[RATE : 2 * RATE, 0].astype(float)
    wanted = decoded(source)[RATE : 2 * RATE, 0].astype(float)
    assert np.sqrt((made**2).mean() / (wanted**2).mean()) == pytest.approx(0.95, abs=0.002)


def test_a_backslash_at_a_lines_end_joins_two_keys_of_ffmetadata(tmp_path: Path) -> None:
    """Even an escaped one: why a space follows it."""
    source = write_wav(tmp_path / "a.wav", pcm16(voice(0.2)))

    def tags(sheet: str) -> dict[str, str]:
        arguments = [
            "-i",
            ffmpeg_file_url(source),
            "-f",
            "ffmetadata",
            "-i",
            "pipe:0",
            "-map_metadata",
            "1",
            "-y",
            ffmpeg_file_url(tmp_path / "a.m4a"),
        ]
        run_ffmpeg(["-v", "error", *arguments], timeout=60, stdin=sheet.encode())
        with av.open(str(tmp_path / "a.m4a")) as file:
            return dict(file.metadata)

    assert "artist" not in tags(";FFMETADATA1\ntitle=C:\\\\\nartist=x\n")
    assert tags(";FFMETADATA1\ntitle=C:\\\\ \nartist=x\n")["artist"] == "x"


def test_libavs_muxer_puts_the_first_subtitle_track_on(tmp_path: Path) -> None:
    """Though no track is marked as default: one reason why films are written by our own hand."""
    length = 48_000
    write_mp4(
        video(30),
        None,
        [track("zh", (0, length, "x"))],
        [],
        title="",
        language="zh",
        poster=None,
        burnt=True,
        out=tmp_path / "own.mp4",
    )
    copy = [
        "-map",
        "0",
        "-c",
        "copy",
        "-disposition:s",
        "0",
        "-y",
        ffmpeg_file_url(tmp_path / "libav.mp4"),
    ]
    run_ffmpeg(["-v", "error", "-i", ffmpeg_file_url(tmp_path / "own.mp4"), *copy], timeout=60)
    on = []
    for name in ("own.mp4", "libav.mp4"):
        with av.open(str(tmp_path / name)) as read:
            on.append(bool(read.streams.subtitles[0].disposition & 1))
    assert on == [False, True]


def test_text_samples_read_back_byte_for_byte(tmp_path: Path) -> None:
    """Libav's demuxer gives a text track's packets as they were written, gaps included."""
    made = track("zh", (4_800, 9_600, "第一\nTwo"), (24_000, 48_000, "<i>x</i>"))
    write_mp4(
        video(30),
        None,
        [made],
        [],
        title="",
        language="zh",
        poster=None,
        burnt=True,
        out=tmp_path / "f.mp4",
    )
    with av.open(str(tmp_path / "f.mp4")) as read:
        found = [
            (packet.pts, packet.duration, bytes(packet))
            for packet in read.demux(read.streams.subtitles[0])
            if packet.size
        ]
    gap = b"\0\0"
    assert found == [
        (0, 4_800, gap),
        (4_800, 4_800, cue_sample(made.cues[0])),
        (9_600, 14_400, gap),
        (24_000, 24_000, cue_sample(made.cues[1])),
    ]


def test_demuxing_ends_with_empty_packets() -> None:
    """Which are not counted as pictures."""
    made = io.BytesIO()
    with av.open(made, "w", format="wav") as file:
        stream = file.add_stream("pcm_s16le", rate=RATE)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 960), np.int16), format="s16", layout="stereo"
        )
        frame.sample_rate = RATE
        file.mux(stream.encode(frame))
    made.seek(0)
    with av.open(made, "r") as heard:
        sizes = [packet.size for packet in heard.demux()]
    assert sizes[-1] == 0
    assert sum(sizes) == 4 * 480
