"""Speech made into a take: cut to rows, trimmed of the silence around it, its ends faded so that nothing clicks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.model import RowTime, Span
from pipeline.speech.aligned import aligned
from pipeline.speech.cut import cut
from pipeline.speech.words import shown_words
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import Known, SpokenRow, Word
    from pipeline.speech.aligned import Aligner
    from pipeline.speech.cut import RowCut
    from pipeline.speech.engine import Heard
    from pipeline.speech.utterances import Joined

_BEFORE, _AFTER = samples_from_ms(10), samples_from_ms(30)
"""What is kept around the audible part: a consonant's onset, a vowel's decay."""

_FADE = samples_from_ms(5)
_SPLICE = samples_from_ms(160)
"""The pause between the parts of a row too long for one request: a breath."""

Answer = tuple["NDArray[np.int16]", "Sequence[Heard]"]
Shaped = tuple["NDArray[np.int16]", tuple[RowTime, ...]]


def shaped(rows: Sequence[SpokenRow], texts: Sequence[Joined], speeches: Sequence[Answer], aligner: Aligner | None = None) -> Shaped:
    """Return a take's samples and its rows' times, numbered from 0. Raises Misfit where speech and text do not fit each other."""
    samples, heard = speeches[0]
    if len(rows) > 1 and aligner is not None and not heard:
        return _by_aligner(rows, texts[0], samples, aligner)
    cuts = [cut(samples, text, heard) for text, (samples, heard) in zip(texts, speeches, strict=True)]
    if len(cuts) == 1:
        return _taken(rows, samples, cuts[0])
    return _spliced([samples for samples, _ in speeches], [parts[0] for parts in cuts])


def _by_aligner(rows: Sequence[SpokenRow], text: Joined, samples: NDArray[np.int16], aligner: Aligner) -> Shaped:
    first, last, found = aligned(samples, rows, text, aligner)
    start, end = max(0, first - _BEFORE), min(len(samples), last + _AFTER)
    by = first - start
    times = tuple(replace(time, span=time.span.moved(by), words=tuple(_moved(word, by) for word in time.words)) for time in found)
    return _faded(samples[start:end]), times


def _taken(rows: Sequence[SpokenRow], samples: NDArray[np.int16], cuts: Sequence[RowCut]) -> Shaped:
    start = max(0, cuts[0].span.start - _BEFORE)
    end = min(len(samples), cuts[-1].span.end + _AFTER)
    known: Known = "measured" if len(cuts) == 1 else "boundary"
    times = []
    for index, (row, part) in enumerate(zip(rows, cuts, strict=True)):
        words = tuple(_moved(word, -start) for word in shown_words(row, part.chars, part.span))
        times.append(RowTime(index, part.span.moved(-start), known, words))
    return _faded(samples[start:end]), tuple(times)


def _spliced(speeches: Sequence[NDArray[np.int16]], cuts: Sequence[RowCut]) -> Shaped:
    """Put the parts of one long row together; only the whole row's time is told."""
    import numpy as np

    parts: list[NDArray[np.int16]] = []
    for samples, part in zip(speeches, cuts, strict=True):
        if parts:
            parts.append(np.zeros(_SPLICE, np.int16))
        parts.append(_faded(samples[max(0, part.span.start - _BEFORE) : part.span.end + _AFTER]))
    audio = np.concatenate(parts)
    return audio, (RowTime(0, Span(0, len(audio)), "measured"),)


def _moved(word: Word, by: int) -> Word:
    return replace(word, span=word.span.moved(by))


def _faded(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    import numpy as np

    count = min(_FADE, len(samples) // 2)
    ramp = (np.arange(count) + 0.5) / max(1, count)
    out = samples.astype(np.float64)
    out[:count] *= ramp
    out[len(out) - count :] *= ramp[::-1]
    return np.rint(out).astype(np.int16)
