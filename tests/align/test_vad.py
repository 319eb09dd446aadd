"""Pauses, the first guess, and edges moved onto what the level shows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.align.boundary_refinement import refine_boundaries
from pipeline.align.initial_guess import guess_row_times
from pipeline.align.vad import detect_speech, find_pauses


def level_of(parts: list[tuple[float, bool]]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return levels of stretches of (seconds, speech): -25 dB with a ripple, or -70."""
    chance = np.random.default_rng(0)
    values = [np.full(round(seconds * 200), -25 if speech else -70) for seconds, speech in parts]
    whole = np.concatenate(values)
    return np.asarray(whole + chance.uniform(-3, 3, len(whole)), np.float32)


def test_find_pauses_ignores_closures_of_stops() -> None:
    """300 ms are a pause, 30 ms inside a word are not, and a click of 10 ms is no speech."""
    level = level_of(
        [
            (0.5, False),
            (1.0, True),
            (0.03, False),
            (0.5, True),
            (0.3, False),
            (0.01, True),
            (0.3, False),
            (0.8, True),
            (0.4, False),
        ]
    )
    found = find_pauses(detect_speech(level))
    assert [edge for pause in found for edge in (pause.start, pause.end)] == pytest.approx(
        [0, 0.5, 2.03, 2.64, 3.44, 3.84], abs=0.02
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.8, 4.0), st.floats(0.3, 1.0)), min_size=2, max_size=25),
    st.floats(0.8, 1.25),
)
def test_guess_row_times_is_exact_to_20_ms_between_pauses(
    rows: list[tuple[float, float]], pace: float
) -> None:
    """Rows of any lengths that end in pauses, at any pace, whose expected lengths are 10 % off."""
    parts = [(0.6, False)]
    truth = []
    at = round(0.6 * 200)
    for length, pause in rows:
        truth.append((at / 200, (at + round(length * 200)) / 200))
        parts += [(length, True), (pause, False)]
        at += round(length * 200) + round(pause * 200)
    expected = [
        length * pace * (1.1 if index % 2 else 0.9) for index, (length, _) in enumerate(rows)
    ]
    found = guess_row_times(detect_speech(level_of(parts)), expected)
    for (start, end), (true_start, true_end) in zip(found, truth, strict=True):
        assert start == pytest.approx(true_start, abs=0.02)
        assert end == pytest.approx(true_end, abs=0.02)


def test_guess_row_times_covers_every_row() -> None:
    """Silence, no rows, more rows than there is speech for: an answer for each row, in order."""
    assert guess_row_times(np.zeros(200, np.bool_), [1.0, 2.0]) == [(0.0, 0.0), (0.0, 0.0)]
    assert guess_row_times(np.ones(200, np.bool_), []) == []
    crowded = guess_row_times(np.ones(100, np.bool_), [1.0] * 30)
    assert len(crowded) == 30
    assert crowded == sorted(crowded)


def test_refine_boundaries_moves_edges_to_pauses_only() -> None:
    """30 ms early before a pause's end is mended; where nothing is quiet the edge stays."""
    level = level_of([(0.5, False), (1.0, True), (0.2, False), (1.0, True), (0.5, False)])
    moved = refine_boundaries(level, [(0.47, 1.53), (1.67, 2.72)])
    assert [edge for row in moved for edge in row] == pytest.approx([0.5, 1.5, 1.7, 2.7], abs=0.011)
    assert refine_boundaries(level_of([(3.0, True)]), [(0.0, 1.2), (1.2, 3.0)]) == [
        (0.0, 1.2),
        (1.2, 3.0),
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.02, 0.4), st.booleans()), min_size=3, max_size=40),
    st.integers(0, 99),
)
def test_refine_boundaries_keeps_the_order_of_rows(
    parts: list[tuple[float, bool]], seed: int
) -> None:
    """For any level: rows do not overlap afterwards, and none ends before its start."""
    level = level_of(parts)
    chance = np.random.default_rng(seed)
    cuts = np.sort(chance.uniform(0, len(level) / 200, 12)).reshape(-1, 2)
    moved = refine_boundaries(level, [(float(start), float(end)) for start, end in cuts])
    edges = [edge for row in moved for edge in row]
    assert edges == sorted(edges)
