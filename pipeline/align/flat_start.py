"""Aligns with phone models trained on the recording itself: no model file, no network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align import path_decoding, phones, vad, viterbi_training
from pipeline.align.alignment import build_alignment
from pipeline.align.confidence import row_confidences
from pipeline.align.dtw import warp_row_times
from pipeline.align.features import extract_features
from pipeline.align.flagging import assess_rows
from pipeline.align.initial_guess import guess_row_times
from pipeline.align.reference_voice import speak_reference
from pipeline.align.retakes import find_retake
from pipeline.align.text_location import locate_text
from pipeline.errors import InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from pipeline.align.alignment import Alignment
    from pipeline.align.phones import PhoneUnit
    from pipeline.align.recording_reader import Recording
    from pipeline.align.reference_voice import ReferenceSpeech
    from pipeline.align.viterbi_training import TrainingResult
    from pipeline.model import ProgressCallback, SpokenRow

_VOWEL_SIGNS = frozenset("aeiouyAEIOUVY@30&")
_SECONDS_PER_VOWEL = 0.2  # measured: 0.205 s per syllable
_SECONDS_PER_ROW = 0.1  # measured: 0.109 s per row
_SPEECH_LIKE_RATIO = 0.3  # of the usual distance from silence: music reaches 0.1, speech 0.8
_MIN_ROWS_FOUND = 0.15  # of the rows; with fewer the recording is of another text


@dataclass(frozen=True, slots=True)
class FlatStartAligner:
    """Starts from pauses and expected lengths, then trains phone models on the recording itself.

    `pronounce` returns the phones of rows, `speak` their sound in the reference voice; each is
    called once per recording.
    """

    pronounce: Callable[[Sequence[SpokenRow]], list[tuple[PhoneUnit, ...]]] = phones.pronounce_rows
    speak: Callable[[Sequence[SpokenRow]], ReferenceSpeech] = speak_reference

    @property
    def name(self) -> str:
        """The name of the method."""
        return message("align.method_flat_start")

    def align(
        self, recording: Recording, rows: Sequence[SpokenRow], observe: ProgressCallback
    ) -> Alignment:
        """Return a time for every row (see `Aligner`)."""
        observe("listen", 0, 1)
        features = extract_features(recording.blocks(), recording.rate)
        observe("listen", 1, 1)
        units = self.pronounce(rows)
        speech = vad.detect_speech(features.levels)
        if not speech.any() or not any(units):
            raise InputError(message("align.no_speech"))
        expected = [expected_seconds(row) for row in units]
        sayable = [index for index, row in enumerate(units) if row]
        located = locate_text(features.cepstra, units)
        if located is not None:
            guesses = [located.row_times]
        else:
            reference = self.speak([rows[index] for index in sayable])
            estimates = (
                guess_row_times(speech, [expected[index] for index in sayable]),
                warp_row_times(
                    features.cepstra,
                    speech,
                    reference.cepstra,
                    reference.speech,
                    reference.row_frames,
                ),
            )
            guesses = [
                _times_for_all_rows(way, sayable, len(rows)) for way in estimates if way is not None
            ]
        training = viterbi_training.train_on_recording(
            features.cepstra,
            speech,
            units,
            guesses,
            lambda done, total: observe("align", done, total),
            located,
        )
        decoded = path_decoding.decode_rows(
            training.chain, training.states, training.text_advantage, [len(row) for row in units]
        )
        if sum(row is not None for row in decoded) < _MIN_ROWS_FOUND * sum(
            bool(row) for row in units
        ):
            raise InputError(message("align.other_recording"))
        assessment = assess_rows(
            decoded,
            path_decoding.find_stray_speech(
                training.chain,
                training.states,
                _speech_like_frames(training, speech[::2] | speech[1::2]),
            ),
            expected,
            [bool(row) for row in units],
            lambda stray, lengths, fit: find_retake(
                stray, training, features.cepstra, units, lengths, fit
            ),
        )
        unit_ranges = [[(unit.first, unit.last) for unit in row] for row in units]
        return build_alignment(
            rows,
            unit_ranges,
            assessment,
            features,
            row_confidences(
                assessment.decoded,
                expected,
                guesses,
                enough_speech=training.enough_speech,
                independent_starts=located
                and [start if end > start else None for start, end in located.row_times],
            ),
            self.name,
        )


def _speech_like_frames(training: TrainingResult, loud: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the loud frames that sound like speech, unlike music or a door."""
    in_text = training.chain.state_units[training.states] >= 0
    usual_advantage = float(np.median(training.speech_advantage[in_text])) if in_text.any() else 0.0
    speech_like = np.zeros(len(loud), np.bool_)
    for first, last in vad.true_runs(np.isin(training.states, training.chain.filler_states)):
        loud_part = loud[first:last]
        if (
            loud_part.any()
            and float(training.speech_advantage[first:last][loud_part].mean())
            >= _SPEECH_LIKE_RATIO * usual_advantage
        ):
            speech_like[first:last] = loud_part
    return speech_like


def _times_for_all_rows(
    times: Sequence[tuple[float, float]], row_indices: Sequence[int], count: int
) -> list[tuple[float, float]]:
    """Return times for `count` rows; rows without one get an empty range after the previous row."""
    given = dict(zip(row_indices, times, strict=True))
    all_times: list[tuple[float, float]] = []
    for index in range(count):
        previous_end = all_times[-1][1] if all_times else 0.0
        all_times.append(given.get(index, (previous_end, previous_end)))
    return all_times


def expected_seconds(units: Sequence[PhoneUnit]) -> float:
    """Return the length of a row in seconds at a usual pace."""
    return _SECONDS_PER_ROW + _SECONDS_PER_VOWEL * sum(
        phone[0] in _VOWEL_SIGNS for unit in units for phone in unit.phones
    )
