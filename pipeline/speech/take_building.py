"""Make a take from speech: split into rows, trimmed of silence, faded at its ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.model import RowTime, Span
from pipeline.speech.analysis.character_times import shown_words_in_row
from pipeline.speech.row_alignment import align_rows
from pipeline.speech.split_rows import split_into_rows
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import SpokenRow, TimeSource, Word
    from pipeline.speech.engines.base import WordBoundary
    from pipeline.speech.row_alignment import UtteranceAligner
    from pipeline.speech.split_rows import RowSlice
    from pipeline.speech.utterances import UtteranceText

_MARGIN_BEFORE, _MARGIN_AFTER = samples_from_ms(10), samples_from_ms(30)
"""Kept around the audible part: the onset of a consonant, the decay of a vowel."""

_FADE_LENGTH = samples_from_ms(5)
_SPLICE_PAUSE = samples_from_ms(160)
"""The pause between the parts of a row that is too long for one request: a breath."""

DecodedSpeech = tuple["NDArray[np.int16]", "Sequence[WordBoundary]"]
TakeAudio = tuple["NDArray[np.int16]", tuple[RowTime, ...]]


def build_take(
    rows: Sequence[SpokenRow],
    texts: Sequence[UtteranceText],
    speeches: Sequence[DecodedSpeech],
    aligner: UtteranceAligner | None = None,
) -> TakeAudio:
    """Return a take's samples (48 kHz) and its rows' times, numbered from 0.

    Raises SpeechTextMismatch if speech and text do not fit each other.
    """
    samples, word_boundaries = speeches[0]
    if len(rows) > 1 and aligner is not None and not word_boundaries:
        return _build_with_aligner(rows, texts[0], samples, aligner)
    slices = [
        split_into_rows(samples, text, heard)
        for text, (samples, heard) in zip(texts, speeches, strict=True)
    ]
    if len(slices) == 1:
        return _build_from_slices(rows, samples, slices[0])
    return _splice_parts([samples for samples, _ in speeches], [parts[0] for parts in slices])


def _build_with_aligner(
    rows: Sequence[SpokenRow],
    text: UtteranceText,
    samples: NDArray[np.int16],
    aligner: UtteranceAligner,
) -> TakeAudio:
    audible_start, audible_end, row_times = align_rows(samples, rows, text, aligner)
    start, end = (
        max(0, audible_start - _MARGIN_BEFORE),
        min(len(samples), audible_end + _MARGIN_AFTER),
    )
    offset = audible_start - start
    times = tuple(
        replace(
            time,
            span=time.span.shifted_by(offset),
            word_times=tuple(_shift_word(word, offset) for word in time.word_times),
        )
        for time in row_times
    )
    return _fade_ends(samples[start:end]), times


def _build_from_slices(
    rows: Sequence[SpokenRow], samples: NDArray[np.int16], slices: Sequence[RowSlice]
) -> TakeAudio:
    start = max(0, slices[0].span.start - _MARGIN_BEFORE)
    end = min(len(samples), slices[-1].span.end + _MARGIN_AFTER)
    known: TimeSource = "measured" if len(slices) == 1 else "boundary"
    times = []
    for index, (row, row_slice) in enumerate(zip(rows, slices, strict=True)):
        words = tuple(
            _shift_word(word, -start)
            for word in shown_words_in_row(row, row_slice.character_times, row_slice.span)
        )
        times.append(RowTime(index, row_slice.span.shifted_by(-start), known, words))
    return _fade_ends(samples[start:end]), tuple(times)


def _splice_parts(speeches: Sequence[NDArray[np.int16]], slices: Sequence[RowSlice]) -> TakeAudio:
    """Join the parts of one long row; only the time of the whole row is known."""
    import numpy as np

    parts: list[NDArray[np.int16]] = []
    for samples, row_slice in zip(speeches, slices, strict=True):
        if parts:
            parts.append(np.zeros(_SPLICE_PAUSE, np.int16))
        parts.append(
            _fade_ends(
                samples[
                    max(0, row_slice.span.start - _MARGIN_BEFORE) : row_slice.span.end
                    + _MARGIN_AFTER
                ]
            )
        )
    audio = np.concatenate(parts)
    return audio, (RowTime(0, Span(0, len(audio)), "measured"),)


def _shift_word(word: Word, offset: int) -> Word:
    return replace(word, span=word.span.shifted_by(offset))


def _fade_ends(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    import numpy as np

    count = min(_FADE_LENGTH, len(samples) // 2)
    ramp = (np.arange(count) + 0.5) / max(1, count)
    out = samples.astype(np.float64)
    out[:count] *= ramp
    out[len(out) - count :] *= ramp[::-1]
    return np.rint(out).astype(np.int16)
