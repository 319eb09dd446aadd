"""Loudness, against the test signals of the standard and against ffmpeg's meter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio.loudness import measure_loudness
from tests.audio.voices import RATE, ebur128, pcm16, voice, write_wav

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def sine(level: float, seconds: float, frequency: float = 1_000) -> NDArray[np.float64]:
    """Return a sine whose peak is `level` dBFS."""
    return np.asarray(
        10 ** (level / 20) * np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)
    )


def tech_3341(case: int) -> NDArray[np.float64]:
    """Return one test signal of EBU Tech 3341 (table 1), one of two equal channels."""
    parts: dict[int, list[tuple[float, float]]] = {
        1: [(-23, 20)],
        2: [(-33, 20)],
        3: [(-36, 10), (-23, 60), (-36, 10)],
        4: [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
        5: [(-26, 20), (-20, 20.1), (-26, 20)],
    }
    return np.concatenate([sine(level, seconds) for level, seconds in parts[case]])


@pytest.mark.parametrize(("case", "expected"), [(1, -23), (2, -33), (3, -23), (4, -23), (5, -23)])
def test_measure_loudness_meets_ebu_tech_3341(case: int, expected: float, tmp_path: Path) -> None:
    """EBU Tech 3341 allows 0.1 LU."""
    sound = pcm16(tech_3341(case))
    assert measure_loudness(
        write_wav(tmp_path / "s.wav", np.stack([sound, sound], axis=1))
    ).integrated_lufs == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(-20, 20), (-30, 20)], 10),
        ([(-20, 20), (-15, 20)], 5),
        ([(-40, 20), (-20, 20)], 20),
        ([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15),
    ],
)
def test_loudness_range_meets_ebu_tech_3342(
    parts: list[tuple[float, float]], expected: float, tmp_path: Path
) -> None:
    """EBU Tech 3342 (table 1) allows 1 LU."""
    sound = pcm16(np.concatenate([sine(level, seconds) for level, seconds in parts]))
    assert measure_loudness(
        write_wav(tmp_path / "s.wav", np.stack([sound, sound], axis=1))
    ).range_lu == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("seed", range(4))
def test_measure_loudness_agrees_with_ffmpeg(seed: int, tmp_path: Path) -> None:
    """Loudness, peak and range of made-up speech, different on both sides."""
    sides = np.stack([voice(12, seed, 0.5), voice(12, seed + 9, 0.1)], axis=1)
    path = write_wav(tmp_path / "s.wav", pcm16(sides))
    loudness, peak, span = ebur128(path)
    found = measure_loudness(path)
    assert found.integrated_lufs == pytest.approx(loudness, abs=0.06)
    assert found.true_peak_dbtp == pytest.approx(peak, abs=0.06)
    assert found.range_lu == pytest.approx(span, abs=0.2)


def test_measure_loudness_counts_mono_as_two_channels(tmp_path: Path) -> None:
    """The figures of a mono file are those of the stereo file made of it."""
    sound = pcm16(voice(6))
    mono = measure_loudness(write_wav(tmp_path / "m.wav", sound))
    stereo = measure_loudness(write_wav(tmp_path / "s.wav", np.stack([sound, sound], axis=1)))
    assert mono.integrated_lufs == pytest.approx(stereo.integrated_lufs, abs=1e-4)
    assert mono.range_lu == pytest.approx(stereo.range_lu, abs=1e-4)
    assert mono.true_peak_dbtp == stereo.true_peak_dbtp


def test_measure_loudness_finds_peaks_between_samples(tmp_path: Path) -> None:
    """A sine at a quarter of the rate; all samples are 3 dB below its peak (Tech 3341, case 16)."""
    rise = np.clip(np.arange(RATE) / 4_800, 0, 1)
    sound = 0.5 * rise * rise[::-1] * np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)
    assert measure_loudness(
        write_wav(tmp_path / "s.wav", pcm16(sound))
    ).true_peak_dbtp == pytest.approx(-6, abs=0.3)


@pytest.mark.parametrize("length", [0, 1, 47, 4_799, 19_100])
def test_measure_loudness_of_short_audio_is_none(length: int, tmp_path: Path) -> None:
    """Below 0.4 s there is no measuring block: none is made up."""
    found = measure_loudness(write_wav(tmp_path / "s.wav", pcm16(np.full(length, 0.5))))
    assert (found.integrated_lufs, found.range_lu) == (None, None)
    assert (found.true_peak_dbtp is None) == (length == 0)
