"""Estimated times stretched to a given length, speech and pauses alike, to the sample."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import RowTime, Span, Take
from pipeline.timebase import SAMPLE_RATE, seconds_from_samples, stretch_position
from pipeline.timing.pauses import pauses_around_takes
from pipeline.timing.timeline_layout import lay_out_takes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipeline.model import Chapter, SpokenRow, Timeline, Transcript
    from pipeline.settings.sections import PauseSettings

MIN_STRETCH, MAX_STRETCH = Fraction(2, 5), Fraction(3)
"""The shares of its own length to which a talk may be stretched; beyond, it is not intelligible."""


def fit_to_length(  # noqa: PLR0917 - the arguments of lay_out_takes, in its order, and the length
    takes: Sequence[Take],
    spoken: Sequence[SpokenRow],
    transcript: Transcript,
    chapters: Sequence[Chapter],
    pauses: PauseSettings,
    fps: int,
    length: int,
    *,
    sentence_end_rows: Collection[int] = (),
) -> Timeline:
    """Return the timeline of estimated takes that lasts `length` samples, up to a whole frame.

    An `@pause` keeps its length. Raises InputError where the talk would have to be spoken more than
    2.5 times as fast or 3 times as slowly as estimated, ValueError where a take has audio, which
    cannot be stretched.
    """
    if any(take.audio_key is not None for take in takes):
        problem = "takes with audio cannot be stretched"
        raise ValueError(problem)
    take_pauses = pauses_around_takes(
        takes, spoken, transcript, chapters, pauses, sentence_end_rows=sentence_end_rows
    )
    fixed_samples = sum(silence.samples for silence in take_pauses if silence.by_author)
    speech_samples = sum(take.sample_count for take in takes)
    stretchable_samples = speech_samples + sum(
        silence.samples for silence in take_pauses if not silence.by_author
    )
    if not (
        speech_samples
        and stretchable_samples * MIN_STRETCH
        <= length - fixed_samples
        <= stretchable_samples * MAX_STRETCH
    ):
        least, most = (
            -int(-(fixed_samples + stretchable_samples * MIN_STRETCH) // SAMPLE_RATE),
            int((fixed_samples + stretchable_samples * MAX_STRETCH) // SAMPLE_RATE),
        )
        raise InputError(
            message(
                "timing.impossible_length",
                seconds=seconds_from_samples(length),
                least=least,
                most=most,
            )
        )
    # rounded down: the remaining samples go to the speech, which can be stretched to the sample
    pauses = pauses.model_copy(
        update={
            name: ms * (length - fixed_samples) // stretchable_samples
            for name, ms in pauses.model_dump().items()
        }
    )
    remaining_samples = length - sum(
        silence.samples
        for silence in pauses_around_takes(
            takes, spoken, transcript, chapters, pauses, sentence_end_rows=sentence_end_rows
        )
    )
    return lay_out_takes(
        stretch_takes(takes, remaining_samples, speech_samples),
        spoken,
        transcript,
        chapters,
        pauses,
        fps,
        sentence_end_rows=sentence_end_rows,
    )


def stretch_takes(
    takes: Sequence[Take], target_samples: int, total_samples: int
) -> tuple[Take, ...]:
    """Return takes stretched from `total_samples` in all to exactly `target_samples`."""
    stretched_takes = []
    start = 0
    for take in takes:
        rows = tuple(
            _stretch_row_time(row, start, target_samples, total_samples) for row in take.rows
        )
        stretched_takes.append(
            Take(
                rows,
                _stretch_span(Span(0, take.sample_count), start, target_samples, total_samples).end,
                None,
            )
        )
        start += take.sample_count
    return tuple(stretched_takes)


def _stretch_row_time(row: RowTime, start: int, target_samples: int, total_samples: int) -> RowTime:
    words = tuple(
        replace(word, span=_stretch_span(word.span, start, target_samples, total_samples))
        for word in row.word_times
    )
    return replace(
        row, span=_stretch_span(row.span, start, target_samples, total_samples), word_times=words
    )


def _stretch_span(span: Span, start: int, target_samples: int, total_samples: int) -> Span:
    """Return a stretched span of a take that begins at `start`.

    Each end is computed from the start of the whole talk, so that rounding errors do not add up.
    """
    zero = stretch_position(start, target_samples, total_samples)
    return Span(
        stretch_position(start + span.start, target_samples, total_samples) - zero,
        stretch_position(start + span.end, target_samples, total_samples) - zero,
    )
