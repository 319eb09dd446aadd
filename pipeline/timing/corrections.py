"""Times a person has corrected: `NAME.times.toml` beside the transcript, laid over whatever the voice, recording or estimate says.

```toml
[[row]]
row = 12            # counted from 1
text = "在此期间"    # the row as it was when it was corrected: a correction of another text is left out and said
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
from pipeline.model import RowTime, Span
from pipeline.settings.base import Section
from pipeline.settings.toml import quoted
from pipeline.timebase import ms_from_samples, samples_from_ms, samples_from_seconds

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Row, Timeline

_LARGEST = 5_000_000
_SHORTEST = samples_from_ms(40)


@dataclass(frozen=True, slots=True)
class Correction:
    """A row's time as a person set it, and the text it was set for."""

    row: int
    text: str
    span: Span


class _Entry(Section):
    row: int = Field(ge=1)
    text: str = ""
    start: float | int = Field(ge=0, le=400_000)
    end: float | int = Field(ge=0, le=400_000)


class _File(Section):
    row: tuple[_Entry, ...] = ()


def parse_corrections(text: str, where: str) -> tuple[Correction, ...]:
    """Return the corrections of a `.times.toml`, by row. Raises InputError naming the row that is wrong."""
    if len(text) > _LARGEST:
        raise InputError("The corrections are larger than 5 MB.", "Remove the file and correct again.", where=where)
    try:
        found = _File.model_validate({"row": tuple(tomllib.loads(text).get("row", ()))})
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"This is not TOML: {fault}.", "Mend that line.", where=where) from fault
    except (ValidationError, TypeError) as fault:
        raise InputError("A correction has `row`, `text`, `start` and `end`, and nothing else.", "Mend it.", where=where) from fault
    corrections = {}
    for entry in found.row:
        if entry.end <= entry.start:
            raise InputError("A row cannot end before it begins.", "Mend `start` or `end`.", where=where, row=entry.row)
        span = Span(samples_from_seconds(entry.start), samples_from_seconds(entry.end))
        corrections[entry.row] = Correction(entry.row, entry.text, span)
    return tuple(corrections[row] for row in sorted(corrections))


def compose_corrections(corrections: Sequence[Correction]) -> str:
    """Return corrections as TOML, in the order of their rows; times to the ms."""
    return "".join(
        f"[[row]]\nrow = {one.row}\ntext = {quoted(one.text)}\nstart = {_seconds(one.span.start)}\nend = {_seconds(one.span.end)}\n\n"
        for one in sorted(corrections, key=lambda one: one.row)
    )


def corrected(timeline: Timeline, corrections: Sequence[Correction], rows: Sequence[Row]) -> tuple[Timeline, tuple[str, ...]]:
    """Return the timeline with rows at their corrected times, and a sentence for each correction that does not apply any more.

    A corrected row gives way to nothing but other corrected rows and the ends of the episode; rows beside it that it reaches into become
    shorter, so that none overlap and all keep their order. Its words are stretched with it.
    """
    notices = []
    texts = [row.text for row in rows]
    wanted: dict[int, Span] = {}
    for one in corrections:
        if not applies(one, texts):
            notices.append(f"The corrected time of row {one.row} was set for another text ({one.text[:20]}) and is left out.")
        else:
            wanted[one.row] = one.span
    times = list(timeline.rows)
    for place, row in enumerate(times):
        if row.row not in wanted:
            continue
        ahead = next((wanted[later.row].start for later in times[place + 1 :] if later.row in wanted), timeline.length)
        behind = max((times[before].span.end for before in range(place) if times[before].row in wanted), default=0)
        start = min(max(wanted[row.row].start, behind), timeline.length)
        end = max(min(wanted[row.row].end, ahead, timeline.length), start)
        times[place] = _stretched(row, Span(start, end))
        _make_room(times, place)
    return replace(timeline, rows=tuple(times)), tuple(notices)


def applies(correction: Correction, texts: Sequence[str]) -> bool:
    """Tell whether a correction is of a row as it is now; one without a text is of whatever stands there. `texts` are all rows."""
    return correction.row <= len(texts) and correction.text in {"", texts[correction.row - 1]}


def _make_room(times: list[RowTime], place: int) -> None:
    """Shorten the rows beside a corrected one where it reaches into them, the nearer ones first."""
    edge = times[place].span.start
    for before in range(place - 1, -1, -1):
        span = times[before].span
        if span.end <= edge:
            break
        edge_start = min(span.start, max(0, edge - _SHORTEST))
        times[before] = _stretched(times[before], Span(edge_start, edge))
        edge = edge_start
    edge = times[place].span.end
    for after in range(place + 1, len(times)):
        span = times[after].span
        if span.start >= edge:
            break
        end = max(span.end, edge)
        times[after] = _stretched(times[after], Span(edge, end))
        edge = end


def _stretched(row: RowTime, span: Span) -> RowTime:
    """Return a row's time moved to a span, its words keeping their shares of it."""
    old = row.span
    if not old.length:
        return replace(row, span=span, words=(), known="measured", confidence=1.0)
    words = tuple(
        replace(
            word,
            span=Span(
                span.start + (word.span.start - old.start) * span.length // old.length,
                span.start + (word.span.end - old.start) * span.length // old.length,
            ),
        )
        for word in row.words
    )
    return replace(row, span=span, words=words)


def _seconds(samples: int) -> str:
    ms = ms_from_samples(samples)
    return f"{ms // 1000}.{ms % 1000:03d}"
