"""Times that a person has corrected: `NAME.times.toml` beside the transcript.

They replace the times of the voice, the recording or the estimate.

```toml
[[row]]
row = 12            # counted from 1
text = "在此期间"    # the row when it was corrected; for another text the correction is not used
start = 61.250      # seconds
end = 63.900
```
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import RowTime, Span
from pipeline.settings.sections import Section
from pipeline.settings.toml import toml_string
from pipeline.timebase import ms_from_samples, samples_from_ms, samples_from_seconds

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Row, Timeline

_MAX_CHARACTERS = 5_000_000
_MAX_QUOTED_CHARACTERS = 20
_MIN_ROW_SAMPLES = samples_from_ms(40)


@dataclass(frozen=True, slots=True)
class Correction:
    """The time of a row as a person set it, and the text it was set for."""

    row: int
    text: str
    span: Span


class _CorrectionEntry(Section):
    row: int = Field(ge=1)
    text: str = ""
    start: float | int = Field(ge=0, le=400_000)
    end: float | int = Field(ge=0, le=400_000)


class _CorrectionFile(Section):
    row: tuple[_CorrectionEntry, ...] = ()


def parse_corrections(text: str, where: str) -> tuple[Correction, ...]:
    """Return the corrections of a `.times.toml` by row. Raises InputError naming the wrong row."""
    if len(text) > _MAX_CHARACTERS:
        raise InputError(message("timing.corrections_too_large"), where=where)
    try:
        parsed = _CorrectionFile.model_validate({"row": tuple(tomllib.loads(text).get("row", ()))})
    except tomllib.TOMLDecodeError as fault:
        problem = message("timing.corrections_not_toml", reason=str(fault))
        raise InputError(problem, where=where) from fault
    except (ValidationError, TypeError) as fault:
        raise InputError(message("timing.corrections_keys"), where=where) from fault
    corrections = {}
    for entry in parsed.row:
        if entry.end <= entry.start:
            raise InputError(message("timing.corrections_end"), where=where, row=entry.row)
        span = Span(samples_from_seconds(entry.start), samples_from_seconds(entry.end))
        corrections[entry.row] = Correction(entry.row, entry.text, span)
    return tuple(corrections[row] for row in sorted(corrections))


def compose_corrections(corrections: Sequence[Correction]) -> str:
    """Return corrections as TOML, in the order of their rows; times to the ms."""
    return "".join(
        f"[[row]]\n"
        f"row = {correction.row}\n"
        f"text = {toml_string(correction.text)}\n"
        f"start = {_format_seconds(correction.span.start)}\n"
        f"end = {_format_seconds(correction.span.end)}\n\n"
        for correction in sorted(corrections, key=lambda correction: correction.row)
    )


def apply_corrections(
    timeline: Timeline, corrections: Sequence[Correction], rows: Sequence[Row]
) -> tuple[Timeline, tuple[str, ...]]:
    """Return the timeline with corrected rows, and a notice for each outdated correction.

    Only other corrected rows and the ends of the episode limit a corrected row. Its neighbours
    become shorter where it reaches into them, so that no rows overlap and all keep their order. Its
    words are stretched with it.
    """
    notices = []
    texts = [row.text for row in rows]
    wanted_spans: dict[int, Span] = {}
    for correction in corrections:
        if not correction_applies(correction, texts):
            notices.append(
                message(
                    "timing.correction_outdated",
                    row=correction.row,
                    text=correction.text[:_MAX_QUOTED_CHARACTERS],
                )
            )
        else:
            wanted_spans[correction.row] = correction.span
    times = list(timeline.rows)
    for index, row in enumerate(times):
        if row.row not in wanted_spans:
            continue
        latest_end = next(
            (
                wanted_spans[later.row].start
                for later in times[index + 1 :]
                if later.row in wanted_spans
            ),
            timeline.length,
        )
        earliest_start = max(
            (
                times[before].span.end
                for before in range(index)
                if times[before].row in wanted_spans
            ),
            default=0,
        )
        start = min(max(wanted_spans[row.row].start, earliest_start), timeline.length)
        end = max(min(wanted_spans[row.row].end, latest_end, timeline.length), start)
        times[index] = _stretch_row(row, Span(start, end))
        _shorten_neighbours(times, index)
    return replace(timeline, rows=tuple(times)), tuple(notices)


def correction_applies(correction: Correction, texts: Sequence[str]) -> bool:
    """Return whether a correction was set for the present text of its row (`texts` are all rows).

    A correction without a text applies to any.
    """
    return correction.row <= len(texts) and correction.text in {"", texts[correction.row - 1]}


def _shorten_neighbours(times: list[RowTime], index: int) -> None:
    """Shorten the neighbours of a corrected row where it reaches into them, nearest first."""
    edge = times[index].span.start
    for before in range(index - 1, -1, -1):
        span = times[before].span
        if span.end <= edge:
            break
        edge_start = min(span.start, max(0, edge - _MIN_ROW_SAMPLES))
        times[before] = _stretch_row(times[before], Span(edge_start, edge))
        edge = edge_start
    edge = times[index].span.end
    for after in range(index + 1, len(times)):
        span = times[after].span
        if span.start >= edge:
            break
        end = max(span.end, edge)
        times[after] = _stretch_row(times[after], Span(edge, end))
        edge = end


def _stretch_row(row: RowTime, span: Span) -> RowTime:
    """Return a row moved to a span, with its words in the same shares of it."""
    old_span = row.span
    if not old_span.length:
        return replace(row, span=span, word_times=(), time_source="measured", confidence=1.0)
    words = tuple(
        replace(
            word,
            span=Span(
                span.start + (word.span.start - old_span.start) * span.length // old_span.length,
                span.start + (word.span.end - old_span.start) * span.length // old_span.length,
            ),
        )
        for word in row.word_times
    )
    return replace(row, span=span, word_times=words)


def _format_seconds(samples: int) -> str:
    ms = ms_from_samples(samples)
    return f"{ms // 1000}.{ms % 1000:03d}"
