"""Rows found in short takes, as speech engines give them: a breath of a few seconds, far too little to learn a speaker from.

So two ways look for them, and a row counts where both put it in the same place: phones learnt from the take, and the take warped onto the
embedded voice. Each loses a row now and then, in a voice far from the embedded one above all; they seldom lose the same one
(benchmarks/takes.py).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import timebase
from pipeline.align.dtw import warped
from pipeline.align.embedded import joined, voiced
from pipeline.align.features import hear
from pipeline.align.pauses import speaking
from pipeline.align.phones import pronounced
from pipeline.align.recording import recorded
from pipeline.align.self_taught import SelfTaught
from pipeline.align.snap import snapped
from pipeline.align.told import apart
from pipeline.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.align.embedded import Reference
    from pipeline.align.phones import Unit
    from pipeline.align.recording import Recording, Samples
    from pipeline.model import RowTime, SpokenRow

_AGREES = 0.1  # s: 11 takes of 108 held a row on which the ways were farther apart; in the others 99 % of the rows were right to 52 ms
_DISPUTED = 0.3


def take_aligner(rows: Sequence[SpokenRow]) -> Callable[[Samples, Sequence[SpokenRow]], tuple[RowTime, ...]]:
    """Return the function that finds rows in a take of them at 48 kHz, as `align_take` does; `rows` are all that may come.

    The process that knows how rows are read takes longer to start than a take to be aligned: the first take asks it for its own rows, so
    that one edited row is quick, the next one for all that are left.
    """
    prompter = _Prompter(rows)
    return lambda samples, of_take: _found(recorded(samples, timebase.SAMPLE_RATE), of_take, prompter)


def align_take(samples: Samples, rows: Sequence[SpokenRow], *, rate: int = timebase.SAMPLE_RATE) -> tuple[RowTime, ...]:
    """Return the times of rows voiced as one short take, counted from its first sample; every row gets a stretch of it.

    The confidence is under 0.5 where the two ways do not mean the same place. Raises InputError where the take does not say the rows.
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
    reference = prompter.voice(rows)
    ways = warped(heard.cepstra, speaking(heard.level), reference.cepstra, reference.spoken, reference.edges)
    if ways is None:
        return tuple(replace(row, confidence=min(row.confidence, _DISPUTED)) for row in learnt)
    seconds = [tuple(timebase.seconds_from_samples(edge) for edge in (row.span.start, row.span.end)) for row in learnt]
    ways = snapped(heard.level, ways)
    agreed = [abs(row[0] - way[0]) <= _AGREES for row, way in zip(seconds, ways, strict=True)]
    middle = [((row[0] + way[0]) / 2, (row[1] + way[1]) / 2) for row, way in zip(seconds, ways, strict=True)]
    edges = snapped(heard.level, middle)
    found = [_at(row, edge, heard.length, agree=agree) for row, edge, agree in zip(learnt, edges, agreed, strict=True)]
    return tuple(apart(found))


def _at(row: RowTime, edge: tuple[float, float], length: int, *, agree: bool) -> RowTime:
    """Return a row at other edges (s), its words from the first to the last with it; doubted where the ways do not `agree`."""
    if not agree:
        return replace(row, confidence=min(row.confidence, _DISPUTED))
    span = Span(*(min(timebase.samples_from_seconds(each), length) for each in edge))
    starts = [span.start, *(min(max(word.span.start, span.start), span.end) for word in row.words[1:])]
    ends = [*starts[1:], span.end]
    words = tuple(
        replace(word, span=Span(start, min(max(start, word.span.end), end) if after else end))
        for word, start, end, after in zip(row.words, starts, ends, range(len(row.words) - 1, -1, -1), strict=False)
    )
    return replace(row, span=span, words=words)


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

    def voice(self, rows: Sequence[SpokenRow]) -> Reference:
        """Return rows in the embedded voice."""
        if lacking := self._lacking(rows, self._sounds):
            self._sounds |= {row.spoken: sound for row, sound in zip(lacking, voiced(lacking), strict=True)}
        return joined([self._sounds[row.spoken] for row in rows])

    def _lacking(self, rows: Sequence[SpokenRow], known: Mapping[str, object]) -> list[SpokenRow]:
        """Return the rows to ask for, each text once: none where all are known, their own the first time, all that are left the next."""
        if all(row.spoken in known for row in rows):
            return []
        wanted = {row.spoken: row for row in (*rows, *(self._rows if known else ()))}
        return [row for text, row in wanted.items() if text not in known]
