"""The result of an alignment: a time for every row, and the rows that should be checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import timebase
from pipeline.align.boundary_refinement import refine_boundaries
from pipeline.align.flagging import FlagReason, cap_confidences
from pipeline.model import RowTime, Span, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.align.features import AcousticFeatures
    from pipeline.align.flagging import RowAssessment
    from pipeline.model import SpokenRow


@dataclass(frozen=True, slots=True)
class AlignmentFlag:
    """A row to check, and why; `extra_speech` is speech beside it that is not in the text."""

    row: int
    reason: FlagReason
    extra_speech: Span | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """Rows in order, with spans in samples at 48 kHz, counted from the start of the recording.

    A row that was skipped or is silent has an empty span where it would have been; its
    `time_source` is "estimated" and its confidence 0. `method` names the source of the times;
    `notes` are sentences for the user.
    """

    rows: tuple[RowTime, ...]
    flags: tuple[AlignmentFlag, ...]
    method: str
    notes: tuple[str, ...] = ()


def build_alignment(
    rows: Sequence[SpokenRow],
    unit_ranges: Sequence[Sequence[tuple[int, int]]],
    assessment: RowAssessment,
    features: AcousticFeatures,
    confidences: Sequence[float],
    method: str,
) -> Alignment:
    """Return the alignment: row edges moved to pauses, word times, capped confidences, flags.

    `unit_ranges` are the characters [first, last) of each row's spoken form to which the times of
    its units belong.
    """
    decoded_rows = [index for index, row in enumerate(assessment.decoded) if row]
    refined = refine_boundaries(
        features.levels, [(row.start, row.end) for row in assessment.decoded if row]
    )
    spans = {
        index: _span_from_seconds(edge, features.length)
        for index, edge in zip(decoded_rows, refined, strict=True)
    }
    spans |= {
        index: _span_from_seconds(placement, features.length)
        for index, placement in assessment.placements.items()
    }
    capped, doubts = cap_confidences(confidences, assessment)
    times = []
    for index, (row, ranges) in enumerate(zip(rows, unit_ranges, strict=True)):
        decoded = assessment.decoded[index]
        words = shown_word_times(row, ranges, decoded.unit_times, spans[index]) if decoded else ()
        times.append(
            RowTime(
                row.row, spans[index], "measured" if decoded else "estimated", words, capped[index]
            )
        )
    flags = tuple(
        AlignmentFlag(
            rows[doubt.row].row,
            doubt.reason,
            doubt.extra_speech and _span_from_seconds(doubt.extra_speech, features.length),
        )
        for doubt in doubts
    )
    return Alignment(tuple(remove_overlaps(times)), flags, method)


def _span_from_seconds(seconds: tuple[float, float], length: int) -> Span:
    return Span(*(min(timebase.samples_from_seconds(edge), length) for edge in seconds))


def remove_overlaps(times: Sequence[RowTime]) -> Iterator[RowTime]:
    """Yield the rows, each shortened so that it does not start before the previous one ends."""
    previous_end = 0
    for time in times:
        span = Span(max(previous_end, time.span.start), max(previous_end, time.span.end))
        words = tuple(
            replace(
                word,
                span=Span(
                    *(
                        min(max(edge, span.start), span.end)
                        for edge in (word.span.start, word.span.end)
                    )
                ),
            )
            for word in time.word_times
        )
        yield replace(time, span=span, word_times=words)
        previous_end = span.end


def shown_word_times(
    row: SpokenRow,
    unit_ranges: Sequence[tuple[int, int]],
    unit_times: Sequence[tuple[float, float]],
    span: Span,
) -> tuple[Word, ...]:
    """Return words inside `span`: the shown characters of each unit.

    Units of the same token are joined. `unit_ranges` are characters [first, last) of the spoken
    form, `unit_times` their (start, end) in seconds.
    """
    words: list[Word] = []
    for (first, last), (start, end) in zip(unit_ranges, unit_times, strict=True):
        shown_first, shown_last = _shown_range(row, first, last)
        if shown_last <= shown_first:
            continue
        word_span = Span(
            *(
                min(max(timebase.samples_from_seconds(edge), span.start), span.end)
                for edge in (start, end)
            )
        )
        if words and shown_first < words[-1].shown_end:
            previous = words.pop()
            word_span = Span(previous.span.start, max(previous.span.end, word_span.end))
            shown_first, shown_last = previous.shown_start, max(previous.shown_end, shown_last)
        words.append(Word(shown_first, shown_last, word_span))
    if words:
        words[0] = Word(
            words[0].shown_start,
            words[0].shown_end,
            Span(span.start, max(span.start, words[0].span.end)),
        )
        words[-1] = Word(
            words[-1].shown_start,
            words[-1].shown_end,
            Span(min(words[-1].span.start, span.end), span.end),
        )
    return tuple(words)


def _shown_range(row: SpokenRow, first: int, last: int) -> tuple[int, int]:
    """Return the shown characters [first, last) of a range of spoken characters.

    They are exact if a token is spoken as it is shown; otherwise the whole token is included.
    """
    starts, ends = [], []
    for token in row.tokens:
        if token.spoken_end <= first or token.spoken_start >= last:
            continue
        offset = token.shown_start - token.spoken_start
        same = (
            row.shown[token.shown_start : token.shown_end]
            == row.spoken[token.spoken_start : token.spoken_end]
        )
        starts.append(max(first, token.spoken_start) + offset if same else token.shown_start)
        ends.append(min(last, token.spoken_end) + offset if same else token.shown_end)
    return (min(starts), max(ends)) if starts else (0, 0)
