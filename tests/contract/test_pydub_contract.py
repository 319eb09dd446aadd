"""What we rely on in pydub, and the traps of it that we walk around."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from pipeline.audio.stings import audible_range_ms, samples_from_segment, segment_from_samples

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

RATE = 48_000


def noise(samples: int, level: float = 0.2) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    """Return stereo noise."""
    return np.round(
        np.random.default_rng(4).normal(0, level * 32768, (samples, 2)).clip(-32768, 32767)
    ).astype(np.int16)


def test_samples_go_in_and_come_out_as_they_were() -> None:
    """Raw data is the samples, interleaved."""
    sound = noise(10_007)
    assert np.array_equal(samples_from_segment(segment_from_samples(sound)), sound)


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 208), (7, 13), (99, 100)])
def test_at_48_khz_a_slice_in_ms_is_exact(first: int, last: int) -> None:
    """48 samples a millisecond: nothing to round."""
    sound = noise(RATE)
    assert np.array_equal(
        samples_from_segment(segment_from_samples(sound)[first:last]), sound[first * 48 : last * 48]
    )


def test_at_44_1_khz_it_is_not() -> None:
    """A thousand slices of 7 ms are 16 ms short of 7 s.

    This is why nothing is sliced at another rate.
    """
    segment = AudioSegment(bytes(2 * 44_100), sample_width=2, frame_rate=44_100, channels=1)
    assert len(segment[0:7].raw_data) / 2 * 1_000 / 44_100 == pytest.approx(6.984, abs=0.001)


def test_a_last_part_of_a_millisecond_is_filled_with_silence() -> None:
    """A slice up to the length in ms may be some samples longer than the sound: never shorter."""
    sound = noise(1_000)
    assert len(segment_from_samples(sound)) == 21
    made = samples_from_segment(segment_from_samples(sound)[0:21])
    assert np.array_equal(made[:1_000], sound)
    assert len(made) == 21 * 48
    assert not made[1_000:].any()


def test_fades_keep_the_length_and_leave_the_middle() -> None:
    """From silence and to silence, over so many ms."""
    sound = noise(RATE)
    faded = samples_from_segment(segment_from_samples(sound).fade_in(50).fade_out(100))
    assert len(faded) == RATE
    assert np.array_equal(faded[50 * 48 : -100 * 48], sound[50 * 48 : -100 * 48])
    assert np.abs(faded[:10]).max() < 60
    assert np.abs(faded[-10:]).max() < 60


def test_dbfs_is_the_rms_of_both_channels() -> None:
    """By which a sting too short for the loudness meter is set."""
    sound = noise(RATE)
    expected = 20 * np.log10(np.sqrt((sound.astype(float) ** 2).mean()) / 32768)
    assert segment_from_samples(sound).dBFS == pytest.approx(expected, abs=0.01)


def test_silence_is_found_to_10_ms_at_both_ends() -> None:
    """Its own silence detection, in steps of 10 ms."""
    sound = np.concatenate(
        [np.zeros((7_200, 2), np.int16), noise(24_000), np.zeros((14_400, 2), np.int16)]
    )
    assert audible_range_ms(segment_from_samples(sound)) == (150, 650)
    assert audible_range_ms(segment_from_samples(np.zeros((4_800, 2), np.int16))) == (100, 100)


def test_append_crossfades_and_silent_is_11_khz_unless_told() -> None:
    """Why joining is done in samples and silence is never made by pydub."""
    one = segment_from_samples(noise(RATE))
    assert len(one.append(one)) == 1_900
    assert AudioSegment.silent(100).frame_rate == 11_025
