"""Reads a path through the text: times of rows and units, and speech outside the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.features import FRAMES_PER_SECOND
from pipeline.align.vad import true_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.align.hmm_topology import StateChain

_MIN_STRAY_SECONDS = 0.3  # shorter speech is a breath, a click or a hesitation


@dataclass(frozen=True, slots=True)
class DecodedRow:
    """A row in the recording, in seconds.

    `unit_times` has each unit's (start, end); `fit` is the mean fit of its frames (nats for
    phones).
    """

    start: float
    end: float
    unit_times: tuple[tuple[float, float], ...]
    fit: float

    def shifted_by(self, seconds: float) -> DecodedRow:
        """Return the same row `seconds` later."""
        units = tuple((start + seconds, end + seconds) for start, end in self.unit_times)
        return DecodedRow(self.start + seconds, self.end + seconds, units, self.fit)


@dataclass(frozen=True, slots=True)
class StraySpeech:
    """Speech [start, end) in seconds that is not in the text, before row `row_after` (from 0)."""

    row_after: int
    start: float
    end: float


def decode_rows(
    chain: StateChain,
    states: NDArray[np.int32],
    frame_fit: NDArray[np.float32],
    unit_counts: Sequence[int],
    frames_per_second: float = FRAMES_PER_SECOND,
) -> list[DecodedRow | None]:
    """Return each row's times, or None if the path skips it, ends inside it, or it has no units.

    `states` is the path, `frame_fit` the fit of each frame, `unit_counts` the number of units of
    each row.
    """
    unit = chain.state_units[states]
    row = chain.state_rows[states]
    decoded: list[DecodedRow | None] = []
    first_unit = 0
    for index, count in enumerate(unit_counts):
        frames = np.flatnonzero(row == index) if count else np.zeros(0, np.int64)
        if not len(frames) or len(np.unique(unit[frames])) < count:
            decoded.append(None)
        else:
            row_units = unit[frames] - first_unit
            firsts = frames[np.searchsorted(row_units, np.arange(count))]
            lasts = frames[np.searchsorted(row_units, np.arange(count), side="right") - 1] + 1
            times = tuple(
                (int(a) / frames_per_second, int(b) / frames_per_second)
                for a, b in zip(firsts, lasts, strict=True)
            )
            decoded.append(
                DecodedRow(times[0][0], times[-1][1], times, float(frame_fit[frames].mean()))
            )
        first_unit += count
    return decoded


def find_stray_speech(
    chain: StateChain,
    states: NDArray[np.int32],
    speech: NDArray[np.bool_],
    frames_per_second: float = FRAMES_PER_SECOND,
) -> list[StraySpeech]:
    """Return the stretches in the filler that contain speech (`speech` is per frame)."""
    in_filler = np.isin(states, chain.filler_states)
    stray_stretches = []
    for first, last in true_runs(in_filler):
        inside = np.flatnonzero(speech[first:last]) + first
        if len(inside) >= _MIN_STRAY_SECONDS * frames_per_second:
            row_after = int(np.searchsorted(chain.filler_states, states[inside[0]]))
            stray_stretches.append(
                StraySpeech(
                    row_after,
                    int(inside[0]) / frames_per_second,
                    (int(inside[-1]) + 1) / frames_per_second,
                )
            )
    return stray_stretches
