"""Utterances of engines that tell no word times, cut to rows by an aligner that is passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.model import RowTime, SpokenRow
from pipeline.speech.energy import energy_profile
from pipeline.speech.split_rows import SpeechTextMismatch, check_every_row_spoken

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.utterances import UtteranceText

_MIN_CONFIDENCE = 0.5
"""An aligner's confidence in a row below which a person should look: here each row is asked for alone instead."""

AlignFunction = Callable[["NDArray[np.int16]", Sequence[SpokenRow]], Sequence[RowTime]]
"""Takes an utterance's samples (48 kHz, from its first to its last audible one) and its rows; returns the rows' times in them."""


@dataclass(frozen=True, slots=True)
class UtteranceAligner:
    """An aligner; `version` goes into the cache's keys and must change when its results do."""

    version: str
    align: AlignFunction


def align_rows(
    samples: NDArray[np.int16],
    rows: Sequence[SpokenRow],
    text: UtteranceText,
    aligner: UtteranceAligner,
) -> tuple[int, int, tuple[RowTime, ...]]:
    """Return the audible range of an utterance's samples, and its rows' times from the first sample of that range.

    Rows are numbered from 0, and sure: doubts end in a Misfit. Raises Misfit where nothing is heard, the aligner is not sure, or its rows
    are not the ones asked for, in order, inside the sound and all spoken.
    """
    profile = energy_profile(samples)
    if profile is None:
        raise SpeechTextMismatch("nothing is heard")
    audible_span = profile.audible_span
    try:
        times = tuple(aligner.align(samples[audible_span.start : audible_span.end], rows))
    except InputError as fault:
        raise SpeechTextMismatch(fault.problem) from fault
    if [time.row for time in times] != [row.row for row in rows]:
        raise SpeechTextMismatch("the aligner lost a row")
    if (
        any(first.span.end > second.span.start for first, second in pairwise(times))
        or times[0].span.start < 0
    ):
        raise SpeechTextMismatch("the aligner's rows overlap")
    if times[-1].span.end > audible_span.length or any(not time.span.length for time in times):
        raise SpeechTextMismatch("the aligner found no room for a row")
    if any(time.confidence < _MIN_CONFIDENCE for time in times):
        raise SpeechTextMismatch("the aligner is not sure of a row")
    check_every_row_spoken(
        profile, text, [time.span.shifted_by(audible_span.start) for time in times]
    )
    return (
        audible_span.start,
        audible_span.end,
        tuple(replace(time, row=index, confidence=1.0) for index, time in enumerate(times)),
    )
