"""Finds rows in a short clip of synthesised speech, which is too short to train on reliably.

So phone models trained on the clip alone are not trusted: another method must place a row at the
same time. That is the clip warped onto the reference voice, low or high, or, for a row after a
pause, the pauses and expected lengths. The rows must also have similar paces, or one was left out.
If the result is doubtful the caller can synthesise the rows one by one; `benchmarks/takes.py`
measures how often.
"""

from __future__ import annotations

import importlib.metadata
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline import timebase
from pipeline.align.alignment import remove_overlaps
from pipeline.align.boundary_refinement import refine_boundaries
from pipeline.align.dtw import warp_row_times
from pipeline.align.features import LEVELS_PER_SECOND, extract_features
from pipeline.align.flat_start import FlatStartAligner, expected_seconds
from pipeline.align.initial_guess import guess_row_times
from pipeline.align.phones import pronounce_rows
from pipeline.align.recording_reader import recording_from_samples
from pipeline.align.reference_voice import join_reference, speak_rows
from pipeline.align.vad import detect_speech, find_pauses
from pipeline.code_version import code_version
from pipeline.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.align.phones import PhoneUnit
    from pipeline.align.recording_reader import Recording, Samples
    from pipeline.align.reference_voice import ReferenceSpeech
    from pipeline.align.vad import SpeechPause
    from pipeline.model import RowTime, SpokenRow

_AGREEMENT_SECONDS = 0.1  # s between two methods that agree
_ROUGH_AGREEMENT_SECONDS = 0.4  # s between two methods that mean the same row
_MIN_PAUSE_SECONDS = 0.12  # longer than a stop's closure, shorter than the pause at a comma (0.2)

_MAX_UNEVENNESS = 1.4
"""Pace of the slowest row to the fastest, relative to the reference voice.

It was 1.3 at most in 29 correct and complete clips of the example episode.
"""

_SLIVER_SECONDS = 0.1  # s of speech beside a pause that belong to the row on its other side
_NEAR_PAUSE_SECONDS = 0.04  # s between the end of a pause and the start of a row after it

_REFERENCE_RATES = (22_000, 25_200)
"""Sample rates in Hz that the reference voice is read at: its own, and 15 % higher in pitch."""

_SURE_CONFIDENCE, _DISPUTED_CONFIDENCE = 0.8, 0.3  # with and without a second method that agrees


def tts_clip_aligner(
    rows: Sequence[SpokenRow],
) -> Callable[[Samples, Sequence[SpokenRow]], tuple[RowTime, ...]]:
    """Return the function that finds rows in a clip at 48 kHz, as `align_tts_clip` does.

    `rows` are all rows that may occur. Starting espeak-ng takes longer than aligning a clip: the
    first clip requests only its own rows, so that one edited row is quick, the second one all that
    are left.
    """
    espeak = _EspeakCache(rows)
    return lambda samples, clip_rows: _align_clip(
        recording_from_samples(samples, timebase.SAMPLE_RATE), clip_rows, espeak
    )


def align_tts_clip(
    samples: Samples, rows: Sequence[SpokenRow], *, rate: int = timebase.SAMPLE_RATE
) -> tuple[RowTime, ...]:
    """Return the times of rows spoken in one short clip, in samples at 48 kHz from its start.

    Every row gets a part of the clip. The confidence is below 0.5 for a row that no second method
    confirms, and for all rows of a clip that seems to lack one. Raises InputError if the clip does
    not contain the rows.
    """
    return _align_clip(recording_from_samples(samples, rate), rows, _EspeakCache(rows))


def aligner_version() -> str:
    """Return a version of everything that the result depends on, for the keys of caches."""
    packages = [importlib.metadata.version(name) for name in ("numpy", "espeakng-loader")]
    return " ".join([code_version("pipeline.align"), *packages])


def _align_clip(
    clip: Recording, rows: Sequence[SpokenRow], espeak: _EspeakCache
) -> tuple[RowTime, ...]:
    aligned_rows = (
        FlatStartAligner(espeak.pronounce, espeak.speak).align(clip, rows, lambda *_: None).rows
    )
    if len(rows) == 1:
        return aligned_rows
    features = extract_features(clip.blocks(), clip.rate)
    speech = detect_speech(features.levels)
    long_pauses = [
        pause for pause in find_pauses(speech) if pause.end - pause.start >= _MIN_PAUSE_SECONDS
    ]
    row_times = _move_out_of_pauses([_span_seconds(row.span) for row in aligned_rows], long_pauses)
    references = [espeak.speak(rows, rate) for rate in _REFERENCE_RATES]
    warped_times = [
        warp_row_times(
            features.cepstra, speech, reference.cepstra, reference.speech, reference.row_frames
        )
        for reference in references
    ]
    alternatives = [
        _move_out_of_pauses(refine_boundaries(features.levels, path), long_pauses)
        for path in warped_times
        if path
    ]
    second_opinion = min(
        alternatives,
        key=lambda times: sum(_start_differences_between(row_times, times)),
        default=[(np.inf, np.inf)] * len(rows),
    )
    start_differences = _start_differences_between(row_times, second_opinion)
    guesses = guess_row_times(speech, [expected_seconds(units) for units in espeak.pronounce(rows)])
    begins_after_pause = [
        difference <= _AGREEMENT_SECONDS
        and any(abs(start - pause.end) <= _NEAR_PAUSE_SECONDS for pause in long_pauses)
        for difference, (start, _) in zip(
            _start_differences_between(row_times, guesses), row_times, strict=True
        )
    ]
    is_even = _pace_unevenness(speech, row_times, references[0]) <= _MAX_UNEVENNESS
    is_sure = [
        is_even
        and (
            difference <= _AGREEMENT_SECONDS
            or (after_pause and difference <= _ROUGH_AGREEMENT_SECONDS)
        )
        for difference, after_pause in zip(start_differences, begins_after_pause, strict=True)
    ]
    averaged_times = [
        _midpoint_times(row, other) if difference <= _AGREEMENT_SECONDS else row
        for row, other, difference in zip(row_times, second_opinion, start_differences, strict=True)
    ]
    refined_rows = zip(
        aligned_rows, refine_boundaries(features.levels, averaged_times), is_sure, strict=True
    )
    return tuple(
        remove_overlaps(
            [
                _with_row_times(
                    row, edge, features.length, _SURE_CONFIDENCE if agreed else _DISPUTED_CONFIDENCE
                )
                for row, edge, agreed in refined_rows
            ]
        )
    )


def _span_seconds(span: Span) -> tuple[float, float]:
    return timebase.seconds_from_samples(span.start), timebase.seconds_from_samples(span.end)


def _start_differences_between(
    row_times: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]
) -> list[float]:
    """Return the difference in seconds between the start of each row by two methods."""
    return [abs(row[0] - other[0]) for row, other in zip(row_times, others, strict=True)]


def _move_out_of_pauses(
    row_times: Sequence[tuple[float, float]], long_pauses: Sequence[SpeechPause]
) -> list[tuple[float, float]]:
    """Return rows with the edges that lie in or close to a pause moved to its other side.

    Speech just before a pause ends the row before it; speech just after it starts the next row.
    """
    starts = [
        next(
            (
                pause.end
                for pause in long_pauses
                if pause.start - _SLIVER_SECONDS <= start < pause.end
            ),
            start,
        )
        for start, _ in row_times
    ]
    ends = [
        next(
            (
                pause.start
                for pause in long_pauses
                if pause.start < end <= pause.end + _SLIVER_SECONDS
            ),
            end,
        )
        for _, end in row_times
    ]
    return [(start, max(start, end)) for start, end in zip(starts, ends, strict=True)]


def _midpoint_times(left: tuple[float, float], right: tuple[float, float]) -> tuple[float, float]:
    return (left[0] + right[0]) / 2, (left[1] + right[1]) / 2


def _pace_unevenness(
    speech: NDArray[np.bool_], row_times: Sequence[tuple[float, float]], reference: ReferenceSpeech
) -> float:
    """Return the pace of the slowest row to the fastest, both relative to the reference voice."""
    spoken_lengths = [
        speech[round(start * LEVELS_PER_SECOND) : round(end * LEVELS_PER_SECOND)].sum()
        for start, end in row_times
    ]
    reference_lengths = [
        reference.speech[2 * first : 2 * last].sum() for first, last in reference.row_frames
    ]
    paces = [
        max(1, own) / max(1, other)
        for own, other in zip(spoken_lengths, reference_lengths, strict=True)
    ]
    return float(max(paces) / min(paces))


def _with_row_times(
    row: RowTime, seconds: tuple[float, float], clip_length: int, confidence: float
) -> RowTime:
    """Return a row with other edges (s); its first and last word reach them."""
    span = Span(*(min(timebase.samples_from_seconds(each), clip_length) for each in seconds))
    words = [replace(word, span=_clamp_span(word.span, span)) for word in row.word_times]
    if words:
        words[0] = replace(words[0], span=Span(span.start, words[0].span.end))
        words[-1] = replace(words[-1], span=Span(words[-1].span.start, span.end))
    return replace(row, span=span, word_times=tuple(words), confidence=confidence)


def _clamp_span(inner: Span, outer: Span) -> Span:
    return Span(*(min(max(edge, outer.start), outer.end) for edge in (inner.start, inner.end)))


class _EspeakCache:
    """The phones of rows and their sound in the reference voice, requested once per text."""

    def __init__(self, rows: Sequence[SpokenRow]) -> None:
        self._rows = rows
        self._units_by_text: dict[str, tuple[PhoneUnit, ...]] = {}
        self._samples_by_text: dict[str, NDArray[np.int16]] = {}

    def pronounce(self, rows: Sequence[SpokenRow]) -> list[tuple[PhoneUnit, ...]]:
        """Return the units of rows."""
        if missing := self._missing_rows(rows, self._units_by_text):
            self._units_by_text |= {
                row.spoken: units
                for row, units in zip(missing, pronounce_rows(missing), strict=True)
            }
        return [self._units_by_text[row.spoken] for row in rows]

    def speak(self, rows: Sequence[SpokenRow], rate: int = _REFERENCE_RATES[0]) -> ReferenceSpeech:
        """Return rows in the reference voice; a higher `rate` (Hz) raises pitch and pace."""
        if missing := self._missing_rows(rows, self._samples_by_text):
            self._samples_by_text |= {
                row.spoken: sound for row, sound in zip(missing, speak_rows(missing), strict=True)
            }
        return join_reference([self._samples_by_text[row.spoken] for row in rows], rate)

    def _missing_rows(
        self, rows: Sequence[SpokenRow], known: Mapping[str, object]
    ) -> list[SpokenRow]:
        """Return the rows to request, each text once; from the second time on, all the rest."""
        if all(row.spoken in known for row in rows):
            return []
        wanted = {row.spoken: row for row in (*rows, *(self._rows if known else ()))}
        return [row for text, row in wanted.items() if text not in known]
