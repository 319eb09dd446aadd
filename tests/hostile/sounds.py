"""Hostile audio files, each with the pattern of the error that it causes, or none."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.process import ffmpeg_file_url, run_ffmpeg
from tests.audio.voices import RATE, pcm16, voice, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS = 3.0
_INTEGER, _FLOAT = 1, 3
_CUT = r"cut off|cannot be read"
_UNREADABLE = "cannot be read as audio"


@dataclass(frozen=True, slots=True)
class Case:
    """A file to write under a name; `sentence` is a pattern of its error, empty if it decodes."""

    title: str
    name: str
    put: Callable[[Path], object]
    sentence: str = ""


def wav(
    samples: np.ndarray[tuple[int, ...], np.dtype[np.generic]],
    *,
    kind: int = _INTEGER,
    channels: int = 1,
    rate: int = RATE,
    bits: int = 16,
    said: int | None = None,
) -> bytes:
    """Return a WAV file with any header; `said` replaces the true number of bytes."""
    body = samples.tobytes()
    frame = channels * bits // 8
    size = len(body) if said is None else said
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        (36 + size) % 2**32,
        b"WAVE",
        b"fmt ",
        16,
        kind,
        channels,
        rate,
        (rate * frame) % 2**32,
        frame % 2**16,
        bits,
        b"data",
        size,
    )
    return head + body


def _tone(rate: int = RATE, channels: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    wave = 0.3 * np.sin(2 * np.pi * 300 * np.arange(round(SECONDS * rate)) / rate)
    return np.repeat(wave[:, None], channels, axis=1)


def _small(rate: int = RATE, channels: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return pcm16(_tone(rate, channels)).astype("<i2")


def _holed(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return sound in which ten samples are no numbers a loudspeaker can make."""
    wave = _tone().astype("<f4")
    wave[5_000:5_010] = value
    return wave


def data(title: str, content: bytes, sentence: str = "", name: str = "a.wav") -> Case:
    """Return a case of a file's bytes."""
    return Case(title, name, lambda path: path.write_bytes(content), sentence)


def _coded(*arguments: str, keep: float = 1.0) -> Callable[[Path], object]:
    """Return what writes a sound as ffmpeg codes it, of which only a part is kept."""

    def put(path: Path) -> None:
        source, out = path.parent.parent / "source.wav", path.parent.parent / "coded"
        write_wav(source, pcm16(voice(SECONDS if keep == 1.0 else 5)))
        run_ffmpeg(
            ["-v", "error", "-i", ffmpeg_file_url(source), *arguments, "-y", ffmpeg_file_url(out)],
            timeout=60,
        )
        whole = out.read_bytes()
        path.write_bytes(whole[: int(len(whole) * keep)])
        source.unlink()
        out.unlink()

    return put


def _drawn(*arguments: str) -> Callable[[Path], object]:
    def put(path: Path) -> None:
        run_ffmpeg(
            [
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "color=s=64x36:d=1",
                *arguments,
                "-y",
                ffmpeg_file_url(path),
            ],
            timeout=60,
        )

    return put


def _listing(text: str) -> Callable[[Path], object]:
    """Return what writes a list that names a sound beside it."""

    def put(path: Path) -> None:
        write_wav(path.with_name("other.wav"), pcm16(voice(1)))
        path.write_text(text.replace("OTHER", str(path.with_name("other.wav"))), "utf-8")

    return put


_HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:2,\nOTHER\n#EXT-X-ENDLIST\n"
_DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period>'
    "<BaseURL>file://OTHER</BaseURL></Period></MPD>"
)

SOUNDS = [
    data("0 bytes", b"", _UNREADABLE),
    data("no samples", wav(_small()[:0]), "no audio in this file"),
    data("one sample", wav(_small()[:1]), "^$"),
    data("a header and no more", wav(_small())[:40], _UNREADABLE),
    data("text", "这不是声音\n".encode() * 100, _UNREADABLE),
    data(
        "a web page called music",
        b"<!doctype html><script>alert(1)</script>" * 50,
        _UNREADABLE,
        "a.mp3",
    ),
    data("noise", np.random.default_rng(1).bytes(50_000), _UNREADABLE, "a.mp3"),
    *(
        data(f"{rate} Hz", wav(_small(rate), rate=rate))
        for rate in (8_000, 11_025, 16_000, 22_050, 44_100, 88_200, 96_000, 192_000)
    ),
    *(
        data(f"{channels} channels", wav(_small(RATE, channels), channels=channels))
        for channels in (2, 6, 8)
    ),
    data("8 bits", wav(((_tone() + 1) * 127).astype("u1"), bits=8)),
    data("32 bits", wav((_tone() * 2**31).astype("<i4"), bits=32)),
    data("float", wav(_tone().astype("<f4"), kind=_FLOAT, bits=32)),
    data("double", wav(_tone().astype("<f8"), kind=_FLOAT, bits=64)),
    data("float far over full scale", wav((_tone() * 900).astype("<f4"), kind=_FLOAT, bits=32)),
    data("float that is not a number", wav(_holed(float("nan")), kind=_FLOAT, bits=32)),
    data("float without end", wav(_holed(float("inf")), kind=_FLOAT, bits=32)),
    data("no channels", wav(_small(), channels=0), _UNREADABLE),
    data("65,535 channels", wav(_small(), channels=65_535), _UNREADABLE),
    data("0 Hz", wav(_small(), rate=0), _UNREADABLE),
    data("4,294,967,295 Hz", wav(_small(), rate=2**32 - 1), _UNREADABLE),
    data("0 bits", wav(_small(), bits=0), _UNREADABLE),
    data("says it is 4 GB", wav(_small(), said=2**32 - 36), _CUT),
    data("says it never ends", wav(_small(), said=2**32 - 1)),
    *(
        Case(f"cut off {' '.join(arguments)}", "a.wav", _coded(*arguments, keep=0.6), _CUT)
        for arguments in (
            ("-f", "wav"),
            ("-c:a", "pcm_f32le", "-f", "wav"),
            ("-f", "flac"),
            ("-f", "mp3"),
            ("-c:a", "aac", "-movflags", "+faststart", "-f", "ipod"),
            ("-c:a", "aac", "-f", "ipod"),
            ("-f", "aiff"),
        )
    ),
    Case("MP3 called WAV", "a.wav", _coded("-f", "mp3", "-write_xing", "1")),
    Case("FLAC without an ending", "a", _coded("-f", "flac")),
    Case(
        "a picture called WAV",
        "a.wav",
        _drawn("-frames:v", "1", "-f", "image2", "-c:v", "png"),
        _UNREADABLE,
    ),
    Case("a video without sound", "a.mp4", _drawn(), "no audio in this file"),
    Case("a playlist", "a.m3u8", _listing(_HLS), _UNREADABLE),
    Case("a playlist called MP3", "a.mp3", _listing(_HLS), _UNREADABLE),
    Case("a manifest called MP4", "a.mp4", _listing(_DASH), _UNREADABLE),
    Case(
        "a list of files", "a.wav", _listing("ffconcat version 1.0\nfile other.wav\n"), _UNREADABLE
    ),
    Case("a folder", "a.wav", lambda path: path.mkdir(), "not a regular file"),
    Case("a pipe", "a.wav", os.mkfifo, "not a regular file"),
    Case("a device", "a.wav", lambda path: path.symlink_to("/dev/zero"), "not a regular file"),
    Case("a link to nothing", "a.wav", lambda path: path.symlink_to("gone.wav"), "does not exist"),
    Case(
        "a link in a circle",
        "a.wav",
        lambda path: path.symlink_to("a.wav"),
        "points back to itself",
    ),
    Case("missing", "a.wav", lambda _: None, "does not exist"),
    *(
        data(f"named {name[:20]!r}", wav(_small()), name=name)
        for name in (
            "-i.wav",
            "a:b.wav",
            "pipe:0",
            "concat:a|b",
            "%d.wav",
            'it\'s "名" (1).wav',
            "x" * 251 + ".wav",
            "new\nline.wav",
            "..wav",
        )
    ),
]
