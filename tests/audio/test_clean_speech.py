"""Steady noise is reduced, and what stays is where it was."""

from __future__ import annotations

import numpy as np

from pipeline.audio.clean_speech import clean_speech

RATE = 48_000


def test_clean_speech_reduces_hum_and_noise_without_delay() -> None:
    """Noise between bursts is at least 6 dB lower, the bursts begin where they did."""
    chance = np.random.default_rng(3)
    times = np.arange(8 * RATE) / RATE
    bursts = np.sin(2 * np.pi * 700 * times) * (times % 2 > 1) * 8000
    noise = chance.normal(0, 150, len(times)) + 300 * np.sin(2 * np.pi * 50 * times)
    cleaned = clean_speech((bursts + noise).astype(np.int16))
    assert len(cleaned) == len(times)
    quiet = (times > 4.2) & (times < 4.9)
    assert cleaned[quiet].std() <= noise[quiet].std() / 2
    click = np.zeros(8 * RATE)
    click[4 * RATE : 4 * RATE + RATE // 2] = chance.normal(0, 6000, RATE // 2)
    cleaned = clean_speech((click + noise).astype(np.int16)).astype(float)
    part = slice(4 * RATE - 4800, 4 * RATE + 28_800)
    scores = {lag: float(click[part] @ np.roll(cleaned, -lag)[part]) for lag in range(-2400, 2401)}
    best_lag, _ = max(scores.items(), key=lambda entry: entry[1])
    assert abs(best_lag) <= 1
