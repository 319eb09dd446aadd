"""Decoding: any format gives the same samples, and a file without audio is refused."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio import pcm
from pipeline.audio.decoder import decode_samples, decode_to_wav
from pipeline.errors import EnvironmentFault, InputError
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from tests.audio.voices import RATE, pcm16, voice, write_wav

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LENGTH = 100_003


@pytest.fixture(scope="module")
def sound() -> NDArray[np.int16]:
    """Return about two seconds of a voice, an odd number of samples."""
    return pcm16(voice(2.2)[:LENGTH])


def encoded(folder: Path, sound: NDArray[np.int16], name: str, *arguments: str) -> Path:
    """Return the sound as ffmpeg writes it."""
    source = write_wav(folder / "source.wav", sound)
    run_ffmpeg(
        [
            "-v",
            "error",
            "-i",
            ffmpeg_file_url(source),
            *arguments,
            "-y",
            ffmpeg_file_url(folder / name),
        ],
        timeout=60,
    )
    return folder / name


def likeness(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    """Return the signal to noise ratio of one against the other in dB."""
    length = min(len(one), len(other))
    first, second = one[:length].astype(float), other[:length].astype(float)
    return float(10 * np.log10((first**2).sum() / max(1e-9, ((first - second) ** 2).sum())))


@pytest.mark.parametrize(
    ("name", "arguments", "decibels"),
    [
        ("a.wav", [], 200),
        ("a.wav", ["-c:a", "pcm_s24le"], 90),
        ("a.wav", ["-c:a", "pcm_f32le"], 90),
        ("a.wav", ["-c:a", "pcm_u8"], 18),
        ("a.w64", [], 70),
        ("a.aiff", [], 90),
        ("a.flac", [], 90),
        ("a.mp3", ["-b:a", "192k"], 15),
        ("a.m4a", ["-c:a", "aac", "-b:a", "192k"], 15),
        ("a.ogg", ["-c:a", "libopus", "-b:a", "192k"], 10),
        ("a.mka", ["-c:a", "flac"], 90),
        ("a.webm", ["-c:a", "libopus", "-b:a", "192k"], 10),
        ("noending", ["-f", "flac"], 90),
    ],
)
def test_decode_samples_keeps_positions_in_every_format(
    tmp_path: Path, sound: NDArray[np.int16], name: str, arguments: list[str], decibels: float
) -> None:
    """As many samples, none of them moved: encoder delay and padding are taken off."""
    made = decode_samples(encoded(tmp_path, sound, name, *arguments))
    assert abs(len(made) - LENGTH) <= (0 if decibels > 80 else 1_024)
    assert likeness(sound, made) > decibels


@pytest.mark.parametrize(
    "rate", [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 88_200, 96_000, 192_000]
)
def test_decode_samples_converts_every_rate_to_48_khz(tmp_path: Path, rate: int) -> None:
    """A tone of 440 Hz and its end are where they were."""
    time = np.arange(round(2.5 * rate)) / rate
    path = tmp_path / "a.wav"
    samples = pcm16(0.4 * np.sin(2 * np.pi * 440 * time))
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + 2 * len(samples),
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        rate,
        2 * rate,
        2,
        16,
        b"data",
        2 * len(samples),
    )
    path.write_bytes(head + samples.astype("<i2").tobytes())
    made = decode_samples(path)
    assert abs(len(made) - 120_000) <= 2
    wanted = pcm16(0.4 * np.sin(2 * np.pi * 440 * np.arange(120_000) / RATE))
    assert likeness(wanted[2_000:110_000], made[2_000:110_000]) > 40


def test_decode_samples_downmixes_surround(tmp_path: Path) -> None:
    """5.1 with the voice in the middle gives the voice."""
    sound = pcm16(voice(1.5))
    path = encoded(tmp_path, sound, "a.flac", "-af", "pan=5.1|FC=c0|LFE=0.0*c0")
    made = decode_samples(path).astype(float)
    factor = made @ sound / (sound.astype(float) @ sound)
    assert likeness(pcm16(sound * factor / 32768), made.astype(np.int16)) > 40
    assert 0.3 < factor <= 1.01


def test_decode_samples_keeps_a_voice_on_one_side(tmp_path: Path, sound: NDArray[np.int16]) -> None:
    """The lapel microphone on the left channel."""
    sides = np.stack([sound, np.zeros_like(sound)], axis=1)
    made = decode_samples(write_wav(tmp_path / "a.wav", sides))
    assert likeness(sound, pcm16(made / 32768 * np.sqrt(2))) > 60


def test_decode_samples_keeps_two_channels_on_request(tmp_path: Path) -> None:
    """Music stays in stereo."""
    sides = np.stack([pcm16(voice(1, 1)), pcm16(voice(1, 2, pitch=250))], axis=1)
    assert np.array_equal(decode_samples(write_wav(tmp_path / "a.wav", sides), 2), sides)


def test_decode_samples_scales_float_over_full_scale(tmp_path: Path) -> None:
    """A 32-bit recording that peaks at +9 dB keeps its shape."""
    wave = 2.8 * np.sin(2 * np.pi * 300 * np.arange(RATE) / RATE)
    data = wave.astype("<f4").tobytes()
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(data),
        b"WAVE",
        b"fmt ",
        16,
        3,
        1,
        RATE,
        4 * RATE,
        4,
        32,
        b"data",
        len(data),
    )
    (tmp_path / "a.wav").write_bytes(head + data)
    made = decode_samples(tmp_path / "a.wav").astype(float)
    assert likeness(pcm16(wave / 2.8 * np.abs(made).max() / 32768), made.astype(np.int16)) > 50
    assert np.abs(made).max() > 32_000


def test_decode_samples_keeps_the_delay_of_audio_after_video(
    tmp_path: Path, sound: NDArray[np.int16]
) -> None:
    """A video whose sound starts a second late: row times are those of the picture."""
    source = write_wav(tmp_path / "source.wav", sound)
    late = [
        "-f",
        "lavfi",
        "-i",
        "color=s=64x36:d=3",
        "-itsoffset",
        "1",
        "-i",
        ffmpeg_file_url(source),
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c:a",
        "flac",
    ]
    path = tmp_path / "late.mkv"
    run_ffmpeg(
        [
            "-v",
            "error",
            "-protocol_whitelist",
            "file,pipe",
            *late,
            "-c:v",
            "libx264",
            "-y",
            ffmpeg_file_url(path),
        ],
        timeout=60,
    )
    made = decode_samples(path)
    assert not made[: RATE - 100].any()
    assert likeness(sound, made[RATE:]) > 60


def test_decode_to_wav_writes_a_long_file(tmp_path: Path, sound: NDArray[np.int16]) -> None:
    """The map of the file is the sound."""
    path = encoded(tmp_path, sound, "a.flac")
    assert decode_to_wav(path, tmp_path / "out.wav") == LENGTH
    mapped = pcm.memory_map_samples(tmp_path / "out.wav")
    assert isinstance(mapped, np.memmap)
    assert np.array_equal(mapped, sound)


def test_decode_samples_reads_a_file_without_a_length(
    tmp_path: Path, sound: NDArray[np.int16]
) -> None:
    """Recorders that stream leave the size at its greatest."""
    path = write_wav(tmp_path / "a.wav", sound)
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = b"\xff" * 4
    path.write_bytes(bytes(data))
    assert np.array_equal(decode_samples(path), sound)


def test_decode_samples_refuses_a_file_over_the_limit(
    tmp_path: Path, sound: NDArray[np.int16]
) -> None:
    """No more than the bound is decoded."""
    path = write_wav(tmp_path / "a.wav", np.tile(sound, 4))
    with pytest.raises(InputError, match="longer than"):
        decode_to_wav(path, tmp_path / "out.wav", max_seconds=5)
    assert pcm.channels_and_length(tmp_path / "out.wav")[1] == 6 * RATE


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user"
)
def test_decode_samples_reports_missing_permission(
    tmp_path: Path, sound: NDArray[np.int16]
) -> None:
    """Not ffmpeg's words but ours."""
    path = write_wav(tmp_path / "a.wav", sound)
    tmp_path.chmod(0)
    try:
        with pytest.raises(EnvironmentFault):
            decode_samples(path)
    finally:
        tmp_path.chmod(0o700)
