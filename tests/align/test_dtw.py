"""Warping a recording onto speech of the same text: other tempo, other length, other pauses."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.align import dtw
from pipeline.align.dtw import warp_row_times
from pipeline.align.features import extract_features
from pipeline.align.reference_voice import join_reference, speak_reference
from pipeline.align.vad import detect_speech
from tests.align.recordings import Plan, Voice, compose, spoken_rows
from tests.align.talks import sentences


def drawn(frames: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return cepstra that wander smoothly, so that every place is unlike the others."""
    chance = np.random.default_rng(seed)
    steps = chance.normal(0, 1, (frames, 39))
    kernel = np.hanning(15)
    return np.asarray(
        np.stack([np.convolve(column, kernel, "same") for column in steps.T], axis=1), np.float32
    )


@pytest.mark.parametrize("fine", [24_000, 300])
def test_warp_row_times_follows_a_changing_tempo(
    monkeypatch: pytest.MonkeyPatch, fine: int
) -> None:
    """Up to 1.6 times slower and faster: each row within 30 ms, at once and in two steps."""
    monkeypatch.setattr(dtw, "_FINE", fine)
    reference = drawn(1_500, 1)
    speeds = np.interp(np.arange(1_500), [0, 400, 800, 1_200, 1_500], [1.0, 1.6, 0.7, 1.3, 1.0])
    places = np.concatenate([[0.0], np.cumsum(speeds)])
    frames = np.round(np.interp(np.arange(int(places[-1])), places[:-1], np.arange(1_500))).astype(
        int
    )
    edges = [(at, at + 150) for at in range(0, 1_500, 150)]
    found = warp_row_times(
        reference[frames],
        np.ones(2 * len(frames), np.bool_),
        reference,
        np.ones(3_000, np.bool_),
        edges,
    )
    assert found is not None
    for (start, end), (first, last) in zip(found, edges, strict=True):
        assert start * 100 == pytest.approx(places[first], abs=3)
        assert end * 100 == pytest.approx(places[last - 1] + 1, abs=4)


def test_warp_row_times_ignores_pauses() -> None:
    """Three seconds of silence in the recording and one in the reference move no row."""
    reference = drawn(600, 2)
    silence = np.zeros((300, 39), np.float32)
    recording = np.concatenate([silence, reference[:300], silence, reference[300:]])
    spoken = np.concatenate([np.zeros(600), np.ones(600), np.zeros(600), np.ones(600)]).astype(bool)
    other = np.concatenate([reference[:100], silence[:100], reference[100:]])
    other_spoken = np.concatenate([np.ones(200), np.zeros(200), np.ones(1000)]).astype(bool)
    found = warp_row_times(
        recording, spoken, other, other_spoken, [(0, 100), (200, 400), (400, 700)]
    )
    assert found is not None
    assert np.array(found) == pytest.approx(
        np.array([[3.0, 4.0], [4.0, 6.0], [9.0, 12.0]]), abs=0.021
    )


def test_warp_row_times_returns_none_for_unequal_lengths() -> None:
    """More than twice as long, or hardly any speech at all."""
    assert (
        warp_row_times(
            drawn(1_000, 3),
            np.ones(2_000, np.bool_),
            drawn(300, 3),
            np.ones(600, np.bool_),
            [(0, 300)],
        )
        is None
    )
    assert (
        warp_row_times(
            drawn(100, 3),
            np.zeros(200, np.bool_),
            drawn(100, 3),
            np.ones(200, np.bool_),
            [(0, 100)],
        )
        is None
    )


def test_warp_row_times_works_across_voices() -> None:
    """A woman's faster voice, running on: most rows within 100 ms with nothing learnt at all."""
    recording = compose(sentences("medicine")[:4], Plan(voice=Voice("cmn+f4", 260, 60)))
    heard = extract_features([recording.samples], recording.rate)
    reference = speak_reference(recording.rows)
    found = warp_row_times(
        heard.cepstra,
        detect_speech(heard.levels),
        reference.cepstra,
        reference.speech,
        reference.row_frames,
    )
    assert found is not None
    errors = [
        abs(start - true.start / 48_000)
        for (start, _), true in zip(found, recording.truth, strict=True)
        if true
    ]
    assert np.median(errors) <= 0.03
    assert np.mean(np.array(errors) <= 0.1) >= 0.75


def test_join_reference_records_the_frames_of_each_row() -> None:
    """Rows are trimmed and joined with silence; a row without audio has no frames."""
    wave = (np.sin(np.arange(11_000) / 9) * 8_000).astype(np.int16)
    silence = np.zeros(2_200, np.int16)
    reference = join_reference([np.concatenate([silence, wave, silence]), silence, wave[:5_500]])
    assert reference.row_frames == ((10, 60), (70, 70), (80, 105))
    assert reference.speech[24:118].all()
    assert not reference.speech[:16].any()
    rows = spoken_rows(["红烧肉要选五花肉", "Hello there"])
    assert np.array_equal(speak_reference(rows).cepstra, speak_reference(rows).cepstra)
