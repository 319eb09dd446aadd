"""Energy of speech: a level every 5 ms, the audible range, pauses and dips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.timebase import SAMPLE_RATE, samples_from_ms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HOP_LENGTH = SAMPLE_RATE // 200
"""Samples from one level to the next: 5 ms."""

_SMOOTHING_HOPS = 3
"""Hops per level: 15 ms, a little more than one period of the lowest voice."""

_QUIET_BELOW_LOUD_DB = 36.0
"""Levels this far below the 95th percentile count as silence; breath and codec noise are 45–60."""

_QUIET_FLOOR_DB = -66.0
_MIN_PAUSE_LENGTH = samples_from_ms(35)
"""The closure before a plosive is shorter than this; a pause is longer."""


@dataclass(frozen=True, slots=True)
class EnergyProfile:
    """Levels in dB full scale and whether they are silent, one value per 5 ms.

    `audible_span` is the range from the first to the last audible sample.
    """

    levels_db: NDArray[np.float64]
    is_quiet: NDArray[np.bool_]
    audible_span: Span

    def count_audible(self, span: Span) -> int:
        """Return how many samples of a range are audible, in steps of 5 ms."""
        return HOP_LENGTH * int(
            (
                ~self.is_quiet[
                    max(0, span.start) // HOP_LENGTH : max(0, -(-span.end // HOP_LENGTH))
                ]
            ).sum()
        )

    def pauses_in(self, span: Span) -> list[Span]:
        """Return the pauses that overlap a range, each in its full length."""
        return [
            run
            for run in self._quiet_runs()
            if run.length >= _MIN_PAUSE_LENGTH and run.start < span.end and run.end > span.start
        ]

    def quietest_sample(self, span: Span, expected: int) -> int:
        """Return the quietest sample in a range, preferring those near `expected`.

        A sample one range length away from `expected` must be 6 dB quieter to be chosen.
        """
        import numpy as np

        first_hop = min(span.start // HOP_LENGTH, len(self.levels_db) - 1)
        level = self.levels_db[first_hop : max(first_hop + 1, -(-span.end // HOP_LENGTH))]
        distance = np.abs((first_hop + np.arange(len(level)) + 0.5) * HOP_LENGTH - expected) / max(
            1, span.length
        )
        return (first_hop + int(np.argmin(level + 6.0 * distance))) * HOP_LENGTH + HOP_LENGTH // 2

    def _quiet_runs(self) -> list[Span]:
        import numpy as np

        edges = np.flatnonzero(
            np.diff(np.concatenate(([False], self.is_quiet, [False])).astype(np.int8))
        )
        return [
            Span(int(first) * HOP_LENGTH, int(last) * HOP_LENGTH)
            for first, last in edges.reshape(-1, 2)
        ]


def energy_profile(samples: NDArray[np.int16]) -> EnergyProfile | None:
    """Return the energy profile of samples (48 kHz), or None if all of them are silent."""
    import numpy as np

    level = _measure_levels(samples)
    quiet = level <= (
        max(_QUIET_FLOOR_DB, float(np.percentile(level, 95)) - _QUIET_BELOW_LOUD_DB)
        if len(level)
        else _QUIET_FLOOR_DB
    )
    audible_hops = np.flatnonzero(~quiet)
    if not len(audible_hops):
        return None
    return EnergyProfile(
        level,
        quiet,
        Span(
            int(audible_hops[0]) * HOP_LENGTH,
            min(len(samples), (int(audible_hops[-1]) + 1) * HOP_LENGTH),
        ),
    )


def _measure_levels(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    import numpy as np

    hops = -(-len(samples) // HOP_LENGTH)
    padded = np.zeros(hops * HOP_LENGTH, np.float64)
    padded[: len(samples)] = samples / 32768.0
    power = (padded.reshape(hops, HOP_LENGTH) ** 2).mean(axis=1)
    smooth = (
        np.convolve(power, np.full(_SMOOTHING_HOPS, 1 / _SMOOTHING_HOPS), "same")
        if hops >= _SMOOTHING_HOPS
        else power
    )
    return 10.0 * np.log10(np.maximum(smooth, 1e-12))
