"""A transcript aligned to a recording by what the recording itself teaches: no model file, no network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align import passes, pauses, phones, reading
from pipeline.align.confidence import confidences
from pipeline.align.dtw import warped
from pipeline.align.embedded import embedded
from pipeline.align.features import hear
from pipeline.align.retakes import retake
from pipeline.align.told import told
from pipeline.align.verdict import judged
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from pipeline.align.embedded import Reference
    from pipeline.align.passes import Learnt
    from pipeline.align.phones import Unit
    from pipeline.align.recording import Recording
    from pipeline.align.result import Alignment
    from pipeline.model import Observe, SpokenRow

_VOWELS = frozenset("aeiouyAEIOUVY@30&")
_SECONDS_A_VOWEL, _SECONDS_A_ROW = 0.2, 0.1  # FACTS: 0.205 s a syllable, 0.109 s a row
_LIKE_SPEECH = 0.3  # of the usual distance from silence: music came to 0.1, speech beside the text to 0.8 and more
_LEAST_HEARD = 0.15  # of the rows: with fewer the recording says something else


@dataclass(frozen=True, slots=True)
class SelfTaught:
    """Pauses and expected lengths first, then phone models learnt from the recording itself.

    `read` gives the phones of rows and `voice` their sound in a voice of our own; both are asked once a recording.
    """

    read: Callable[[Sequence[SpokenRow]], list[tuple[Unit, ...]]] = phones.pronounced
    voice: Callable[[Sequence[SpokenRow]], Reference] = embedded

    @property
    def name(self) -> str:
        """The way's name."""
        return "learnt from the recording"

    def align(self, recording: Recording, rows: Sequence[SpokenRow], observe: Observe) -> Alignment:
        """Return a time for every row (see `Aligner`)."""
        observe("listen", 0, 1)
        heard = hear(recording.blocks(), recording.rate)
        observe("listen", 1, 1)
        units = self.read(rows)
        spoken = pauses.speaking(heard.level)
        if not spoken.any() or not any(units):
            raise InputError("Nothing is said in this recording.", "Give the recording in which the text is read.")
        expected = [expected_seconds(row) for row in units]
        sayable = [index for index, row in enumerate(units) if row]
        reference = self.voice([rows[index] for index in sayable])
        ways = (
            pauses.guessed(spoken, [expected[index] for index in sayable]),
            warped(heard.cepstra, spoken, reference.cepstra, reference.spoken, reference.edges),
        )
        guesses = [_spread(way, sayable, len(rows)) for way in ways if way is not None]
        learnt = passes.learn(heard.cepstra, spoken, units, guesses, lambda done, total: observe("align", done, total))
        found = reading.rows_heard(learnt.chain, learnt.states, learnt.advantage, [len(row) for row in units])
        if sum(row is not None for row in found) < _LEAST_HEARD * sum(bool(row) for row in units):
            raise InputError("This recording does not say this text.", "Give the recording of this very transcript.")
        verdict = judged(
            found,
            reading.strays(learnt.chain, learnt.states, _spoken_by_somebody(learnt, spoken[::2] | spoken[1::2])),
            expected,
            [bool(row) for row in units],
            lambda stray, lengths, fit: retake(stray, learnt, heard.cepstra, units, lengths, fit),
        )
        places = [[(unit.first, unit.last) for unit in row] for row in units]
        return told(rows, places, verdict, heard, confidences(verdict.heard, expected, guesses, enough=learnt.enough), self.name)


def _spoken_by_somebody(learnt: Learnt, loud: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the frames of loud stretches that sound like speech: music before the talk does not, nor does a door."""
    own = learnt.chain.unit[learnt.states] >= 0
    usual = float(np.median(learnt.voice[own])) if own.any() else 0.0
    told = np.zeros(len(loud), np.bool_)
    for first, last in pauses.runs(np.isin(learnt.states, learnt.chain.anything)):
        heard = loud[first:last]
        if heard.any() and float(learnt.voice[first:last][heard].mean()) >= _LIKE_SPEECH * usual:
            told[first:last] = heard
    return told


def _spread(times: Sequence[tuple[float, float]], places: Sequence[int], count: int) -> list[tuple[float, float]]:
    """Return times for `count` rows: those given at their places, none at all (from the end of the row before) elsewhere."""
    given = dict(zip(places, times, strict=True))
    found: list[tuple[float, float]] = []
    for index in range(count):
        at = found[-1][1] if found else 0.0
        found.append(given.get(index, (at, at)))
    return found


def expected_seconds(units: Sequence[Unit]) -> float:
    """Return how long a row takes to say at a usual pace."""
    return _SECONDS_A_ROW + _SECONDS_A_VOWEL * sum(phone[0] in _VOWELS for unit in units for phone in unit.phones)
