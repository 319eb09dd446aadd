"""Split utterances of engines without word times into rows, by an aligner that is passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import RowTime, SpokenRow
from pipeline.speech.analysis.energy import energy_profile
from pipeline.speech.split_rows import SpeechTextMismatch, check_every_row_spoken

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.utterances import UtteranceText

_MIN_CONFIDENCE = 0.5
"""Below this confidence of the aligner in a row, the rows are spoken one by one instead."""

AlignFunction = Callable[["NDArray[np.int16]", Sequence[SpokenRow]], Sequence[RowTime]]
"""Takes an utterance's audible samples (48 kHz) and its rows; returns the rows' times in them."""


@dataclass(frozen=True, slots=True)
class UtteranceAligner:
    """An aligner; `version` is part of cache keys and must change when its results do."""

    version: str
    align: AlignFunction


def align_rows(
    samples: NDArray[np.int16],
    rows: Sequence[SpokenRow],
    text: UtteranceText,
    aligner: UtteranceAligner,
) -> tuple[int, int, tuple[RowTime, ...]]:
    """Return start and end of an utterance's audible range, and its rows' times from that start.

    All in samples; rows are numbered from 0. Raises SpeechTextMismatch if nothing is audible, the
    aligner is not sure, or its rows are not the ones asked for, in order, inside the sound and all
    spoken.
    """
    profile = energy_profile(samples)
    if profile is None:
        raise SpeechTextMismatch(message("speech.nothing_audible"))
    audible_span = profile.audible_span
    try:
        times = tuple(aligner.align(samples[audible_span.start : audible_span.end], rows))
    except InputError as fault:
        raise SpeechTextMismatch(fault.problem) from fault
    if [time.row for time in times] != [row.row for row in rows]:
        raise SpeechTextMismatch(message("speech.aligner_lost_row"))
    if (
        any(row.span.end > following.span.start for row, following in pairwise(times))
        or times[0].span.start < 0
    ):
        raise SpeechTextMismatch(message("speech.aligner_rows_overlap"))
    if times[-1].span.end > audible_span.length or any(not time.span.length for time in times):
        raise SpeechTextMismatch(message("speech.aligner_no_room"))
    if any(time.confidence < _MIN_CONFIDENCE for time in times):
        raise SpeechTextMismatch(message("speech.aligner_not_sure"))
    check_every_row_spoken(
        profile, text, [time.span.shifted_by(audible_span.start) for time in times]
    )
    return (
        audible_span.start,
        audible_span.end,
        tuple(replace(time, row=index, confidence=1.0) for index, time in enumerate(times)),
    )
