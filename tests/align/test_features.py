"""What the aligner hears: the same however the sound is cut into blocks, at any rate and level."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.align.features import FEATURE_DIMENSIONS, extract_features
from pipeline.align.recording_reader import recording_from_samples

RATE = 16_000


def speechlike(
    seconds: float, rate: int = RATE, seed: int = 0
) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Return tones that come, go and change, with a little noise."""
    times = np.arange(round(seconds * rate)) / rate
    chance = np.random.default_rng(seed)
    sound = np.zeros(len(times))
    for start in np.arange(0, seconds, 0.2):
        pitch = chance.uniform(150, 2500)
        sound += (
            np.sin(2 * np.pi * pitch * times)
            * np.exp(-(((times - start - 0.1) / 0.06) ** 2))
            * chance.uniform(0.3, 1)
        )
    return np.asarray(sound * 8_000 + chance.normal(0, 10, len(times)), np.int16)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 30_000), min_size=1, max_size=6))
def test_extract_features_is_independent_of_block_lengths(lengths: list[int]) -> None:
    """Where a block ends makes no difference."""
    sound = speechlike(sum(lengths) / RATE + 0.5)
    edges = np.cumsum([0, *lengths])
    blocks = [
        sound[first:last] for first, last in zip(edges, [*edges[1:], len(sound)], strict=True)
    ]
    whole, cut = extract_features([sound], RATE), extract_features(blocks, RATE)
    assert cut.length == whole.length == len(sound) * 3
    assert np.array_equal(cut.levels, whole.levels)
    assert np.allclose(cut.cepstra, whole.cepstra, atol=1e-4)


def test_extract_features_gives_two_levels_per_frame() -> None:
    """Ten ms a frame, five a level, as many as the sound needs."""
    heard = extract_features([speechlike(1.234)], RATE)
    assert heard.cepstra.shape == (124, FEATURE_DIMENSIONS)
    assert heard.levels.shape == (248,)
    assert heard.length == round(1.234 * RATE) * 3
    assert heard.cepstra.mean(axis=0) == pytest.approx(0, abs=1e-3)
    assert heard.cepstra.std(axis=0) == pytest.approx(1, abs=1e-3)


def test_extract_features_cepstra_are_independent_of_loudness() -> None:
    """Half as loud is the same speech, 6 dB lower."""
    sound = speechlike(2.0).astype(np.float32) * np.float32(1 / 32768)
    loud, soft = extract_features([sound], RATE), extract_features([sound * np.float32(0.5)], RATE)
    assert np.allclose(loud.cepstra, soft.cepstra, atol=2e-2)
    assert (loud.levels - soft.levels) == pytest.approx(6.02, abs=0.05)


def test_extract_features_agrees_between_two_rates() -> None:
    """At 48 kHz and at 16 kHz one sound gives nearly the same cepstra, and levels within a dB."""
    sound = speechlike(3.0, 48_000)
    high, low = (
        extract_features([sound], 48_000),
        extract_features(
            [recording_from_samples(sound, 48_000).read_at_rate(16_000, 0, 48_000)], RATE
        ),
    )
    assert high.cepstra.shape == low.cepstra.shape
    alike = [
        np.corrcoef(high.cepstra[:, place], low.cepstra[:, place])[0, 1] for place in range(13)
    ]
    assert min(alike) > 0.95
    loud = low.levels > low.levels.max() - 20
    assert np.abs(high.levels - low.levels)[loud].max() < 1.0


def test_extract_features_accepts_silence_and_no_samples() -> None:
    """Digital silence has no logarithm and no variance; an empty recording has no frames."""
    silence = extract_features([np.zeros(RATE, np.int16)], RATE)
    assert np.isfinite(silence.cepstra).all()
    assert silence.levels.max() == pytest.approx(-100)
    nothing = extract_features([], RATE)
    assert (nothing.cepstra.shape, nothing.levels.shape, nothing.length) == (
        (0, FEATURE_DIMENSIONS),
        (0,),
        0,
    )


def test_extract_features_refuses_an_unsuitable_rate() -> None:
    """22,050 Hz has no whole number of samples in 5 ms."""
    with pytest.raises(ValueError, match="22050"):
        extract_features([np.zeros(100, np.int16)], 22_050)


def test_recording_reads_pieces_at_a_lower_rate() -> None:
    """A tone in the band keeps its level, one above it is gone, and pieces join without a seam."""
    times = np.arange(48_000) / 48_000
    recording = recording_from_samples(
        (
            np.sin(2 * np.pi * 1000 * times) * 16384 + np.sin(2 * np.pi * 12_000 * times) * 8192
        ).astype(np.int16),
        48_000,
    )
    low = recording.read_at_rate(16_000, 0, 16_000)
    assert low.shape == (16_000,)
    expected = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000)
    assert np.abs(low - expected)[200:-200].max() < 0.01
    joined = np.concatenate(
        [recording.read_at_rate(16_000, first, first + 4000) for first in range(0, 16_000, 4000)]
    )
    assert np.allclose(joined, low, atol=1e-6)
    assert sum(len(block) for block in recording.blocks()) == recording.length
    with pytest.raises(ValueError, match="whole fractions"):
        recording.read_at_rate(32_000, 0, 10)
    with pytest.raises(ValueError, match="mono"):
        recording_from_samples(np.zeros((10, 2), np.int16), 48_000)
