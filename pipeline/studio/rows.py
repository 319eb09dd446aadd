"""The rows of a page: text, translation, times, cues and flags of each, as plain values."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.studio.findings import flags_of
from pipeline.subtitles.rules import milliseconds, speed
from pipeline.timebase import frame_at, frame_from_samples, ms_from_samples
from pipeline.timing.corrections import applies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Chapter, Cue, RowTime, Timeline, Track
    from pipeline.studio.findings import Ruler
    from pipeline.studio.reading import Reading

Row = dict[str, Any]
Memo = dict[Hashable, Row]
"""Rows by all that they depend on but their number: an edit makes anew only the rows that change."""


def rows_of(
    reading: Reading, timeline: Timeline, track: Track, chapters: Sequence[Chapter], ruler: Ruler, before: Memo
) -> tuple[list[Row], Memo]:
    """Return every row of an episode as the page takes it, and the memo for the next time. `before` is the memo of the last time."""
    count = len(reading.rows)
    seconds = reading.seconds[0][1] if reading.seconds else ("",) * count
    titles = {chapter.row: chapter.title for chapter in chapters}
    corrected = {one.row for one in reading.corrections if applies(one, reading.rows)}
    cues = {row: list(group) for row, group in groupby(track.cues, key=lambda cue: cue.row)}
    rows: list[Row] = []
    memo: Memo = {}
    for time, text, second in zip(timeline.rows, reading.rows, seconds, strict=True):
        number = time.row
        following = cues.get(number + 1, ())[:1]
        shown = cues.get(number, [])
        told = {
            "text": text,
            "second": second,
            "joins": bool(reading.seconds) and not second,
            "known": time.known,
            "confidence": round(time.confidence, 2),
            "corrected": number in corrected,
            "chapter": titles.get(number),
        }
        spans = tuple((cue.span.start, cue.span.end, cue.lines) for cue in (*shown, *following))
        key = (*told.values(), time.span.start, time.span.end, spans, ruler.of(number), timeline.fps)
        row = before.get(key) or _made(told, time, shown, following, ruler, timeline.fps)
        memo[key] = row
        rows.append(row if row["row"] == number else {**row, "row": number})
    return rows, memo


def _made(told: Row, time: RowTime, shown: Sequence[Cue], following: Sequence[Cue], ruler: Ruler, fps: int) -> Row:
    return {
        "row": time.row,
        **told,
        "start_ms": ms_from_samples(time.span.start),
        "end_ms": ms_from_samples(time.span.end),
        "start_frame": frame_at(time.span.start, fps),
        "end_frame": frame_from_samples(time.span.end, fps),
        "cps": round(max((speed(cue.lines, milliseconds(cue), ruler.limits) for cue in shown), default=0.0), 1),
        "flags": flags_of(shown, following, time, ruler, fps, corrected=told["corrected"]),
        "cues": [
            {
                "part": cue.part,
                "start_ms": ms_from_samples(cue.span.start),
                "end_ms": ms_from_samples(cue.span.end),
                "lines": list(cue.lines),
            }
            for cue in shown
        ],
    }


@dataclass(frozen=True, slots=True)
class Patch:
    """Rows [at, at + drop), counted from 0, become other rows."""

    at: int
    drop: int
    rows: tuple[Row, ...]

    @property
    def json(self) -> dict[str, Any]:
        """The patch as the page takes it."""
        return {"at": self.at, "drop": self.drop, "rows": list(self.rows)}


def patch_between(old: Sequence[Row], new: Sequence[Row]) -> Patch:
    """Return the least patch that turns rows into others; rows behind it are renumbered."""

    def same(one: Row, other: Row) -> bool:
        return one == other or {**one, "row": 0} == {**other, "row": 0}

    most = min(len(old), len(new))
    head = 0
    while head < most and same(old[head], new[head]):
        head += 1
    tail = 0
    while tail < most - head and same(old[-1 - tail], new[-1 - tail]):
        tail += 1
    return Patch(head, len(old) - tail - head, tuple(new[head : len(new) - tail]))
