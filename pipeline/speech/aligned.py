"""Utterances of engines that tell no word times, cut to rows by an aligner that is passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.model import RowTime, SpokenRow
from pipeline.speech.cut import Misfit, check_all_voiced
from pipeline.speech.energy import sound_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.utterances import Joined

Align = Callable[["NDArray[np.int16]", Sequence[SpokenRow]], Sequence[RowTime]]
"""Takes an utterance's samples (48 kHz, from its first to its last audible one) and its rows; returns the rows' times in them."""


@dataclass(frozen=True, slots=True)
class Aligner:
    """An aligner; `version` goes into the cache's keys and must change when its results do."""

    version: str
    align: Align


def aligned(samples: NDArray[np.int16], rows: Sequence[SpokenRow], text: Joined, aligner: Aligner) -> tuple[int, int, tuple[RowTime, ...]]:
    """Return the audible range of an utterance's samples, and its rows' times from the first sample of that range.

    Rows are numbered from 0. Raises Misfit where nothing is heard, or the aligner's rows are not the ones asked for, in order, inside
    the sound and all spoken.
    """
    sound = sound_of(samples)
    if sound is None:
        raise Misfit("nothing is heard")
    whole = sound.whole
    times = tuple(aligner.align(samples[whole.start : whole.end], rows))
    if [time.row for time in times] != [row.row for row in rows]:
        raise Misfit("the aligner lost a row")
    if any(first.span.end > second.span.start for first, second in pairwise(times)) or times[0].span.start < 0:
        raise Misfit("the aligner's rows overlap")
    if times[-1].span.end > whole.length or any(not time.span.length for time in times):
        raise Misfit("the aligner found no room for a row")
    check_all_voiced(sound, text, [time.span.moved(whole.start) for time in times])
    return whole.start, whole.end, tuple(replace(time, row=index) for index, time in enumerate(times))
