"""Made-up voices and plain WAV files for the tests of sound."""

from __future__ import annotations

import re
import wave
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pipeline.process import ffmpeg_file_url, run_ffmpeg

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RATE = 48_000


def voice(
    seconds: float, seed: int = 1, level: float = 0.3, pitch: float = 130
) -> NDArray[np.float64]:
    """Return speech-like audio: syllables of harmonics and hiss, pauses; its peak is `level`."""
    sound = _unscaled(seconds, seed, pitch)
    return np.asarray(sound / np.abs(sound).max() * level)


@lru_cache(maxsize=8)
def _unscaled(seconds: float, seed: int, pitch: float) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    length = round(seconds * RATE)
    time = np.arange(length) / RATE
    phase = (
        2
        * np.pi
        * np.cumsum(pitch * (1 + 0.15 * np.sin(2 * np.pi * 0.4 * time + rng.random())))
        / RATE
    )
    turn = np.exp(1j * phase)
    harmonic, tone = np.ones(length, complex), np.zeros(length)
    for number in range(1, 30):
        harmonic *= turn
        tone += harmonic.imag / number**0.8
    syllables = np.clip(np.sin(2 * np.pi * 2.2 * time + rng.random()), 0, 1) ** 1.5
    phrases = np.sin(2 * np.pi * time / 4.1) > -0.85
    noise = np.fft.rfft(rng.normal(0, 1, length))
    frequency = np.fft.rfftfreq(length, 1 / RATE)
    colour = np.exp(-(((frequency - 5_500) / 2_500) ** 2))  # sibilants lie between 3 and 9 kHz
    hiss = (
        2
        * np.fft.irfft(noise * colour, length)
        * np.clip(np.sin(2 * np.pi * 3.1 * time), 0, 1) ** 6
    )
    return np.asarray((tone * syllables + hiss) * phrases)


def pcm16(samples: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return samples of full scale 1 as 16 bits, cut where they are over it."""
    return np.asarray(np.clip(np.round(samples * 32768), -32768, 32767), np.int16)


def write_wav(path: Path, samples: NDArray[np.int16]) -> Path:
    """Write 48 kHz samples, shape (n,) or (n, channels)."""
    with wave.open(str(path), "wb") as out:
        out.setparams((1 if samples.ndim == 1 else samples.shape[1], 2, RATE, 0, "NONE", ""))
        out.writeframes(samples.astype("<i2").tobytes())
    return path


def read_wav(path: Path) -> NDArray[np.int16]:
    """Return a file's samples, shape (n,) for one channel."""
    with wave.open(str(path), "rb") as source:
        assert (source.getframerate(), source.getsampwidth()) == (RATE, 2)
        channels = source.getnchannels()
        samples = np.frombuffer(source.readframes(source.getnframes()), "<i2").astype(np.int16)
    return samples if channels == 1 else samples.reshape(-1, channels)


def decoded(path: Path) -> NDArray[np.int16]:
    """Return what ffmpeg decodes a file to: stereo, 48 kHz, shape (n, 2)."""
    out, _ = run_ffmpeg(
        [
            "-v",
            "error",
            "-i",
            ffmpeg_file_url(path),
            "-map",
            "0:a",
            "-f",
            "s16le",
            "-ac",
            "2",
            "-ar",
            "48000",
            "pipe:1",
        ],
        timeout=60,
    )
    return np.frombuffer(out, "<i2").reshape(-1, 2).astype(np.int16)


def ebur128(path: Path, *, dual: bool = False) -> tuple[float, float, float]:
    """Return what ffmpeg's own meter says of a file: LUFS, dBTP, LU."""
    meter = f"ebur128=peak=true:framelog=quiet:dualmono={int(dual)}"
    _, said = run_ffmpeg(
        ["-nostats", "-i", ffmpeg_file_url(path), "-map", "0:a", "-af", meter, "-f", "null", "-"],
        timeout=60,
    )
    summary = said[said.rindex("Summary:") :]
    found = [re.search(rf"{key}:\s+(-?[\d.]+|-inf)", summary) for key in ("I", "Peak", "LRA")]
    integrated, peak, span = (float(one[1]) for one in found if one)
    return integrated, peak, span
