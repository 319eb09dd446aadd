"""The rows of a page: text, translation, times, cues and flags of each, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.subtitles.rules import milliseconds, speed
from pipeline.timebase import frame_at, frame_from_samples, ms_from_samples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Chapter, Timeline, Track
    from pipeline.studio.reading import Reading
    from pipeline.text.profiles import Limits

Row = dict[str, Any]


def rows_of(
    reading: Reading, timeline: Timeline, track: Track, limits: Limits, flags: Mapping[int, Sequence[Any]], chapters: Sequence[Chapter]
) -> list[Row]:
    """Return every row of an episode as the page takes it."""
    seconds = reading.seconds[0][1] if reading.seconds else ("",) * len(reading.rows)
    titles = {chapter.row: chapter.title for chapter in chapters}
    corrected = {one.row for one in reading.corrections if one.row <= len(reading.rows) and one.text in {"", reading.rows[one.row - 1]}}
    cues = {row: list(group) for row, group in groupby(track.cues, key=lambda cue: cue.row)}
    fps = timeline.fps
    found = []
    for time, text, second in zip(timeline.rows, reading.rows, seconds, strict=True):
        shown = cues.get(time.row, [])
        found.append(
            {
                "row": time.row,
                "text": text,
                "second": second,
                "joins": bool(reading.seconds) and not second,
                "start_ms": ms_from_samples(time.span.start),
                "end_ms": ms_from_samples(time.span.end),
                "start_frame": frame_at(time.span.start, fps),
                "end_frame": frame_from_samples(time.span.end, fps),
                "cps": round(max((speed(cue.lines, milliseconds(cue), limits) for cue in shown), default=0.0), 1),
                "known": time.known,
                "confidence": round(time.confidence, 2),
                "corrected": time.row in corrected,
                "flags": list(flags.get(time.row, ())),
                "cues": [
                    {
                        "part": cue.part,
                        "start_ms": ms_from_samples(cue.span.start),
                        "end_ms": ms_from_samples(cue.span.end),
                        "lines": list(cue.lines),
                    }
                    for cue in shown
                ],
                "chapter": titles.get(time.row),
            }
        )
    return found


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
