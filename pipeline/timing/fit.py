"""Estimated times stretched to a given length: speech and pauses alike, to the sample."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.model import RowTime, Span, Take
from pipeline.timebase import SAMPLE_RATE, samples_stretched, seconds_from_samples
from pipeline.timing.pauses import silences
from pipeline.timing.timeline import lay_out

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipeline.model import Chapter, SpokenRow, Timeline, Transcript
    from pipeline.settings.voice import Pauses

SHORTEST, LONGEST = Fraction(2, 5), Fraction(3)
"""How far a talk is stretched: beyond these shares of its own length nobody would follow it, or take it for one."""


def fit(  # noqa: PLR0917 - the arguments of lay_out, in its order, and the length
    takes: Sequence[Take],
    spoken: Sequence[SpokenRow],
    transcript: Transcript,
    chapters: Sequence[Chapter],
    pauses: Pauses,
    fps: int,
    length: int,
    *,
    closed: Collection[int] = (),
) -> Timeline:
    """Return the timeline of estimated takes that lasts exactly `length` samples (then up to a whole frame); `@pause` stays as ordered.

    Raises InputError where the talk would have to be spoken more than 2.5 times as fast or 3 times as slowly as estimated, ValueError
    where a take has audio, whose length is not ours to change.
    """
    if any(take.audio is not None for take in takes):
        message = "takes with audio cannot be stretched"
        raise ValueError(message)
    quiet = silences(takes, spoken, transcript, chapters, pauses, closed=closed)
    ordered = sum(silence.samples for silence in quiet if silence.ordered)
    talk = sum(take.samples for take in takes)
    free = talk + sum(silence.samples for silence in quiet if not silence.ordered)
    if not (talk and free * SHORTEST <= length - ordered <= free * LONGEST):
        least, most = -int(-(ordered + free * SHORTEST) // SAMPLE_RATE), int((ordered + free * LONGEST) // SAMPLE_RATE)
        raise InputError(f"These rows cannot last {seconds_from_samples(length):g} s.", f"Choose a length from {least} to {most} s.")
    # rounded down: what is left over goes to the speech, which can take it to the sample
    pauses = pauses.model_copy(update={name: ms * (length - ordered) // free for name, ms in pauses.model_dump().items()})
    left = length - sum(silence.samples for silence in silences(takes, spoken, transcript, chapters, pauses, closed=closed))
    return lay_out(stretched(takes, left, talk), spoken, transcript, chapters, pauses, fps, closed=closed)


def stretched(takes: Sequence[Take], to: int, of: int) -> tuple[Take, ...]:
    """Return takes of `of` samples in all with every time in them stretched, so that together they last exactly `to` samples."""
    done = []
    start = 0
    for take in takes:
        rows = tuple(_row(row, start, to, of) for row in take.rows)
        done.append(Take(rows, _placed(Span(0, take.samples), start, to, of).end, None))
        start += take.samples
    return tuple(done)


def _row(row: RowTime, start: int, to: int, of: int) -> RowTime:
    words = tuple(replace(word, span=_placed(word.span, start, to, of)) for word in row.words)
    return replace(row, span=_placed(row.span, start, to, of), words=words)


def _placed(span: Span, start: int, to: int, of: int) -> Span:
    """Return a span inside a take that begins at `start`: each end is placed on the whole stretch, never on its own length."""
    zero = samples_stretched(start, to, of)
    return Span(samples_stretched(start + span.start, to, of) - zero, samples_stretched(start + span.end, to, of) - zero)
