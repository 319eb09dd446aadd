"""Music under the voice: ducking, fades, stings; the voice itself does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio.final_mix import master_and_mix
from pipeline.audio.loudness import measure_loudness
from pipeline.audio.mastering import master_voice
from pipeline.audio.music_files import MusicFiles
from pipeline.audio.music_mix import MixResult, mix_music, sting_lengths
from pipeline.errors import InputError
from pipeline.settings.sections import MusicSettings, SoundSettings
from tests.audio.tunes import beats, tone
from tests.audio.voices import RATE, ebur128, pcm16, read_wav, voice, write_wav

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SECONDS = 24
FIRST, LAST = 3 * RATE, 20 * RATE  # the talk
PAUSE = slice(10 * RATE, 14 * RATE)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a mastered talk with silence before, after and in the middle."""
    folder = tmp_path_factory.mktemp("talk")
    sound = np.zeros(SECONDS * RATE)
    sound[FIRST:LAST] = voice(17, 4)
    sound[PAUSE] = 0
    master_voice(
        write_wav(folder / "in.wav", pcm16(sound)), folder / "voice.wav", SoundSettings(high_pass=0)
    )
    return folder / "voice.wav"


@pytest.fixture(scope="module")
def tunes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of music: a tone, a beat, a sting with silence around it, unusable files."""
    folder = tmp_path_factory.mktemp("tunes")
    write_wav(folder / "tone.wav", pcm16(tone(5)))
    write_wav(folder / "long.wav", pcm16(tone(30)))
    write_wav(folder / "beat.wav", pcm16(beats(104, 11.3)))
    still = np.zeros((RATE, 2))
    write_wav(folder / "sting.wav", pcm16(np.concatenate([still, tone(2.5, 1_500), still])))
    write_wav(folder / "silent.wav", pcm16(np.zeros((5 * RATE, 2))))
    write_wav(folder / "short.wav", pcm16(tone(1.5)))
    return folder


def mixed(
    talk: Path, out: Path, files: MusicFiles, **settings: float
) -> tuple[MixResult, NDArray[np.float64], NDArray[np.float64]]:
    """Return what was measured, the voice, and the music alone, shape (n, 2), full scale 1."""
    found = mix_music(talk, out, files, MusicSettings.model_validate(settings), SoundSettings())
    spoken = read_wav(talk) / 32768
    return found, spoken, read_wav(out) / 32768 - spoken[:, np.newaxis]


def level(sound: NDArray[np.float64]) -> float:
    """Return the RMS level in dB."""
    return float(10 * np.log10(max(1e-12, (sound**2).mean())))


def test_mix_music_does_not_change_the_voice(talk: Path, tunes: Path, tmp_path: Path) -> None:
    """The mix contains the voice once, at its own level, on both sides, to 0.1 %."""
    _, spoken, music = mixed(talk, tmp_path / "mix.wav", MusicFiles((tunes / "tone.wav",)))
    for side in (0, 1):
        share = float((music[:, side] + spoken) @ spoken / (spoken @ spoken))
        assert share == pytest.approx(1, abs=0.001)
        assert level(music[PAUSE, side]) > -45


def test_mix_music_measures_the_voice_above_the_music(
    talk: Path, tunes: Path, tmp_path: Path
) -> None:
    """A tone's own frequency taken out of both, the same voice remains: within 0.05 dB."""
    _, spoken, music = mixed(talk, tmp_path / "mix.wav", MusicFiles((tunes / "tone.wav",)))

    def without_tone(sound: NDArray[np.float64]) -> NDArray[np.float64]:
        spectrum = np.fft.rfft(sound)
        near = np.abs(np.fft.rfftfreq(len(sound), 1 / RATE) - 900) < 60
        spectrum[near] = 0
        return np.fft.irfft(spectrum, len(sound))

    speaking = slice(FIRST + RATE, PAUSE.start - RATE)
    before, after = (level(without_tone(one)[speaking]) for one in (spoken, spoken + music[:, 0]))
    assert after == pytest.approx(before, abs=0.05)


def test_mix_music_ducks_under_speech(talk: Path, tunes: Path, tmp_path: Path) -> None:
    """By the depth asked for; down before the first word, and up again within two seconds."""
    found, _, music = mixed(
        talk, tmp_path / "mix.wav", MusicFiles((tunes / "tone.wav",)), level=-12, duck=14, fade_in=0
    )
    pause = level(music[PAUSE.start + 2 * RATE : PAUSE.stop - RATE])
    under = level(music[FIRST + RATE : PAUSE.start - RATE])
    assert pause - under == pytest.approx(14, abs=1.5)
    assert (
        level(music[FIRST - RATE // 50 : FIRST]) - under < 3
    )  # already down when the voice begins
    assert level(music[FIRST - RATE : FIRST - RATE // 2]) - under > 10
    assert found.voice_over_music_db is not None
    assert found.voice_over_music_db > 20


@pytest.mark.parametrize("bed", [-6, -12, -20])
def test_mix_music_sets_the_level_of_the_bed(
    talk: Path, tunes: Path, tmp_path: Path, bed: float
) -> None:
    """Where nobody speaks, by the meter: a tone at so many LU under the talk."""
    mixed(talk, tmp_path / "mix.wav", MusicFiles((tunes / "long.wav",)), level=bed)
    alone = read_wav(tmp_path / "mix.wav")[PAUSE.start + 2 * RATE : PAUSE.stop - RATE]
    measured = measure_loudness(write_wav(tmp_path / "alone.wav", alone)).integrated_lufs
    assert measured == pytest.approx(-14 + bed, abs=0.7)


def test_mix_music_fades_in_and_out(talk: Path, tunes: Path, tmp_path: Path) -> None:
    """From nothing, to nothing, over the time asked for."""
    _, _, music = mixed(
        talk,
        tmp_path / "mix.wav",
        MusicFiles((tunes / "tone.wav",)),
        fade_in=1.5,
        fade_out=3,
        duck=0,
    )
    tenth = RATE // 10
    assert level(music[:100]) < -70
    assert level(music[-100:]) < -70
    assert level(music[round(0.75 * RATE) :][:tenth]) - level(
        music[2 * RATE :][:tenth]
    ) == pytest.approx(-3, abs=0.6)
    assert level(music[-round(1.5 * RATE) :][:tenth]) - level(
        music[-4 * RATE :][:tenth]
    ) == pytest.approx(-3, abs=0.6)


@pytest.mark.parametrize(
    "settings", [{}, {"level": 0.0, "duck": 0.0}, {"level": -3.0, "duck": 3.0}], ids=str
)
def test_master_and_mix_keeps_ceiling_and_loudness(
    tunes: Path, tmp_path: Path, settings: dict[str, float]
) -> None:
    """Music in every pause of a short talk, even a loud one, does not change its loudness."""
    sound = np.zeros(SECONDS * RATE)
    sound[FIRST:LAST] = voice(17, 4)
    sound[PAUSE] = 0
    source = write_wav(tmp_path / "in.wav", pcm16(sound))
    files = MusicFiles((tunes / "beat.wav",), tunes / "sting.wav", tunes / "sting.wav")
    found = master_and_mix(
        source, tmp_path / "mix.wav", SoundSettings(), MusicSettings.model_validate(settings), files
    )
    loudness, peak, _ = ebur128(tmp_path / "mix.wav")
    assert loudness == pytest.approx(-14, abs=0.5)
    assert peak <= -1
    assert found.loudness.integrated_lufs == pytest.approx(loudness, abs=0.06)
    assert read_wav(tmp_path / "mix.wav").shape == (SECONDS * RATE, 2)


def test_master_and_mix_without_music_masters_the_voice(talk: Path, tmp_path: Path) -> None:
    """One channel, as the master makes it."""
    found = master_and_mix(talk, tmp_path / "a.wav", SoundSettings(), MusicSettings(), MusicFiles())
    assert found == MixResult(master_voice(talk, tmp_path / "b.wav", SoundSettings()), None)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_mix_music_plays_stings_at_both_ends(talk: Path, tunes: Path, tmp_path: Path) -> None:
    """The intro starts at the first sample, the outro ends at the last; the bed is between them."""
    files = MusicFiles((tunes / "tone.wav",), tunes / "sting.wav", tunes / "sting.wav")
    found, _, music = mixed(talk, tmp_path / "mix.wav", files, crossfade=0.5)
    assert found.notices == ()
    assert sting_lengths(files) == (120_000, 120_000)
    spectra = [
        np.abs(np.fft.rfft(music[at : at + RATE, 0]))
        for at in (0, PAUSE.start + 2 * RATE, SECONDS * RATE - RATE)
    ]
    assert [int(np.argmax(one)) for one in spectra] == [1_500, 900, 1_500]
    assert level(music[RATE // 10 : RATE]) > -25
    assert level(music[RATE // 10 : RATE]) - level(
        music[PAUSE.start + 2 * RATE : PAUSE.stop - RATE]
    ) == pytest.approx(9, abs=3)


def test_mix_music_reports_a_sting_without_room(tunes: Path, tmp_path: Path) -> None:
    """The talk fills the file: the words stay audible, and the notice has the figures."""
    source = write_wav(tmp_path / "in.wav", pcm16(voice(8)))
    master_voice(source, tmp_path / "voice.wav", SoundSettings())
    files = MusicFiles((), tunes / "sting.wav", tunes / "sting.wav")
    found, _, _ = mixed(tmp_path / "voice.wav", tmp_path / "mix.wav", files)
    assert [
        "`pauses.lead_in` to 2500" in found.notices[0],
        "`pauses.tail` to 2500" in found.notices[1],
    ] == [True, True]
    assert found.voice_over_music_db is not None
    assert found.voice_over_music_db > 15


def test_mix_music_plays_several_clips_in_order(talk: Path, tunes: Path, tmp_path: Path) -> None:
    """In their order, and then from the first again."""
    other = write_wav(tmp_path / "other.wav", pcm16(tone(5, 1_700)))
    _, _, music = mixed(
        talk, tmp_path / "mix.wav", MusicFiles((tunes / "tone.wav", other)), duck=0, crossfade=0.5
    )
    heard = [
        int(np.argmax(np.abs(np.fft.rfft(music[at * RATE : (at + 1) * RATE, 0]))))
        for at in (2, 6, 11, 15)
    ]
    assert heard == [900, 1_700, 900, 1_700]


def test_mix_music_keeps_stereo_music(talk: Path, tunes: Path, tmp_path: Path) -> None:
    """A tone a quarter of a turn apart on both sides stays so."""
    _, _, music = mixed(talk, tmp_path / "mix.wav", MusicFiles((tunes / "tone.wav",)))
    pause = music[PAUSE.start + 2 * RATE : PAUSE.stop - RATE]
    left, right = pause[:, 0], pause[:, 1]
    assert abs(left @ right) / np.sqrt((left @ left) * (right @ right)) < 0.02


def test_mix_music_plays_without_a_voice(tunes: Path, tmp_path: Path) -> None:
    """A silent film with a bed: nothing is ducked, nothing fails."""
    source = write_wav(tmp_path / "silence.wav", np.zeros(6 * RATE, np.int16))
    found, _, music = mixed(
        source, tmp_path / "mix.wav", MusicFiles((tunes / "tone.wav",)), fade_in=0, fade_out=0
    )
    assert found.voice_over_music_db is None
    assert found.loudness.integrated_lufs == pytest.approx(-26, abs=0.7)
    assert np.abs(music).max() > 0.01


def test_mix_music_without_music_keeps_the_voice_exact(talk: Path, tmp_path: Path) -> None:
    """On both sides the mastered samples themselves."""
    found = mix_music(talk, tmp_path / "mix.wav", MusicFiles(), MusicSettings(), SoundSettings())
    spoken = read_wav(talk)
    assert np.array_equal(read_wav(tmp_path / "mix.wav"), np.stack([spoken, spoken], axis=1))
    assert found.voice_over_music_db is None


def test_mix_music_is_deterministic(talk: Path, tunes: Path, tmp_path: Path) -> None:
    """And nothing is left behind."""
    files = MusicFiles((tunes / "beat.wav",), tunes / "sting.wav")
    for name in ("a.wav", "b.wav"):
        mix_music(talk, tmp_path / name, files, MusicSettings(), SoundSettings())
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "b.wav"]


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("silent.wav", "bed", "silent|less than 2 seconds"),
        ("short.wav", "bed", "less than 2 seconds"),
        ("silent.wav", "intro", "almost silent"),
    ],
)
def test_mix_music_refuses_unusable_music_by_name(
    talk: Path, tunes: Path, tmp_path: Path, name: str, role: str, said: str
) -> None:
    """One sentence with the file."""
    files = MusicFiles((tunes / name,)) if role == "bed" else MusicFiles((), tunes / name)
    with pytest.raises(InputError, match=said) as fault:
        mix_music(talk, tmp_path / "mix.wav", files, MusicSettings(), SoundSettings())
    assert fault.value.where == tunes / name
