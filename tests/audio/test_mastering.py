"""The master: the loudness asked for, under the ceiling, nothing moved, whatever the voice was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio.loudness import Loudness
from pipeline.audio.mastering import master_voice
from pipeline.errors import InputError
from pipeline.settings.sections import SoundSettings
from tests.audio.voices import RATE, ebur128, pcm16, read_wav, voice, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def clicks(seconds: float) -> Floats:
    """Return a quiet voice with full-scale clicks: 36 dB between them."""
    sound = voice(seconds, level=0.015)
    sound[RATE // 3 :: RATE] = 1.0
    return sound


def drifting(seconds: float) -> Floats:
    """Return a speaker who walks away from the microphone and becomes 20 dB softer."""
    return np.asarray(
        voice(seconds, level=0.6) * 10 ** (-np.linspace(0, 20, round(seconds * RATE)) / 20)
    )


def rumbling(seconds: float) -> Floats:
    """Return a voice on a table that hums at 25 Hz, louder than the voice."""
    return np.asarray(
        voice(seconds, level=0.2)
        + 0.5 * np.sin(2 * np.pi * 25 * np.arange(round(seconds * RATE)) / RATE)
    )


def between_samples(seconds: float) -> Floats:
    """Return bursts at a quarter of the rate whose true peak is 3 dB above any sample."""
    time = np.arange(round(seconds * RATE))
    return np.asarray(0.5 * np.sin(np.pi / 2 * time + np.pi / 4) * (time % 24_000 < 9_000))


CASES: dict[str, Callable[[float], Floats]] = {
    "as engines give it": voice,
    "whispered": lambda seconds: voice(seconds, level=0.004),
    "overdriven": lambda seconds: voice(seconds, level=8.0),
    "clicks": clicks,
    "drifting": drifting,
    "rumbling": rumbling,
    "peaks between samples": between_samples,
    "low": lambda seconds: voice(seconds, pitch=75),
    "high": lambda seconds: voice(seconds, pitch=330),
    "offset": lambda seconds: voice(seconds, level=0.2) + 0.3,
}


@pytest.mark.parametrize("case", CASES)
def test_master_voice_reaches_the_loudness_for_any_voice(case: str, tmp_path: Path) -> None:
    """−14 LUFS ± 0.5 and at most −1 dBTP by ffmpeg's meter, and the result says the same."""
    source = write_wav(tmp_path / "in.wav", pcm16(CASES[case](9)))
    result = master_voice(source, tmp_path / "out.wav", SoundSettings())
    loudness, peak, span = ebur128(tmp_path / "out.wav", dual=True)
    assert result.notice == ""
    assert loudness == pytest.approx(-14, abs=0.2)
    assert peak <= -1
    assert len(read_wav(tmp_path / "out.wav")) == 9 * RATE
    assert result.integrated_lufs == pytest.approx(loudness, abs=0.06)
    assert result.true_peak_dbtp == pytest.approx(peak, abs=0.06)
    assert result.range_lu == pytest.approx(
        span, abs=0.6
    )  # a few blocks: the meters round percentiles in their own ways


@pytest.mark.parametrize("seconds", [0.5, 1, 3])
def test_master_voice_levels_a_very_short_talk(seconds: float, tmp_path: Path) -> None:
    """A sentence alone is as loud as an episode."""
    sound = voice(seconds, level=0.02)
    master_voice(
        write_wav(tmp_path / "in.wav", pcm16(sound)), tmp_path / "out.wav", SoundSettings()
    )
    loudness, peak, _ = ebur128(tmp_path / "out.wav", dual=True)
    assert loudness == pytest.approx(-14, abs=0.5)
    assert peak <= -1


@pytest.mark.parametrize("target", [-23.0, -16.0, -13.0])
@pytest.mark.parametrize("ceiling", [-3.0, -0.5])
def test_master_voice_reaches_other_targets(target: float, ceiling: float, tmp_path: Path) -> None:
    """Loudness and ceiling are settings."""
    source = write_wav(tmp_path / "in.wav", pcm16(voice(8)))
    master_voice(source, tmp_path / "out.wav", SoundSettings(loudness=target, true_peak=ceiling))
    loudness, peak, _ = ebur128(tmp_path / "out.wav", dual=True)
    assert loudness == pytest.approx(target, abs=0.2)
    assert peak <= ceiling


@pytest.mark.parametrize(
    "sound",
    [np.zeros(5 * RATE), voice(0.2), np.zeros(0)],
    ids=["silent", "too short to measure", "empty"],
)
def test_master_voice_leaves_silence_and_gives_a_notice(sound: Floats, tmp_path: Path) -> None:
    """Nothing is made out of nothing: no gain, a notice, no loudness reported."""
    source = write_wav(tmp_path / "in.wav", pcm16(sound))
    result = master_voice(source, tmp_path / "out.wav", SoundSettings(high_pass=0))
    assert (result.integrated_lufs, result.notice[:24]) == (None, "The narration is silent ")
    assert np.array_equal(read_wav(tmp_path / "out.wav"), pcm16(sound))


def test_master_voice_treats_quiet_noise_as_silence(tmp_path: Path) -> None:
    """A recording of a quiet room, below the gate of the meter, is silence."""
    hum = np.random.default_rng(3).normal(0, 10 ** (-85 / 20), 5 * RATE)
    assert (
        master_voice(
            write_wav(tmp_path / "in.wav", pcm16(hum)), tmp_path / "out.wav", SoundSettings()
        ).integrated_lufs
        is None
    )


@pytest.mark.parametrize(
    "sound",
    [
        SoundSettings(),
        SoundSettings(compress=False),
        SoundSettings(high_pass=0),
        SoundSettings(high_pass=300),
    ],
    ids=str,
)
def test_master_voice_moves_no_sample(sound: SoundSettings, tmp_path: Path) -> None:
    """Impulses stay where they were, to the sample, through every stage."""
    places = np.array([5, 4_799, 48_001, 100_003, 239_990])
    beat = np.zeros(5 * RATE)
    beat[places] = 0.8
    beat += 0.02 * voice(5)
    master_voice(write_wav(tmp_path / "in.wav", pcm16(beat)), tmp_path / "out.wav", sound)
    made = np.abs(read_wav(tmp_path / "out.wav").astype(int))
    assert [
        int(place - 20 + np.argmax(made[max(0, place - 20) : place + 20]))
        if place > 20
        else int(np.argmax(made[:40]))
        for place in places
    ] == [*places]


def test_master_voice_without_compression_keeps_relative_levels(tmp_path: Path) -> None:
    """Without compression and below the ceiling, the master is the source times one number."""
    sound = voice(6, level=0.1)
    master_voice(
        write_wav(tmp_path / "in.wav", pcm16(sound)),
        tmp_path / "out.wav",
        SoundSettings(loudness=-31, compress=False, high_pass=0),
    )
    made, before = read_wav(tmp_path / "out.wav").astype(float), pcm16(sound).astype(float)
    factor = made @ before / (before @ before)
    assert np.abs(made - factor * before).max() <= 1


def test_master_voice_compression_reduces_level_differences(tmp_path: Path) -> None:
    """One half of a talk is 12 dB softer; the difference shrinks, but not as in broadcasting."""
    sound = voice(20)
    sound[: 10 * RATE] *= 10 ** (-12 / 20)
    source = write_wav(tmp_path / "in.wav", pcm16(sound))

    def distance(*, compress: bool) -> float:
        master_voice(
            source, tmp_path / "out.wav", SoundSettings(compress=compress, loudness=-26)
        )  # no limiting at this loudness
        made = read_wav(tmp_path / "out.wav").astype(float)
        soft, loud = (
            np.sqrt((made[: 10 * RATE] ** 2).mean()),
            np.sqrt((made[10 * RATE :] ** 2).mean()),
        )
        return float(20 * np.log10(loud / soft))

    assert distance(compress=False) == pytest.approx(12, abs=0.5)
    assert 6 < distance(compress=True) < 10.5


def test_master_voice_high_pass_removes_only_rumble(tmp_path: Path) -> None:
    """25 Hz falls by more than 15 dB against 400 Hz."""
    time = np.arange(5 * RATE) / RATE
    source = write_wav(
        tmp_path / "in.wav",
        pcm16(0.2 * np.sin(2 * np.pi * 25 * time) + 0.2 * np.sin(2 * np.pi * 400 * time)),
    )
    master_voice(source, tmp_path / "out.wav", SoundSettings(compress=False))
    spectrum = np.abs(np.fft.rfft(read_wav(tmp_path / "out.wav")[RATE : 3 * RATE]))
    assert 15 < 20 * np.log10(spectrum[800] / spectrum[50]) < 25


def test_master_voice_refuses_a_stereo_file(tmp_path: Path) -> None:
    """A caller who forgot to decode to one channel is told."""
    source = write_wav(tmp_path / "in.wav", np.zeros((RATE, 2), np.int16))
    with pytest.raises(InputError, match="two channels"):
        master_voice(source, tmp_path / "out.wav", SoundSettings())


def test_master_voice_reports_an_unreachable_target(tmp_path: Path) -> None:
    """Single clicks cannot be as loud as speech below the ceiling; the notice has the figures."""
    sound = np.zeros(5 * RATE)
    sound[::RATE] = 0.9
    result = master_voice(
        write_wav(tmp_path / "in.wav", pcm16(sound)), tmp_path / "out.wav", SoundSettings()
    )
    loudness, peak, _ = ebur128(tmp_path / "out.wav", dual=True)
    assert peak <= -1
    assert result.integrated_lufs == pytest.approx(loudness, abs=0.1)
    assert f"{result.integrated_lufs:.1f} LUFS" in result.notice


def test_master_voice_reports_a_loudness_above_the_ceiling(tmp_path: Path) -> None:
    """-9 LUFS under -3 dBTP is not for voices: as near as it goes, and a notice."""
    source = write_wav(tmp_path / "in.wav", pcm16(voice(5)))
    result = master_voice(source, tmp_path / "out.wav", SoundSettings(loudness=-9, true_peak=-3))
    loudness, peak, _ = ebur128(tmp_path / "out.wav", dual=True)
    assert peak <= -3
    assert -12.5 < loudness < -9.5
    assert "instead of -9.0 and -3.0" in result.notice


def test_master_voice_is_deterministic(tmp_path: Path) -> None:
    """A master can be cached and compared."""
    source = write_wav(tmp_path / "in.wav", pcm16(voice(4)))
    results = [
        master_voice(source, tmp_path / name, SoundSettings()) for name in ("a.wav", "b.wav")
    ]
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert results[0] == results[1]
    assert isinstance(results[0], Loudness)


def test_master_voice_reports_progress_to_the_end(tmp_path: Path) -> None:
    """The last report says that everything is done."""
    seen: list[tuple[str, int, int]] = []
    source = write_wav(tmp_path / "in.wav", pcm16(voice(3)))
    master_voice(source, tmp_path / "out.wav", SoundSettings(), lambda *step: seen.append(step))
    assert seen[-1] == ("sound", 3 * RATE, 3 * RATE)
