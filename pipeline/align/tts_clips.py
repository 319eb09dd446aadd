"""Rows found in short takes, as speech engines give them: a breath of a few seconds, far too little to learn a speaker from.

So phones learnt from the take alone do not count. Another way must put a row in the same place: the take warped onto the embedded voice,
low or high, or, where a pause lies before the row, the pauses and expected lengths. And the rows must be paced alike, or one was left out.
Whoever asked can have them one by one then (`benchmarks/takes.py` tells how often that is).
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

_AGREEMENT_SECONDS, _ROUGH_AGREEMENT_SECONDS = (
    0.1,
    0.4,
)  # s between two ways that mean the same place; that are led astray by no other row

_MIN_PAUSE_SECONDS = (
    0.12  # s: longer than a stop's closure, shorter than the pause at a comma (0.2)
)

_MAX_UNEVENNESS = 1.4  # the slowest row to the fastest, against the embedded voice: up to 1.3 in 29 takes of the seed that were whole and right
_SLIVER_SECONDS = 0.1  # s of speech beside a pause that are no row, nor the first or last of one
_NEAR_PAUSE_SECONDS = 0.04  # s a row may begin from where a pause ends

_REFERENCE_RATES = (
    22_000,
    25_200,
)  # Hz the embedded voice is taken to have: its own, and 15 % up, as women and children speak

_SURE_CONFIDENCE, _DISPUTED_CONFIDENCE = 0.8, 0.3


def tts_clip_aligner(
    rows: Sequence[SpokenRow],
) -> Callable[[Samples, Sequence[SpokenRow]], tuple[RowTime, ...]]:
    """Return the function that finds rows in a take of them at 48 kHz, as `align_take` does; `rows` are all that may come.

    The process that knows how rows are read takes longer to start than a take to be aligned: the first take asks it for its own rows, so
    that one edited row is quick, the next one for all that are left.
    """
    espeak = _EspeakCache(rows)
    return lambda samples, of_take: _align_clip(
        recording_from_samples(samples, timebase.SAMPLE_RATE), of_take, espeak
    )


def align_tts_clip(
    samples: Samples, rows: Sequence[SpokenRow], *, rate: int = timebase.SAMPLE_RATE
) -> tuple[RowTime, ...]:
    """Return the times of rows voiced as one short take, counted from its first sample; every row gets a stretch of it.

    The confidence is under 0.5 where no second way means the same place, and in a take that seems to lack a row. Raises InputError where
    the take does not say the rows.
    """
    return _align_clip(recording_from_samples(samples, rate), rows, _EspeakCache(rows))


def aligner_version() -> str:
    """Return a digest of everything that decides where rows are found: for the keys of caches."""
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
        warp_row_times(features.cepstra, speech, one.cepstra, one.speech, one.row_frames)
        for one in references
    ]
    alternatives = [
        _move_out_of_pauses(refine_boundaries(features.levels, path), long_pauses)
        for path in warped_times
        if path
    ]
    second_opinion = min(
        alternatives,
        key=lambda way: sum(_start_differences_between(row_times, way)),
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
        is_even and (each <= _AGREEMENT_SECONDS or (paused and each <= _ROUGH_AGREEMENT_SECONDS))
        for each, paused in zip(start_differences, begins_after_pause, strict=True)
    ]
    averaged_times = [
        _midpoint_times(row, way) if each <= _AGREEMENT_SECONDS else row
        for row, way, each in zip(row_times, second_opinion, start_differences, strict=True)
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
    """Return how far (s) each row begins from where another way puts it."""
    return [abs(row[0] - other[0]) for row, other in zip(row_times, others, strict=True)]


def _move_out_of_pauses(
    row_times: Sequence[tuple[float, float]], long_pauses: Sequence[SpeechPause]
) -> list[tuple[float, float]]:
    """Return rows that begin after a pause and end before one where they began or ended in it, or a moment beside it.

    What is said just before a pause is the end of the row before it, and what is said just after it the beginning of the row after it.
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
    """Return how many times slower than the fastest row the slowest is said, both against the embedded voice."""
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
    """Return a row at other edges (s), its words reaching from one to the other."""
    span = Span(*(min(timebase.samples_from_seconds(each), clip_length) for each in seconds))
    words = [replace(word, span=_clamp_span(word.span, span)) for word in row.word_times]
    if words:
        words[0] = replace(words[0], span=Span(span.start, words[0].span.end))
        words[-1] = replace(words[-1], span=Span(words[-1].span.start, span.end))
    return replace(row, span=span, word_times=tuple(words), confidence=confidence)


def _clamp_span(inner: Span, outer: Span) -> Span:
    return Span(*(min(max(edge, outer.start), outer.end) for edge in (inner.start, inner.end)))


class _EspeakCache:
    """Knows how rows are read and how they sound in the embedded voice; asks for what it does not know yet."""

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
        """Return rows in the embedded voice, higher and faster where `rate` is over its own 22,000."""
        if missing := self._missing_rows(rows, self._samples_by_text):
            self._samples_by_text |= {
                row.spoken: sound for row, sound in zip(missing, speak_rows(missing), strict=True)
            }
        return join_reference([self._samples_by_text[row.spoken] for row in rows], rate)

    def _missing_rows(
        self, rows: Sequence[SpokenRow], known: Mapping[str, object]
    ) -> list[SpokenRow]:
        """Return the rows to ask for, each text once: none where all are known, their own the first time, all that are left the next."""
        if all(row.spoken in known for row in rows):
            return []
        wanted = {row.spoken: row for row in (*rows, *(self._rows if known else ()))}
        return [row for text, row in wanted.items() if text not in known]
