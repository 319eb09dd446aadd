"""What a page shows of an episode's texts: times carried from the last build, cues, flags, chapters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.studio.editing.timing_transfer import map_rows, transfer_timeline
from pipeline.studio.view.flag_messages import FlagCriteria
from pipeline.studio.view.row_view import build_rows
from pipeline.subtitle_profiles import PRIMARY_LIMITS
from pipeline.text.topics.chapters import chapters_for
from pipeline.timing.corrections import apply_corrections
from pipeline.timing.cue_timing import cues_from_rows
from pipeline.timing.timeline_layout import replace_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Chapter, Timeline, Track
    from pipeline.stages.snapshot import Snapshot
    from pipeline.studio.editing.sources import EpisodeSource
    from pipeline.studio.view.row_break_cache import RowBreakCache
    from pipeline.studio.view.row_view import RowJson, RowMemo
    from pipeline.text.linebreak.line_breaker import CueText


@dataclass(frozen=True, slots=True)
class DetectedChapters:
    """Chapters found in a text, and the rows of that text; finding them takes longer than an edit may."""

    row_texts: tuple[str, ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """A reading with its timeline as the page shows it."""

    source: EpisodeSource
    timeline: Timeline
    track: Track
    chapters: tuple[Chapter, ...]
    rows: list[RowJson]
    notices: tuple[str, ...]
    memo: RowMemo


def build_view(
    source: EpisodeSource,
    snapshot: Snapshot,
    detected: DetectedChapters,
    segmenter: RowBreakCache,
    missing_glyphs: frozenset[str] = frozenset(),
    previous_view: EpisodeView | None = None,
) -> EpisodeView:
    """Return the view of a reading. `lacking` are the characters without a glyph; `before` saves work. Raises InputError."""
    settings, transcript = source.settings, source.transcript
    chapters = current_chapters(source, detected, segmenter)
    timeline, outdated_notices = apply_corrections(
        transfer_timeline(snapshot, source.row_texts, chapters), source.corrections, transcript.rows
    )
    timeline = replace_rows(
        timeline, timeline.rows, chapters
    )  # marks stand before the corrected rows
    limits = PRIMARY_LIMITS[settings.subtitles.profile]
    parts = segmenter.row_parts(source.row_texts, limits)
    track = cues_from_rows(
        _without_unsplit_words(timeline, parts), transcript, parts, limits, settings.language
    )
    unchanged_rows, _ = map_rows(snapshot.texts, source.row_texts) if snapshot.flags else ({}, {})
    criteria = FlagCriteria(
        limits,
        segmenter,
        {
            unchanged_rows[row]: reasons
            for row, reasons in snapshot.flags.items()
            if row in unchanged_rows
        },
        missing_glyphs,
    )
    rows, memo = build_rows(
        source, timeline, track, chapters, criteria, previous_view.memo if previous_view else {}
    )
    return EpisodeView(
        source, timeline, track, chapters, rows, (*transcript.notices, *outdated_notices), memo
    )


def _without_unsplit_words(timeline: Timeline, parts: Sequence[Sequence[CueText]]) -> Timeline:
    """Return the timeline without the words of rows that are one cue: they tell where a row is cut, and cost most of the time."""
    return replace(
        timeline,
        rows=tuple(
            row if len(own) > 1 or not row.word_times else replace(row, word_times=())
            for row, own in zip(timeline.rows, parts, strict=True)
        ),
    )


def current_chapters(
    source: EpisodeSource, detected: DetectedChapters, segmenter: RowBreakCache
) -> tuple[Chapter, ...]:
    """Return the chapters the author set, or those found, at the rows their words have now. Raises InputError."""
    if has_explicit_chapters(source) or detected.row_texts == source.row_texts:
        return (
            detected.chapters
            if not has_explicit_chapters(source)
            else chapters_for(source.transcript, source.settings, segmenter)
        )
    _, moved_rows = map_rows(detected.row_texts, source.row_texts)
    chapters: dict[int, Chapter] = {}
    for chapter in detected.chapters:
        row = moved_rows.get(chapter.row, chapter.row)
        chapters.setdefault(row, replace(chapter, row=row))
    return _starting_at_first_row(sorted(chapters.values(), key=lambda one: one.row))


def _starting_at_first_row(chapters: Sequence[Chapter]) -> tuple[Chapter, ...]:
    return tuple(replace(one, row=1) if place == 0 else one for place, one in enumerate(chapters))


def has_explicit_chapters(source: EpisodeSource) -> bool:
    """Tell whether the author set chapters, so that none are looked for."""
    return bool(source.settings.chapter) or any(
        one.kind == "chapter" for one in source.transcript.directives
    )
