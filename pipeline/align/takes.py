"""Rows found in short takes, as speech engines give them: a breath of a few seconds, far too little to learn a speaker from.

So phones learnt from the take alone do not count. Another way must put a row in the same place: the take warped onto the embedded voice,
low or high, or, where a pause lies before the row, the pauses and expected lengths. And the rows must be paced alike, or one was left out.
Whoever asked can have them one by one then (`benchmarks/takes.py` tells how often that is).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline import timebase
from pipeline.align.dtw import warped
from pipeline.align.embedded import joined, voiced
from pipeline.align.features import LEVELS_PER_SECOND, hear
from pipeline.align.pauses import guessed, pauses, speaking
from pipeline.align.phones import pronounced
from pipeline.align.recording import recorded
from pipeline.align.self_taught import SelfTaught, expected_seconds
from pipeline.align.snap import snapped
from pipeline.align.told import apart
from pipeline.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.align.embedded import Reference
    from pipeline.align.pauses import Pause
    from pipeline.align.phones import Unit
    from pipeline.align.recording import Recording, Samples
    from pipeline.model import RowTime, SpokenRow

_AGREES, _ROUGHLY = 0.1, 0.4  # s between two ways that mean the same place; that are led astray by no other row
_PAUSE = 0.12  # s: longer than a stop's closure, shorter than the pause at a comma (0.2)
_UNEVEN = 1.4  # the slowest row to the fastest, against the embedded voice: up to 1.3 in 29 takes of the seed that were whole and right
_MOMENT = 0.1  # s of speech beside a pause that are no row, nor the first or last of one
_NEAR = 0.04  # s a row may begin from where a pause ends
_THROATS = (22_000, 25_200)  # Hz the embedded voice is taken to have: its own, and 15 % up, as women and children speak
_SURE, _DISPUTED = 0.8, 0.3


def take_aligner(rows: Sequence[SpokenRow]) -> Callable[[Samples, Sequence[SpokenRow]], tuple[RowTime, ...]]:
    """Return the function that finds rows in a take of them at 48 kHz, as `align_take` does; `rows` are all that may come.

    The process that knows how rows are read takes longer to start than a take to be aligned: the first take asks it for its own rows, so
    that one edited row is quick, the next one for all that are left.
    """
    prompter = _Prompter(rows)
    return lambda samples, of_take: _found(recorded(samples, timebase.SAMPLE_RATE), of_take, prompter)


def align_take(samples: Samples, rows: Sequence[SpokenRow], *, rate: int = timebase.SAMPLE_RATE) -> tuple[RowTime, ...]:
    """Return the times of rows voiced as one short take, counted from its first sample; every row gets a stretch of it.

    The confidence is under 0.5 where no second way means the same place, and in a take that seems to lack a row. Raises InputError where
    the take does not say the rows.
    """
    return _found(recorded(samples, rate), rows, _Prompter(rows))


def version() -> str:
    """Return a digest of everything that decides where rows are found: for the keys of caches."""
    sources = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    packages = [importlib.metadata.version(name) for name in ("numpy", "espeakng-loader")]
    return hashlib.sha256(sources + " ".join(packages).encode()).hexdigest()[:16]


def _found(take: Recording, rows: Sequence[SpokenRow], prompter: _Prompter) -> tuple[RowTime, ...]:
    learnt = SelfTaught(prompter.read, prompter.voice).align(take, rows, lambda *_: None).rows
    if len(rows) == 1:
        return learnt
    heard = hear(take.blocks(), take.rate)
    spoken = speaking(heard.level)
    silent = [pause for pause in pauses(spoken) if pause.end - pause.start >= _PAUSE]
    edges = _past_pauses([_seconds(row.span) for row in learnt], silent)
    references = [prompter.voice(rows, rate) for rate in _THROATS]
    paths = [warped(heard.cepstra, spoken, one.cepstra, one.spoken, one.edges) for one in references]
    others = [_past_pauses(snapped(heard.level, path), silent) for path in paths if path]
    other = min(others, key=lambda way: sum(_differences(edges, way)), default=[(np.inf, np.inf)] * len(rows))
    far = _differences(edges, other)
    guesses = guessed(spoken, [expected_seconds(units) for units in prompter.read(rows)])
    by_pauses = [
        difference <= _AGREES and any(abs(start - pause.end) <= _NEAR for pause in silent)
        for difference, (start, _) in zip(_differences(edges, guesses), edges, strict=True)
    ]
    even = _unevenness(spoken, edges, references[0]) <= _UNEVEN
    sure = [even and (each <= _AGREES or (paused and each <= _ROUGHLY)) for each, paused in zip(far, by_pauses, strict=True)]
    middle = [_between(row, way) if each <= _AGREES else row for row, way, each in zip(edges, other, far, strict=True)]
    placed = zip(learnt, snapped(heard.level, middle), sure, strict=True)
    return tuple(apart([_at(row, edge, heard.length, _SURE if agreed else _DISPUTED) for row, edge, agreed in placed]))


def _seconds(span: Span) -> tuple[float, float]:
    return timebase.seconds_from_samples(span.start), timebase.seconds_from_samples(span.end)


def _differences(edges: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]) -> list[float]:
    """Return how far (s) each row begins from where another way puts it."""
    return [abs(row[0] - other[0]) for row, other in zip(edges, others, strict=True)]


def _past_pauses(edges: Sequence[tuple[float, float]], silent: Sequence[Pause]) -> list[tuple[float, float]]:
    """Return rows that begin after a pause and end before one where they began or ended in it, or a moment beside it.

    What is said just before a pause is the end of the row before it, and what is said just after it the beginning of the row after it.
    """
    starts = [next((pause.end for pause in silent if pause.start - _MOMENT <= start < pause.end), start) for start, _ in edges]
    ends = [next((pause.start for pause in silent if pause.start < end <= pause.end + _MOMENT), end) for _, end in edges]
    return [(start, max(start, end)) for start, end in zip(starts, ends, strict=True)]


def _between(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _unevenness(spoken: NDArray[np.bool_], edges: Sequence[tuple[float, float]], reference: Reference) -> float:
    """Return how many times slower than the fastest row the slowest is said, both against the embedded voice."""
    heard = [spoken[round(start * LEVELS_PER_SECOND) : round(end * LEVELS_PER_SECOND)].sum() for start, end in edges]
    usual = [reference.spoken[2 * first : 2 * last].sum() for first, last in reference.edges]
    paces = [max(1, own) / max(1, other) for own, other in zip(heard, usual, strict=True)]
    return float(max(paces) / min(paces))


def _at(row: RowTime, edge: tuple[float, float], length: int, confidence: float) -> RowTime:
    """Return a row at other edges (s), its words reaching from one to the other."""
    span = Span(*(min(timebase.samples_from_seconds(each), length) for each in edge))
    words = [replace(word, span=_within(word.span, span)) for word in row.words]
    if words:
        words[0] = replace(words[0], span=Span(span.start, words[0].span.end))
        words[-1] = replace(words[-1], span=Span(words[-1].span.start, span.end))
    return replace(row, span=span, words=tuple(words), confidence=confidence)


def _within(inner: Span, outer: Span) -> Span:
    return Span(*(min(max(edge, outer.start), outer.end) for edge in (inner.start, inner.end)))


class _Prompter:
    """Knows how rows are read and how they sound in the embedded voice; asks for what it does not know yet."""

    def __init__(self, rows: Sequence[SpokenRow]) -> None:
        self._rows = rows
        self._readings: dict[str, tuple[Unit, ...]] = {}
        self._sounds: dict[str, NDArray[np.int16]] = {}

    def read(self, rows: Sequence[SpokenRow]) -> list[tuple[Unit, ...]]:
        """Return the units of rows."""
        if lacking := self._lacking(rows, self._readings):
            self._readings |= {row.spoken: units for row, units in zip(lacking, pronounced(lacking), strict=True)}
        return [self._readings[row.spoken] for row in rows]

    def voice(self, rows: Sequence[SpokenRow], rate: int = _THROATS[0]) -> Reference:
        """Return rows in the embedded voice, higher and faster where `rate` is over its own 22,000."""
        if lacking := self._lacking(rows, self._sounds):
            self._sounds |= {row.spoken: sound for row, sound in zip(lacking, voiced(lacking), strict=True)}
        return joined([self._sounds[row.spoken] for row in rows], rate)

    def _lacking(self, rows: Sequence[SpokenRow], known: Mapping[str, object]) -> list[SpokenRow]:
        """Return the rows to ask for, each text once: none where all are known, their own the first time, all that are left the next."""
        if all(row.spoken in known for row in rows):
            return []
        wanted = {row.spoken: row for row in (*rows, *(self._rows if known else ()))}
        return [row for text, row in wanted.items() if text not in known]
