"""Made-up music with a beat that can be found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.audio.voices import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray


def beats(bpm: float, seconds: float, seed: int = 0, key: float = 220) -> NDArray[np.float64]:
    """Return drums and chords, four to the bar, every stroke a little different; shape (n, 2)."""
    rng = np.random.default_rng(seed)
    length, beat = round(seconds * RATE), 60 / bpm
    sound = np.zeros(length)
    for number in range(int(seconds / beat) + 1):
        start = round(number * beat * RATE)
        ring = np.arange(min(length - start, round(0.4 * RATE))) / RATE
        if not len(ring):
            break
        strength = (1.0, 0.45, 0.7, 0.45)[number % 4] * rng.uniform(0.9, 1.1)
        stroke = np.sin(2 * np.pi * (60, 190)[number % 2] * ring) * np.exp(-20 * ring)
        chord = (
            0.2
            * np.sin(2 * np.pi * key * (1, 1.5, 1.25, 1.333)[number // 4 % 4] * ring)
            * np.exp(-4 * ring)
        )
        sound[start : start + len(ring)] += strength * stroke + chord
    return np.stack([sound, np.roll(sound, 31)], axis=1) * 0.3


def tone(seconds: float, frequency: float = 900, level: float = 0.2) -> NDArray[np.float64]:
    """Return an even tone, different on both sides; shape (n, 2)."""
    phase = 2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE
    return level * np.stack([np.sin(phase), np.cos(phase)], axis=1)
