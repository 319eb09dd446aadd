"""The one place that rounds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import timebase

FPS = st.sampled_from([1, 7, 24, 25, 30, 48, 50, 60, 120])


@given(st.integers(0, 10**9), FPS)
def test_frame_boundaries_survive_conversion_to_samples(frame: int, fps: int) -> None:
    """Frame → samples → frame is the identity, by nearest and by floor."""
    samples = timebase.samples_from_frame(frame, fps)
    assert timebase.frame_from_samples(samples, fps) == frame


@given(st.integers(0, 10**10), FPS)
def test_covering_frames_are_enough_and_not_one_too_many(samples: int, fps: int) -> None:
    """The covering number of frames lasts at least the samples, one fewer does not."""
    frames = timebase.frames_covering(samples, fps)
    assert (
        Fraction(frames, fps) >= Fraction(samples, timebase.SAMPLE_RATE) > Fraction(frames - 1, fps)
    )


@given(st.integers(0, 10**9))
def test_milliseconds_are_exact_both_ways(ms: int) -> None:
    """48 samples a millisecond: nothing is lost."""
    assert timebase.ms_from_samples(timebase.samples_from_ms(ms)) == ms


@pytest.mark.parametrize(
    ("ticks", "samples"),
    [(0, 0), (1_000_000, 4_800), (104, 0), (105, 1), (10_000_000, 48_000)],
)
def test_ticks_round_half_up(ticks: int, samples: int) -> None:
    """100 ns ticks land on the nearest sample (a sample is 208⅓ ticks)."""
    assert timebase.samples_from_ticks(ticks) == samples


def test_half_a_unit_rounds_up() -> None:
    """Half a millisecond is 24 samples: it belongs to the later millisecond."""
    assert [timebase.ms_from_samples(n) for n in (23, 24, 47, 48, 71, 72)] == [0, 1, 1, 1, 1, 2]


def test_seconds_may_be_fractions_or_floats() -> None:
    """A third of a second is 16,000 samples whichever way it is said."""
    assert (
        timebase.samples_from_seconds(Fraction(1, 3)),
        timebase.samples_from_seconds(1 / 3),
    ) == (16_000, 16_000)


@given(st.integers(0, 10**9), st.sampled_from([8_000, 22_050, 24_000, 44_100, 192_000]))
def test_positions_at_another_rate_keep_their_order(position: int, rate: int) -> None:
    """Later stays later, and never moves by more than half a master sample."""
    here = timebase.samples_from_rate(position, rate)
    assert here <= timebase.samples_from_rate(position + 1, rate)
    assert abs(Fraction(here, timebase.SAMPLE_RATE) - Fraction(position, rate)) <= Fraction(
        1, 2 * timebase.SAMPLE_RATE
    )


@given(st.integers(0, 10**9), FPS)
def test_the_frame_shown_at_its_own_boundary_is_itself(frame: int, fps: int) -> None:
    """A boundary belongs to the frame that begins there, where the grid divides the clock."""
    if timebase.SAMPLE_RATE % fps == 0:
        samples = timebase.samples_from_frame(frame, fps)
        assert (timebase.frame_at(samples, fps), timebase.frame_at(samples - 1, fps)) == (
            frame,
            frame - 1,
        )


@pytest.mark.parametrize(
    ("ms", "options", "text"),
    [
        (0, {}, "0:00"),
        (59_999, {}, "0:59"),
        (75 * 60_000 + 3_250, {}, "75:03"),
        (75 * 60_000 + 3_250, {"hours": True}, "1:15:03"),
        (59 * 60_000, {"hours": True}, "59:00"),
        (61_950, {"tenths": True}, "1:01.9"),
    ],
)
def test_clock_text_cuts_off_what_it_does_not_show(
    ms: int, options: dict[str, bool], text: str
) -> None:
    """Minutes and seconds as people read them; tenths and hours where they are asked for."""
    assert timebase.clock_text(ms, **options) == text
