"""Gain over time: never above what a peak allows, never steeper than asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audio.dynamics import curve_at_samples, limit_slopes, limiter_gain

PEAKS = st.lists(st.floats(-60, 20, width=32), min_size=1, max_size=60)


@given(peaks=PEAKS, ceiling=st.floats(-12, 0), release=st.sampled_from([0.1, 0.5, 3.0]))
@settings(max_examples=150, deadline=None)
def test_limiter_gain_lets_no_peak_pass(peaks: list[float], ceiling: float, release: float) -> None:
    """The gain at any sample of a millisecond brings its peak to the ceiling or below."""
    levels = np.array(peaks, np.float32)
    gain = (
        curve_at_samples(10 ** (limiter_gain(levels, ceiling, release) / 20), 0, 48 * len(peaks))
        .reshape(-1, 48)
        .max(axis=1)
    )
    assert (levels + 20 * np.log10(gain) <= ceiling + 1e-3)[levels > ceiling].all()
    assert (gain <= 1 + 1e-4).all()


@given(needed=PEAKS, attack=st.floats(0.01, 5), release=st.floats(0.01, 5))
@settings(max_examples=150, deadline=None)
def test_limit_slopes_returns_the_highest_curve(
    needed: list[float], attack: float, release: float
) -> None:
    """At or below the needed gain, no steeper than allowed, and nowhere lower than necessary."""
    wanted = np.array(needed, np.float32)
    made = limit_slopes(wanted, attack, release)
    steps = np.diff(made.astype(float))
    assert (made <= wanted + 1e-4).all()
    assert (steps <= release + 1e-4).all()
    assert (steps >= -attack - 1e-4).all()
    touching = np.isclose(made, wanted, atol=1e-4)
    rising = np.append(False, np.isclose(steps, release, atol=1e-4))
    falling = np.append(np.isclose(steps, -attack, atol=1e-4), False)
    assert (touching | rising | falling).all()


def test_curve_at_samples_passes_through_the_middles_of_milliseconds() -> None:
    """Straight between them, level before the first and after the last, wherever reading begins."""
    curve = np.array([1.0, 3.0, 2.0])
    whole = curve_at_samples(curve, 0, 144)
    assert whole[[0, 143]].tolist() == [1.0, 2.0]
    assert (whole[23] + whole[24]) / 2 == pytest.approx(1.0, abs=0.03)
    assert whole[47:49].mean() == pytest.approx(2.0, abs=1e-4)
    assert np.allclose(
        np.concatenate(
            [curve_at_samples(curve, first, last) for first, last in ((0, 50), (50, 51), (51, 144))]
        ),
        whole,
    )
