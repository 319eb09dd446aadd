"""The one place that rounds time.

The master clock is the sample position at 48 kHz. Every other unit is derived once from an absolute
position; rounded lengths are never added up. All rounding is half up, so that equal inputs round
alike on both sides of a boundary.
"""

from __future__ import annotations

from fractions import Fraction

SAMPLE_RATE = 48_000
"""Samples per second of the master clock (and of every narration file)."""

_TICKS_PER_SECOND = 10_000_000


def _scale_half_up(value: int, numerator: int, denominator: int) -> int:
    """Return value × numerator ÷ denominator as an integer, half up."""
    return (2 * value * numerator + denominator) // (2 * denominator)


def samples_from_ms(ms: int) -> int:
    """Return the sample position of a time in ms (exact: 48 samples a millisecond)."""
    return ms * (SAMPLE_RATE // 1000)


def samples_from_seconds(seconds: float | Fraction) -> int:
    """Return the sample position nearest to a time in seconds."""
    exact = Fraction(seconds)
    return _scale_half_up(exact.numerator, SAMPLE_RATE, exact.denominator)


def samples_from_ticks(ticks: int) -> int:
    """Return the sample position nearest to a time in 100 ns ticks (the speech service's unit)."""
    return _scale_half_up(ticks, SAMPLE_RATE, _TICKS_PER_SECOND)


def samples_from_rate(position: int, rate: int) -> int:
    """Return the master position of a sample position counted at another rate (Hz)."""
    return _scale_half_up(position, SAMPLE_RATE, rate)


def stretch_position(position: int, new_length: int, old_length: int) -> int:
    """Return where a sample position lies after its length is stretched to a new one."""
    return _scale_half_up(position, new_length, old_length)


def samples_from_frame(frame: int, fps: int) -> int:
    """Return the sample position at which a video frame begins."""
    return _scale_half_up(frame, SAMPLE_RATE, fps)


def ms_from_samples(samples: int) -> int:
    """Return the time of a sample position in whole ms."""
    return _scale_half_up(samples, 1000, SAMPLE_RATE)


def frame_from_samples(samples: int, fps: int) -> int:
    """Return the frame boundary nearest to a sample position."""
    return _scale_half_up(samples, fps, SAMPLE_RATE)


def frame_at(samples: int, fps: int) -> int:
    """Return the frame being shown at a sample position (the boundary at or before it)."""
    return samples * fps // SAMPLE_RATE


def frames_covering(samples: int, fps: int) -> int:
    """Return the least number of frames that lasts at least a length in samples."""
    return -(-samples * fps // SAMPLE_RATE)


def seconds_from_samples(samples: int) -> float:
    """Return a sample position in seconds, for people and tools; do not add these up."""
    return samples / SAMPLE_RATE


def centisecond_at(samples: int) -> int:
    """Return the whole 1/100 s at or before a sample position (ASS's unit).

    Rounding up would begin a cue after the frame it belongs to: frame 2 at 30 fps is shown at
    66.7 ms, for which 0.07 s is too late.
    """
    return samples * 100 // SAMPLE_RATE


def second_at(samples: int) -> int:
    """Return the whole second at or before a sample position.

    A chapter mark may come early, but not inside the next sentence.
    """
    return samples // SAMPLE_RATE


def clock_text(ms: int, *, tenths: bool = False, hours: bool = False) -> str:
    """Return a time in ms as M:SS for people, the rest cut off; round before, if that is wanted.

    `tenths` gives M:SS.t, `hours` gives H:MM:SS from an hour on (as YouTube writes chapters).
    """
    minutes, seconds = divmod(ms // 1000, 60)
    fraction = f".{ms % 1000 // 100}" if tenths else ""
    if hours and minutes >= 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}{fraction}"
    return f"{minutes}:{seconds:02d}{fraction}"
