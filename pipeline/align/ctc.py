"""A CTC model's emissions aligned with the rows: the best path through blanks and labels, in a window that follows the text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align import pauses, reading, viterbi
from pipeline.align.chain import NEVER, REACH, Chain
from pipeline.align.emissions import RATE
from pipeline.align.features import LEVELS_PER_SECOND, hear
from pipeline.align.phones import places
from pipeline.align.reading import RowHeard
from pipeline.align.told import told
from pipeline.align.verdict import judged
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.align.emissions import Emissions
    from pipeline.align.recording import Recording
    from pipeline.align.result import Alignment
    from pipeline.model import Observe, SpokenRow

_PIECE, _CONTEXT = 30 * RATE, 2 * RATE  # samples a model hears at once, and more of either side that its answer is cut from
_FOLLOWED = 60.0  # s of text looked over at once
_STRAY_TOLL, _SKIP_TOLL, _STRAY_FRAME = -12.0, -6.0, -0.7
"""Nats: for leaving the text, for a row left out, and each frame outside it, against the likeliest label there."""

_REACH_OF_SPEECH = 0.12  # s a row begins before its first label's peak at most
_LEAST_HEARD = 0.15  # of the rows
_SECONDS_A_LABEL = 0.08


@dataclass(frozen=True, slots=True)
class CtcAligner:
    """Any CTC model whose labels are letters (the text is romanised for it) or the characters themselves."""

    emissions: Emissions

    @property
    def name(self) -> str:
        """The way's name."""
        return "CTC model"

    def align(self, recording: Recording, rows: Sequence[SpokenRow], observe: Observe) -> Alignment:
        """Return a time for every row (see `Aligner`)."""
        heard = hear(recording.blocks(), recording.rate)
        spoken = pauses.speaking(heard.level)
        known = [list(_known(row.spoken, self.emissions.labels, self.emissions.blank)) for row in rows]
        labels = [[of_unit for _, of_unit in row] for row in known]
        if not any(labels):
            raise InputError("None of the text's characters are among the model's labels.", "Give a model for this language.")
        used = sorted({label for row in labels for unit in row for label in unit} | {self.emissions.blank})
        columns = {label: column for column, label in enumerate(used)}
        likelihood = _likelihood(self.emissions, recording, np.array(used), observe)
        if not len(likelihood):
            raise InputError("Nothing is said in this recording.", "Give the recording in which the text is read.")
        per_second = len(likelihood) * recording.rate / recording.length
        chain = _chained([[[columns[label] for label in unit] for unit in row] for row in labels], columns[self.emissions.blank], len(used))
        seconds = max(1.0, float(spoken.sum()) / LEVELS_PER_SECOND)
        window = viterbi.Window(max(64, round(_FOLLOWED * chain.states / seconds)))
        states = viterbi.best_path(chain, len(likelihood), lambda first, last: likelihood[first:last].astype(np.float32), window).states
        fit = np.exp(likelihood[np.arange(len(states)), chain.model[states]].astype(np.float32))
        found = reading.rows_heard(chain, states, fit, [len(row) for row in labels], per_second)
        if sum(row is not None for row in found) < _LEAST_HEARD * sum(bool(row) for row in labels):
            raise InputError("This recording does not say this text.", "Give the recording of this very transcript.")
        frames = np.minimum((np.arange(len(states)) + 0.5) / per_second * LEVELS_PER_SECOND, len(spoken) - 1).astype(np.int64)
        rest = reading.strays(chain, states, spoken[frames], per_second)
        whole = _widened(found, spoken)
        expected = [_SECONDS_A_LABEL * sum(len(unit) for unit in row) for row in labels]
        verdict = judged(whole, rest, expected, [bool(row) for row in labels], lambda *_: None)
        sure = [round(row.fit, 3) if row else 0.0 for row in verdict.heard]
        units = [[place for place, _ in row] for row in known]
        return told(rows, units, verdict, heard, sure, self.name)


def _known(spoken: str, labels: Mapping[str, int], blank: int) -> Iterator[tuple[tuple[int, int], list[int]]]:
    """Yield each unit of a row that the model can hear: its characters [first, last) and its labels.

    Han characters that are labels stand for themselves; else they are written in pinyin without tones, as romanised models learn them.
    """
    units = list(places(spoken))
    syllables = _pinyin(spoken) if any(spoken[first] not in labels for first, _ in units) else {}
    for first, last in units:
        text = spoken[first:last]
        signs = [text] if text in labels else list(syllables.get(first, text))
        columns = [column for sign in signs if (column := _column(sign, labels)) is not None and column != blank]
        if columns:
            yield (first, last), columns


def _pinyin(spoken: str) -> dict[int, str]:
    """Return the toneless reading of each Han character of a text by its place, in the letters a to z."""
    from pypinyin import Style, pinyin

    found = {}
    place = 0
    for (syllable,) in pinyin(spoken, style=Style.NORMAL):
        if spoken.startswith(syllable, place):  # no Han character: the whole run as it stands
            place += len(syllable)
        else:
            found[place] = syllable.replace("ü", "u")
            place += 1
    return found


def _column(sign: str, labels: Mapping[str, int]) -> int | None:
    """Return the column of a letter as it is, small, or great."""
    return next((labels[form] for form in (sign, sign.lower(), sign.upper()) if form in labels), None)


def _likelihood(emissions: Emissions, recording: Recording, used: NDArray[np.int64], observe: Observe) -> NDArray[np.float16]:
    """Return the log likelihoods of the labels that are used, and of *anything*, shape (frames, labels + 1), heard piece by piece."""
    parts = []
    total = recording.length * RATE // recording.rate
    pieces = max(1, total // _PIECE)  # what is left over is heard with the last one
    for number in range(pieces):
        observe("listen", number, pieces)
        first, last = number * _PIECE, total if number == pieces - 1 else (number + 1) * _PIECE
        samples = recording.at(RATE, max(0, first - _CONTEXT), min(total, last + _CONTEXT))
        scores = emissions.heard(samples)
        per_sample = len(scores) / max(1, len(samples))
        begin = round((first - max(0, first - _CONTEXT)) * per_sample)
        own = scores[begin : begin + round((last - first) * per_sample)]
        anything = own.max(axis=1, keepdims=True) + _STRAY_FRAME
        parts.append(np.concatenate([own[:, used], anything], axis=1).astype(np.float16))
    observe("listen", pieces, pieces)
    return np.concatenate(parts) if parts else np.zeros((0, len(used) + 1), np.float16)


def _chained(rows: Sequence[Sequence[Sequence[int]]], blank: int, anything: int) -> Chain:
    """Return the chain of labels with blanks between them; `anything` is the column of speech that is not in the text."""
    model: list[int] = []
    row: list[int] = []
    unit: list[int] = []
    gaps: list[int] = []
    firsts: set[int] = set()
    number = 0
    for index, units in enumerate([*rows, ()]):
        if index and not rows[index - 1]:
            gaps.append(gaps[-1])
        else:
            gaps.append(len(model) + 1)
            model += [blank, anything]
            row += [-1, -1]
            unit += [-1, -1]
        for label, of_unit in [(label, number + place) for place, each in enumerate(units) for label in each]:
            if model[-1] == anything:
                firsts.add(len(model))
            else:
                model.append(blank)
                row.append(-1)
                unit.append(-1)
            model.append(label)
            row.append(index)
            unit.append(of_unit)
        number += len(units)
    models = np.array(model, np.int32)
    toll = np.full((REACH, len(model)), NEVER, np.float32)
    toll[0] = 0
    toll[:2, gaps] = _STRAY_TOLL
    for state, label in enumerate(model):
        if label not in {blank, anything}:
            toll[1, state] = 0 if state in firsts or model[state - 2] != label else NEVER
            if state in firsts:
                toll[2, state] = 0 if model[max(0, state - REACH)] != label else NEVER
    rows_of, units_of, places_of = (np.array(values, np.int32) for values in (row, unit, gaps))
    return Chain(models, rows_of, units_of, toll, places_of, _SKIP_TOLL, anything + 1)


def _widened(rows: Sequence[RowHeard | None], spoken: NDArray[np.bool_]) -> list[RowHeard | None]:
    """Return rows from where speech begins before their first label's peak to where it ends after the last one, or another row's begins."""
    heard = [index for index, row in enumerate(rows) if row]
    following = dict(pairwise(heard))
    found: list[RowHeard | None] = list(rows)
    before = 0.0
    for index in heard:
        row = rows[index]
        assert row is not None
        after = rows[following[index]] if index in following else None
        limit = after.start if after else len(spoken) / LEVELS_PER_SECOND
        start = _until_silence(spoken, row.start, max(before, row.start - _REACH_OF_SPEECH))
        end = _until_silence(spoken, row.end, limit)
        units = ((start, row.units[0][1]), *row.units[1:])
        found[index] = RowHeard(start, end, (*units[:-1], (units[-1][0], end)), row.fit)
        before = end
    return found


def _until_silence(spoken: NDArray[np.bool_], at: float, limit: float) -> float:
    """Return how far from `at` towards `limit` (both in seconds) speech goes on."""
    step = 1 if limit > at else -1
    place, last = round(at * LEVELS_PER_SECOND), round(limit * LEVELS_PER_SECOND)
    while place != last and 0 <= (inside := place if step > 0 else place - 1) < len(spoken) and spoken[inside]:
        place += step
    return place / LEVELS_PER_SECOND
