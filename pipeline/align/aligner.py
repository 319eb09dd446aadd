"""A transcript aligned to a recording by what the recording itself teaches: no model file, no network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline import timebase
from pipeline.align import passes, pauses, phones, reading
from pipeline.align.confidence import confidences
from pipeline.align.dtw import warped
from pipeline.align.embedded import embedded
from pipeline.align.features import hear
from pipeline.align.recording import Recording, recorded
from pipeline.align.result import Alignment, Flag
from pipeline.align.retakes import retake
from pipeline.align.snap import snapped
from pipeline.align.verdict import judged, trusted
from pipeline.align.words import shown_words
from pipeline.errors import InputError
from pipeline.model import RowTime, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.features import Heard
    from pipeline.align.phones import Unit
    from pipeline.align.recording import Samples
    from pipeline.align.verdict import Verdict
    from pipeline.model import Observe, SpokenRow

_VOWELS = frozenset("aeiouyAEIOUVY@30&")
_SECONDS_A_VOWEL, _SECONDS_A_ROW = 0.2, 0.1  # FACTS: 0.205 s a syllable, 0.109 s a row
_LEAST_HEARD = 0.15  # of the rows: with fewer the recording says something else


class Aligner(Protocol):
    """Finds the rows of a transcript in a recording; every way to do it, with a model or without, looks like this."""

    @property
    def name(self) -> str:
        """The way's name, for the report."""

    def align(self, recording: Recording, rows: Sequence[SpokenRow], observe: Observe) -> Alignment:
        """Return a time for every row. Raises InputError where the recording does not hold the text."""


def align(
    samples: Samples | Recording,
    rows: Sequence[SpokenRow],
    *,
    rate: int = timebase.SAMPLE_RATE,
    observe: Observe | None = None,
    aligner: Aligner | None = None,
) -> Alignment:
    """Return where each row is heard in a mono recording: an array (a memory map too) of samples at `rate` Hz, or what reads one by pieces.

    `aligner` is the way to do it; without one the recording itself teaches it. Raises InputError where the recording does not hold the
    text, EnvironmentFault where espeak-ng does not start.
    """
    recording = samples if isinstance(samples, Recording) else recorded(samples, rate)
    return (aligner or SelfTaught()).align(recording, rows, observe or _unobserved)


def align_take(samples: Samples, rows: Sequence[SpokenRow], *, rate: int = timebase.SAMPLE_RATE) -> tuple[RowTime, ...]:
    """Return the times of rows voiced as one short take, counted from its first sample; every row gets a stretch of it."""
    return align(samples, rows, rate=rate).rows


def _unobserved(step: str, done: int, total: int) -> None:
    """Tell nobody."""
    del step, done, total


@dataclass(frozen=True, slots=True)
class SelfTaught:
    """Pauses and expected lengths first, then phone models learnt from the recording itself."""

    @property
    def name(self) -> str:
        """The way's name."""
        return "learnt from the recording"

    def align(self, recording: Recording, rows: Sequence[SpokenRow], observe: Observe) -> Alignment:
        """Return a time for every row (see `Aligner`)."""
        observe("listen", 0, 1)
        heard = hear(recording.blocks(), recording.rate)
        observe("listen", 1, 1)
        units = phones.pronounced(rows)
        spoken = pauses.speaking(heard.level)
        if not spoken.any() or not any(units):
            raise InputError("Nothing is said in this recording.", "Give the recording in which the text is read.")
        expected = [expected_seconds(row) for row in units]
        guess = pauses.guessed(spoken, expected)
        reference = embedded(rows)
        second = warped(heard.cepstra, spoken, reference.cepstra, reference.spoken, reference.edges)
        guesses = [guess] if second is None else [guess, second]
        learnt = passes.learn(heard.cepstra, spoken, units, guesses, lambda done, total: observe("align", done, total))
        found = reading.rows_heard(learnt, units)
        if sum(row is not None for row in found) < _LEAST_HEARD * sum(bool(row) for row in units):
            raise InputError("This recording does not say this text.", "Give the recording of this very transcript.")
        verdict = judged(
            found,
            reading.strays(learnt, spoken),
            expected,
            [bool(row) for row in units],
            lambda stray, lengths, fit: retake(stray, learnt, heard.cepstra, units, lengths, fit),
        )
        return told(rows, units, verdict, heard, confidences(verdict.heard, expected, guesses, enough=learnt.enough), self.name)


def told(
    rows: Sequence[SpokenRow], units: Sequence[Sequence[Unit]], verdict: Verdict, heard: Heard, sure: Sequence[float], method: str
) -> Alignment:
    """Return the alignment in samples: edges snapped to pauses, words, confidences, flags."""
    places = [index for index, row in enumerate(verdict.heard) if row]
    edges = snapped(heard.level, [(row.start, row.end) for row in verdict.heard if row])
    spans = {index: _span(edge, heard.length) for index, edge in zip(places, edges, strict=True)}
    spans |= {index: _span(place, heard.length) for index, place in verdict.put.items()}
    held, doubts = trusted(sure, verdict)
    times = []
    for index, (row, each) in enumerate(zip(rows, units, strict=True)):
        found = verdict.heard[index]
        words = shown_words(row, [(unit.first, unit.last) for unit in each], found.units, spans[index]) if found else ()
        times.append(RowTime(row.row, spans[index], "measured" if found else "estimated", words, held[index]))
    flags = tuple(Flag(rows[doubt.row].row, doubt.reason, doubt.stretch and _span(doubt.stretch, heard.length)) for doubt in doubts)
    return Alignment(tuple(times), flags, method)


def _span(edges: tuple[float, float], length: int) -> Span:
    return Span(*(min(timebase.samples_from_seconds(edge), length) for edge in edges))


def expected_seconds(units: Sequence[Unit]) -> float:
    """Return how long a row takes to say at a usual pace."""
    return _SECONDS_A_ROW + _SECONDS_A_VOWEL * sum(phone[0] in _VOWELS for unit in units for phone in unit.phones)
