"""Where in the samples something is heard: a level every 5 ms, the audible part, pauses and dips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.timebase import SAMPLE_RATE, samples_from_ms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HOP = SAMPLE_RATE // 200
"""Samples from one level to the next (5 ms)."""

_WINDOW = 3
"""Hops a level is measured over: 15 ms, a little more than a period of the lowest voice."""

_BELOW_LOUD_DB = 36.0
"""What lies this far under the loud part of the same speech is not heard as speech (breath and codec noise lie at −45 to −60)."""

_FLOOR_DB = -66.0
_SHORTEST_PAUSE = samples_from_ms(35)
"""A closure before a stop is this short; a pause is not."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Levels in dB under full scale and whether they are too low to be heard, a value each 5 ms; the range from first to last heard."""

    level: NDArray[np.float64]
    quiet: NDArray[np.bool_]
    whole: Span

    def heard(self, span: Span) -> int:
        """Return how many samples of a range are heard (to 5 ms); there are none outside of the sound."""
        return HOP * int((~self.quiet[max(0, span.start) // HOP : max(0, -(-span.end // HOP))]).sum())

    def pauses(self, span: Span) -> list[Span]:
        """Return the pauses that reach into a range, each in its whole length."""
        return [run for run in self._quiet_runs() if run.length >= _SHORTEST_PAUSE and run.start < span.end and run.end > span.start]

    def dip(self, span: Span, expected: int) -> int:
        """Return the quietest place in a range; a place at the far end of the range from `expected` must be 6 dB quieter."""
        import numpy as np

        first = min(span.start // HOP, len(self.level) - 1)
        level = self.level[first : max(first + 1, -(-span.end // HOP))]
        away = np.abs((first + np.arange(len(level)) + 0.5) * HOP - expected) / max(1, span.length)
        return (first + int(np.argmin(level + 6.0 * away))) * HOP + HOP // 2

    def _quiet_runs(self) -> list[Span]:
        import numpy as np

        edges = np.flatnonzero(np.diff(np.concatenate(([False], self.quiet, [False])).astype(np.int8)))
        return [Span(int(first) * HOP, int(last) * HOP) for first, last in edges.reshape(-1, 2)]


def sound_of(samples: NDArray[np.int16]) -> Sound | None:
    """Return how loud samples are, or None where nothing is heard in them."""
    import numpy as np

    level = _levels(samples)
    quiet = level <= (max(_FLOOR_DB, float(np.percentile(level, 95)) - _BELOW_LOUD_DB) if len(level) else _FLOOR_DB)
    heard = np.flatnonzero(~quiet)
    if not len(heard):
        return None
    return Sound(level, quiet, Span(int(heard[0]) * HOP, min(len(samples), (int(heard[-1]) + 1) * HOP)))


def _levels(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    import numpy as np

    hops = -(-len(samples) // HOP)
    padded = np.zeros(hops * HOP, np.float64)
    padded[: len(samples)] = samples / 32768.0
    power = (padded.reshape(hops, HOP) ** 2).mean(axis=1)
    smooth = np.convolve(power, np.full(_WINDOW, 1 / _WINDOW), "same") if hops >= _WINDOW else power
    return 10.0 * np.log10(np.maximum(smooth, 1e-12))
