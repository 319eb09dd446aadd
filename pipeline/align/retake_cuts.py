"""Leaves earlier takes, false starts and remarks out of a recording, as an editor does by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.model import Span
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pipeline.align.alignment import Alignment
    from pipeline.model import RowTime

_MARGIN = SAMPLE_RATE // 20  # samples (50 ms) around extra speech that are cut too, if there are
_FADE = SAMPLE_RATE // 200  # samples (5 ms) of each fade at a cut
_MAX_OVERLAP = SAMPLE_RATE // 10  # samples by which extra speech may reach into a row
_BLOCK = 20 * SAMPLE_RATE
_CUT_REASONS = frozenset({"repeated", "ad-lib"})


@dataclass(frozen=True, slots=True)
class CutRecording:
    """The parts [start, end) of a recording that stay, and the alignment of what they make."""

    kept: tuple[Span, ...]
    removed: tuple[Span, ...]
    alignment: Alignment


def cut_retakes(alignment: Alignment, length: int) -> CutRecording:
    """Return what stays of a recording of `length` samples at 48 kHz.

    Extra speech of rows that are read twice or begun twice, and remarks, are left out; what belongs
    to a row stays, and so does the pause on each side. Flags of what was left out are left out too.
    """
    removed = _removed_spans(alignment, length)
    edges = [0, *(edge for span in removed for edge in (span.start, span.end)), length]
    kept = tuple(
        Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end > start
    )
    flags = tuple(
        flag
        if flag.extra_speech is None
        else replace(flag, extra_speech=_moved_span(flag.extra_speech, removed))
        for flag in alignment.flags
        if not _is_cut(flag.extra_speech, flag.reason, removed)
    )
    rows = tuple(_moved_row(row, removed) for row in alignment.rows)
    return CutRecording(kept, removed, replace(alignment, rows=rows, flags=flags))


def kept_samples(samples: NDArray[np.int16], kept: Sequence[Span]) -> Iterator[NDArray[np.int16]]:
    """Yield the parts that stay, in blocks, each part with 5 ms of fade at its cuts."""
    for number, span in enumerate(kept):
        for start in range(span.start, span.end, _BLOCK):
            end = min(start + _BLOCK, span.end)
            block = np.array(samples[start:end], np.float32)
            if number and start == span.start:
                ramp = min(_FADE, len(block))
                block[:ramp] *= np.linspace(0, 1, ramp, dtype=np.float32)
            if number + 1 < len(kept) and end == span.end:
                ramp = min(_FADE, len(block))
                block[len(block) - ramp :] *= np.linspace(1, 0, ramp, dtype=np.float32)
            yield np.asarray(np.round(block), np.int16)


def _removed_spans(alignment: Alignment, length: int) -> tuple[Span, ...]:
    """Return the spans to leave out, in order and apart; none touches a row."""
    wanted = sorted(
        (flag.extra_speech.start, flag.extra_speech.end)
        for flag in alignment.flags
        if flag.extra_speech is not None and flag.reason in _CUT_REASONS
    )
    removed: list[Span] = []
    rows = [row.span for row in alignment.rows if row.span.length]
    for start, end in wanted:
        first = max((row.end for row in rows if row.start < start), default=0)
        last = min((row.start for row in rows if row.end > end), default=length)
        cut = Span(
            max(start - _MARGIN, first, removed[-1].end if removed else 0),
            max(0, min(end + _MARGIN, last)),
        )
        crosses_row = any(row.start < cut.end and row.end > cut.start for row in rows)
        is_whole = cut.start - start <= _MAX_OVERLAP and end - cut.end <= _MAX_OVERLAP
        if cut.end > cut.start and is_whole and not crosses_row:
            removed.append(cut)
    return tuple(removed)


def _is_cut(extra: Span | None, reason: str, removed: Sequence[Span]) -> bool:
    """Return whether a flag's extra speech was left out."""
    return (
        extra is not None
        and reason in _CUT_REASONS
        and any(
            cut.start <= extra.start + _MAX_OVERLAP and extra.end <= cut.end + _MAX_OVERLAP
            for cut in removed
        )
    )


def _moved_row(row: RowTime, removed: Sequence[Span]) -> RowTime:
    words = tuple(replace(word, span=_moved_span(word.span, removed)) for word in row.word_times)
    return replace(row, span=_moved_span(row.span, removed), word_times=words)


def _moved_span(span: Span, removed: Sequence[Span]) -> Span:
    return Span(_moved_sample(span.start, removed), _moved_sample(span.end, removed))


def _moved_sample(sample: int, removed: Sequence[Span]) -> int:
    return sample - sum(min(max(sample - cut.start, 0), cut.length) for cut in removed)
