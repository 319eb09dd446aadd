"""Aligns rows with the output of a CTC model: the best path through blanks and labels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align import path_decoding, vad, viterbi
from pipeline.align.alignment import build_alignment
from pipeline.align.ctc_models import MODEL_SAMPLE_RATE
from pipeline.align.features import LEVELS_PER_SECOND, extract_features
from pipeline.align.flagging import assess_rows
from pipeline.align.hmm_topology import LOG_ZERO, MAX_JUMP, StateChain
from pipeline.align.path_decoding import DecodedRow
from pipeline.align.phones import unit_ranges
from pipeline.errors import InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.align.alignment import Alignment
    from pipeline.align.ctc_models import CtcModel
    from pipeline.align.recording_reader import Recording
    from pipeline.model import ProgressCallback, SpokenRow

_PIECE_SAMPLES = 30 * MODEL_SAMPLE_RATE  # samples given to the model at once
_CONTEXT_SAMPLES = 2 * MODEL_SAMPLE_RATE  # more on each side, whose output is dropped
_FOLLOWED_SECONDS = 60.0  # s of text that the search window covers

# nats
_FILLER_ENTRY_SCORE = -12.0  # for leaving the text
_ROW_SKIP_SCORE = -6.0  # for a row left out
_FILLER_FRAME_SCORE = -0.7  # per frame outside the text, relative to the likeliest label there

_MAX_ONSET_LEAD_SECONDS = 0.12  # s a row may start before the peak of its first label
_MIN_ROWS_FOUND = 0.15  # of the rows; with fewer the recording is of another text
_SECONDS_PER_LABEL = 0.08


@dataclass(frozen=True, slots=True)
class CtcAligner:
    """Aligns with a CTC model whose labels are letters (the text is romanised) or characters."""

    model: CtcModel

    @property
    def name(self) -> str:
        """The name of the method."""
        return message("align.method_ctc")

    def align(
        self, recording: Recording, rows: Sequence[SpokenRow], observe: ProgressCallback
    ) -> Alignment:
        """Return a time for every row (see `Aligner`)."""
        features = extract_features(recording.blocks(), recording.rate)
        speech = vad.detect_speech(features.levels)
        row_units = [
            list(_units_with_labels(row.spoken, self.model.labels, self.model.blank))
            for row in rows
        ]
        labels = [[of_unit for _, of_unit in row] for row in row_units]
        if not any(labels):
            raise InputError(message("align.no_labels"))
        used_labels = sorted(
            {label for row in labels for unit in row for label in unit} | {self.model.blank}
        )
        columns = {label: column for column, label in enumerate(used_labels)}
        likelihood = _label_log_likelihoods(self.model, recording, np.array(used_labels), observe)
        if not len(likelihood):
            raise InputError(message("align.no_speech"))
        frames_per_second = len(likelihood) * recording.rate / recording.length
        chain = _build_label_chain(
            [[[columns[label] for label in unit] for unit in row] for row in labels],
            columns[self.model.blank],
            len(used_labels),
        )
        seconds = max(1.0, float(speech.sum()) / LEVELS_PER_SECOND)
        window = viterbi.StateWindow(
            max(64, round(_FOLLOWED_SECONDS * chain.state_count / seconds))
        )
        states = viterbi.best_path(
            chain,
            len(likelihood),
            lambda first, last: likelihood[first:last].astype(np.float32),
            window,
        ).states
        fit = np.exp(
            likelihood[np.arange(len(states)), chain.state_models[states]].astype(np.float32)
        )
        decoded = path_decoding.decode_rows(
            chain, states, fit, [len(row) for row in labels], frames_per_second
        )
        if sum(row is not None for row in decoded) < _MIN_ROWS_FOUND * sum(
            bool(row) for row in labels
        ):
            raise InputError(message("align.other_recording"))
        frames = np.minimum(
            (np.arange(len(states)) + 0.5) / frames_per_second * LEVELS_PER_SECOND, len(speech) - 1
        ).astype(np.int64)
        stray_speech = path_decoding.find_stray_speech(
            chain, states, speech[frames], frames_per_second
        )
        widened = _widen_to_speech(decoded, speech)
        expected = [_SECONDS_PER_LABEL * sum(len(unit) for unit in row) for row in labels]
        assessment = assess_rows(
            widened, stray_speech, expected, [bool(row) for row in labels], lambda *_: None
        )
        confidences = [round(row.fit, 3) if row else 0.0 for row in assessment.decoded]
        units = [[span for span, _ in row] for row in row_units]
        return build_alignment(rows, units, assessment, features, confidences, self.name)


def _units_with_labels(
    spoken: str, labels: Mapping[str, int], blank: int
) -> Iterator[tuple[tuple[int, int], list[int]]]:
    """Yield each unit of a row that has labels: its characters [first, last) and its label columns.

    Han characters that are not labels are written in toneless pinyin, as romanised models expect.
    """
    units = list(unit_ranges(spoken))
    syllables = (
        _toneless_pinyin(spoken) if any(spoken[first] not in labels for first, _ in units) else {}
    )
    for first, last in units:
        text = spoken[first:last]
        signs = [text] if text in labels else list(syllables.get(first, text))
        columns = [
            column
            for sign in signs
            if (column := _label_column(sign, labels)) is not None and column != blank
        ]
        if columns:
            yield (first, last), columns


def _toneless_pinyin(spoken: str) -> dict[int, str]:
    """Return the toneless pinyin (a to z) of each Han character of a text, by its position."""
    from pypinyin import Style, pinyin

    syllables = {}
    position = 0
    for (syllable,) in pinyin(spoken, style=Style.NORMAL):
        if spoken.startswith(syllable, position):  # a run without Han characters, unchanged
            position += len(syllable)
        else:
            syllables[position] = syllable.replace("ü", "u")
            position += 1
    return syllables


def _label_column(sign: str, labels: Mapping[str, int]) -> int | None:
    """Return the column of a letter in its own case, in lower or in upper case, or None."""
    return next(
        (labels[form] for form in (sign, sign.lower(), sign.upper()) if form in labels), None
    )


def _label_log_likelihoods(
    model: CtcModel, recording: Recording, used_labels: NDArray[np.int64], observe: ProgressCallback
) -> NDArray[np.float16]:
    """Return the log likelihoods of the used labels and of the filler, shape (frames, labels + 1).

    The recording is given to the model piece by piece.
    """
    parts = []
    total = recording.length * MODEL_SAMPLE_RATE // recording.rate
    pieces = max(1, total // _PIECE_SAMPLES)  # the last piece has the remainder too
    for number in range(pieces):
        observe("listen", number, pieces)
        first, last = (
            number * _PIECE_SAMPLES,
            total if number == pieces - 1 else (number + 1) * _PIECE_SAMPLES,
        )
        samples = recording.read_at_rate(
            MODEL_SAMPLE_RATE, max(0, first - _CONTEXT_SAMPLES), min(total, last + _CONTEXT_SAMPLES)
        )
        scores = model.log_probabilities(samples)
        per_sample = len(scores) / max(1, len(samples))
        begin = round((first - max(0, first - _CONTEXT_SAMPLES)) * per_sample)
        piece_scores = scores[begin : begin + round((last - first) * per_sample)]
        filler = piece_scores.max(axis=1, keepdims=True) + _FILLER_FRAME_SCORE
        parts.append(
            np.concatenate([piece_scores[:, used_labels], filler], axis=1).astype(np.float16)
        )
    observe("listen", pieces, pieces)
    return np.concatenate(parts) if parts else np.zeros((0, len(used_labels) + 1), np.float16)


def _build_label_chain(
    rows: Sequence[Sequence[Sequence[int]]], blank: int, filler: int
) -> StateChain:
    """Return the chain of labels and blanks; `filler` is the column of other speech."""
    model: list[int] = []
    row: list[int] = []
    unit: list[int] = []
    filler_states: list[int] = []
    row_first_states: set[int] = set()
    first_unit = 0
    for index, units in enumerate([*rows, ()]):
        if index and not rows[index - 1]:
            filler_states.append(filler_states[-1])
        else:
            filler_states.append(len(model) + 1)
            model += [blank, filler]
            row += [-1, -1]
            unit += [-1, -1]
        for label, of_unit in [
            (label, first_unit + number)
            for number, unit_labels in enumerate(units)
            for label in unit_labels
        ]:
            if model[-1] == filler:
                row_first_states.add(len(model))
            else:
                model.append(blank)
                row.append(-1)
                unit.append(-1)
            model.append(label)
            row.append(index)
            unit.append(of_unit)
        first_unit += len(units)
    models = np.array(model, np.int32)
    transition_scores = np.full((MAX_JUMP, len(model)), LOG_ZERO, np.float32)
    transition_scores[0] = 0
    transition_scores[:2, filler_states] = _FILLER_ENTRY_SCORE
    for state, label in enumerate(model):
        if label not in {blank, filler}:
            transition_scores[1, state] = (
                0 if state in row_first_states or model[state - 2] != label else LOG_ZERO
            )
            if state in row_first_states:
                transition_scores[2, state] = (
                    0 if model[max(0, state - MAX_JUMP)] != label else LOG_ZERO
                )
    rows_of, units_of, places_of = (
        np.array(values, np.int32) for values in (row, unit, filler_states)
    )
    return StateChain(
        models, rows_of, units_of, transition_scores, places_of, _ROW_SKIP_SCORE, filler + 1
    )


def _widen_to_speech(
    rows: Sequence[DecodedRow | None], speech: NDArray[np.bool_]
) -> list[DecodedRow | None]:
    """Return rows that start and end where speech does around their first and last label's peaks.

    A row never reaches into the next one.
    """
    decoded_rows = [index for index, row in enumerate(rows) if row]
    following = dict(pairwise(decoded_rows))
    widened: list[DecodedRow | None] = list(rows)
    previous_end = 0.0
    for index in decoded_rows:
        row = rows[index]
        assert row is not None
        after = rows[following[index]] if index in following else None
        limit = after.start if after else len(speech) / LEVELS_PER_SECOND
        start = _speech_end(
            speech, row.start, max(previous_end, row.start - _MAX_ONSET_LEAD_SECONDS)
        )
        end = _speech_end(speech, row.end, limit)
        units = ((start, row.unit_times[0][1]), *row.unit_times[1:])
        widened[index] = DecodedRow(start, end, (*units[:-1], (units[-1][0], end)), row.fit)
        previous_end = end
    return widened


def _speech_end(speech: NDArray[np.bool_], start: float, limit: float) -> float:
    """Return the time between `start` and `limit` (in seconds) up to which speech continues."""
    step = 1 if limit > start else -1
    position, last = round(start * LEVELS_PER_SECOND), round(limit * LEVELS_PER_SECOND)
    while (
        position != last
        and 0 <= (inside := position if step > 0 else position - 1) < len(speech)
        and speech[inside]
    ):
        position += step
    return position / LEVELS_PER_SECOND
