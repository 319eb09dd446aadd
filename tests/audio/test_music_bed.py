"""Music of any length: on the beat, without a hole, whatever piece of it is read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audio.loop_detection import find_loop_point
from pipeline.audio.music_bed import MusicClip, place_clips, render_placements
from tests.audio.tunes import beats, tone
from tests.audio.voices import RATE, pcm16


@pytest.mark.parametrize(
    ("bpm", "seconds"), [(72, 31.3), (97.3, 47.12), (120, 20.77), (128.5, 60.01), (174, 33.33)]
)
def test_find_loop_point_is_a_whole_number_of_beats(bpm: float, seconds: float) -> None:
    """Played live at any tempo and cut anywhere, the beginning is laid on a beat, to 12 ms."""
    place, _ = find_loop_point(pcm16(beats(bpm, seconds)), 2 * RATE)
    off = place / RATE / (60 / bpm) % 1
    assert min(off, 1 - off) * 60 / bpm < 0.012
    assert seconds / 2 <= place / RATE <= seconds - 2


@pytest.mark.parametrize("bpm", [90, 125])
def test_find_loop_point_keeps_the_bar(bpm: float) -> None:
    """The accents tell one beat of four from the others."""
    place, _ = find_loop_point(pcm16(beats(bpm, 40.1)), RATE)
    off = place / RATE / (4 * 60 / bpm) % 1
    assert min(off, 1 - off) * 4 * 60 / bpm < 0.012


def test_find_loop_point_is_sample_exact_for_repeating_music() -> None:
    """A sequenced loop of 4.2 s, five times: the point is a multiple of it, the wave continues."""
    once = (
        np.random.default_rng(2).normal(0, 0.1, (201_600, 2))
        * np.repeat(np.linspace(1, 0.1, 21), 9_600)[:, np.newaxis]
    )
    place, same = find_loop_point(pcm16(np.tile(once, (5, 1))), RATE)
    assert (place % 201_600, same) == (0, True)


@pytest.mark.parametrize(
    "sound",
    [np.random.default_rng(5).normal(0, 0.1, (30 * RATE, 2)), np.zeros((30 * RATE, 2))],
    ids=["rain", "silence"],
)
def test_find_loop_point_plays_everything_without_a_beat(
    sound: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    """Nothing is cut off for a beat that is not there."""
    assert find_loop_point(pcm16(sound), 2 * RATE) == (28 * RATE, False)


@given(length=st.integers(0, 30 * RATE))
@settings(max_examples=20, deadline=None)
def test_find_loop_point_works_for_short_sounds(length: int) -> None:
    """Any length gives a place inside it."""
    place, _ = find_loop_point(np.zeros((length, 2), np.int16), 1_000)
    assert 0 <= place <= length


def test_render_placements_in_pieces_equals_rendering_at_once() -> None:
    """Fades and seams lie where they lie, however they are asked for."""
    placed = place_clips([MusicClip(pcm16(beats(110, 9.7)), 0.5)], 40 * RATE, RATE)
    whole = render_placements(placed, 0, 40 * RATE)
    cuts = [0, 1, 48_000, 390_001, 1_000_000, 1_919_999, 40 * RATE]
    pieces = [render_placements(placed, first, last) for first, last in pairwise(cuts)]
    assert np.array_equal(np.concatenate(pieces), whole)
    assert len(placed) > 4


def test_render_placements_keeps_the_power_at_seams() -> None:
    """Two even sounds of different pitch, one after the other: no dip and no bump over the seam."""
    placed = place_clips(
        [MusicClip(pcm16(tone(8)), 1.0), MusicClip(pcm16(tone(8, 1_310)), 1.0)], 20 * RATE, 2 * RATE
    )
    made = render_placements(placed, 0, 20 * RATE)
    power = (made.reshape(-1, RATE // 4, 2) ** 2).mean(axis=(1, 2))
    assert 10 * np.log10(power.max() / power.min()) < 0.5
    assert [one.start for one in placed] == [0, 6 * RATE, 12 * RATE]


def test_place_clips_plays_a_long_clip_once() -> None:
    """From its beginning, with no seam."""
    sound = pcm16(beats(100, 10))
    placed = place_clips([MusicClip(sound, 1.0)], 5 * RATE, RATE)
    assert len(placed) == 1
    assert np.array_equal(
        np.round(render_placements(placed, 0, 5 * RATE) * 32768), sound[: 5 * RATE]
    )


def test_place_clips_keeps_beats_even_across_seams() -> None:
    """A minute out of 13 seconds: stroke after stroke at the same distance."""
    bpm = 100.0
    made = render_placements(
        place_clips([MusicClip(pcm16(beats(bpm, 13.37)), 1.0)], 60 * RATE, RATE), 0, 60 * RATE
    )[:, 0]
    power = np.convolve(made**2, np.ones(480) / 480, "same")[::48]
    rise = np.maximum(np.diff(power), 0)
    strokes = [int(place) for place in np.flatnonzero(rise > 0.3 * rise.max())]
    firsts = [
        place
        for number, place in enumerate(strokes)
        if not number or place - strokes[number - 1] > 200
    ]
    beat = 60_000 / bpm
    off = [abs((gap / beat) - round(gap / beat)) * beat for gap in np.diff(firsts)]
    assert len(firsts) > 20
    assert max(off) < 25


def test_render_placements_without_clips_is_silent() -> None:
    """An episode without music."""
    assert place_clips([], 1_000, 10) == ()
    assert not render_placements((), 0, 1_000).any()
