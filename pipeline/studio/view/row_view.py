"""The rows of a page as JSON: text, translation, times, cues and flags."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.studio.view.flag_messages import flags_for_row
from pipeline.subtitles.qc.rules import duration_ms, reading_speed
from pipeline.timebase import frame_at, frame_from_samples, ms_from_samples
from pipeline.timing.corrections import correction_applies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Chapter, Cue, RowTime, Timeline, Track
    from pipeline.studio.editing.sources import EpisodeSource
    from pipeline.studio.view.flag_messages import FlagCriteria

RowJson = dict[str, Any]
RowMemo = dict[Hashable, RowJson]
"""Rows by everything they depend on except their number, so that an edit rebuilds only changed
rows."""


def build_rows(
    source: EpisodeSource,
    timeline: Timeline,
    track: Track,
    chapters: Sequence[Chapter],
    criteria: FlagCriteria,
    previous_memo: RowMemo,
) -> tuple[list[RowJson], RowMemo]:
    """Return every row of an episode as JSON, and the memo for the next call."""
    count = len(source.row_texts)
    translations = source.translations[0][1] if source.translations else ("",) * count
    titles = {chapter.row: chapter.title for chapter in chapters}
    corrected_rows = {
        correction.row
        for correction in source.corrections
        if correction_applies(correction, source.row_texts)
    }
    cues = {row: list(group) for row, group in groupby(track.cues, key=lambda cue: cue.row)}
    rows: list[RowJson] = []
    memo: RowMemo = {}
    for time, text, translation in zip(timeline.rows, source.row_texts, translations, strict=True):
        number = time.row
        next_cue = cues.get(number + 1, ())[:1]
        row_cues = cues.get(number, [])
        row_fields = {
            "text": text,
            "second": translation,
            "joins": bool(source.translations) and not translation,
            "known": time.time_source,
            "confidence": round(time.confidence, 2),
            "corrected": number in corrected_rows,
            "chapter": titles.get(number),
        }
        spans = tuple((cue.span.start, cue.span.end, cue.lines) for cue in (*row_cues, *next_cue))
        key = (
            *row_fields.values(),
            time.span.start,
            time.span.end,
            spans,
            criteria.row_dependencies(number),
            timeline.fps,
        )
        row = previous_memo.get(key) or _build_row(
            row_fields, time, row_cues, next_cue, criteria, timeline.fps
        )
        memo[key] = row
        rows.append(row if row["row"] == number else {**row, "row": number})
    return rows, memo


def _build_row(
    row_fields: RowJson,
    time: RowTime,
    row_cues: Sequence[Cue],
    next_cue: Sequence[Cue],
    criteria: FlagCriteria,
    fps: int,
) -> RowJson:
    return {
        "row": time.row,
        **row_fields,
        "start_ms": ms_from_samples(time.span.start),
        "end_ms": ms_from_samples(time.span.end),
        "start_frame": frame_at(time.span.start, fps),
        "end_frame": frame_from_samples(time.span.end, fps),
        "cps": round(
            max(
                (reading_speed(cue.lines, duration_ms(cue), criteria.limits) for cue in row_cues),
                default=0.0,
            ),
            1,
        ),
        "flags": flags_for_row(
            row_cues, next_cue, time, criteria, fps, corrected=row_fields["corrected"]
        ),
        "cues": [
            {
                "part": cue.part,
                "start_ms": ms_from_samples(cue.span.start),
                "end_ms": ms_from_samples(cue.span.end),
                "lines": list(cue.lines),
            }
            for cue in row_cues
        ],
    }


@dataclass(frozen=True, slots=True)
class RowPatch:
    """Rows [at, at + drop), counted from 0, are replaced by other rows."""

    at: int
    drop: int
    rows: tuple[RowJson, ...]

    @property
    def json(self) -> dict[str, Any]:
        """The patch as JSON for the page."""
        return {"at": self.at, "drop": self.drop, "rows": list(self.rows)}


def patch_between(old_rows: Sequence[RowJson], new_rows: Sequence[RowJson]) -> RowPatch:
    """Return the smallest patch between two lists of rows; the rows after it are renumbered."""

    def is_same_row(one: RowJson, other: RowJson) -> bool:
        return one == other or {**one, "row": 0} == {**other, "row": 0}

    shared_length = min(len(old_rows), len(new_rows))
    head = 0
    while head < shared_length and is_same_row(old_rows[head], new_rows[head]):
        head += 1
    tail = 0
    while tail < shared_length - head and is_same_row(old_rows[-1 - tail], new_rows[-1 - tail]):
        tail += 1
    return RowPatch(head, len(old_rows) - tail - head, tuple(new_rows[head : len(new_rows) - tail]))
