"""The view of an episode's texts: transferred times, cues, flags and chapters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.language_tracks import keeps_given_ends
from pipeline.studio.editing.sources import translation_file_name
from pipeline.studio.editing.timing_transfer import map_rows, transfer_timeline
from pipeline.studio.view.flag_messages import FlagCriteria
from pipeline.studio.view.row_view import build_rows
from pipeline.subtitle_profiles import PRIMARY_LIMITS
from pipeline.subtitles.cue_content import shift_times
from pipeline.text.encoding import encoding_notice
from pipeline.text.speaker_labels import find_marks, without_marks
from pipeline.text.topics.chapters import chapters_for
from pipeline.timing.corrections import apply_corrections
from pipeline.timing.cue_timing import cues_from_rows
from pipeline.timing.timeline_layout import lay_out_times, replace_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.messages import Message
    from pipeline.model import Chapter, Timeline, Track, Transcript
    from pipeline.settings import Settings
    from pipeline.stages.snapshot import Snapshot
    from pipeline.studio.editing.sources import EpisodeSource
    from pipeline.studio.view.row_break_cache import RowBreakCache
    from pipeline.studio.view.row_view import RowJson, RowMemo
    from pipeline.text.linebreak.line_breaker import CueText


@dataclass(frozen=True, slots=True)
class DetectedChapters:
    """Chapters detected in a text, and the rows of that text.

    Detection takes longer than an edit may take.
    """

    row_texts: tuple[str, ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """A source with the timeline and the rows that the page shows."""

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
    """Return the view of a source. Raises InputError.

    `missing_glyphs` are characters that the font lacks; unchanged rows are taken from
    `previous_view`.
    """
    settings = source.settings
    transcript = shift_times(source.transcript, settings.text.shift, source.files.transcript_file)
    chapters = current_chapters(source, detected, segmenter)
    timeline, outdated_notices = apply_corrections(
        _uncorrected_timeline(snapshot, transcript, chapters, settings),
        source.corrections,
        transcript.rows,
    )
    timeline = replace_rows(
        timeline, timeline.rows, chapters
    )  # chapter marks again, for the corrected rows
    limits = PRIMARY_LIMITS[settings.subtitles.profile]
    parts = segmenter.row_parts(source.row_texts, limits)
    track = cues_from_rows(
        _without_unsplit_words(timeline, parts),
        transcript,
        parts,
        limits,
        settings.language,
        keep_ends=keeps_given_ends(settings),
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
        source,
        timeline,
        track,
        chapters,
        rows,
        (*transcript.notices, *_encoding_notices(source), *outdated_notices),
        memo,
    )


def _uncorrected_timeline(
    snapshot: Snapshot, transcript: Transcript, chapters: tuple[Chapter, ...], settings: Settings
) -> Timeline:
    """Return the rows' times: the file's own where nothing was voiced, else the last build's."""
    last = snapshot.timeline
    is_given = not last.placed_takes and all(row.time_source == "measured" for row in last.rows)
    if transcript.times is not None and is_given:
        return lay_out_times(transcript, chapters, settings.pauses, last.fps)
    return transfer_timeline(snapshot, [row.text for row in transcript.rows], chapters)


def _encoding_notices(source: EpisodeSource) -> list[Message]:
    """Return which files beside the transcript are not in UTF-8."""
    files = source.files
    bodies = {
        f"{files.name}.toml": files.settings,
        f"{files.name}.times.toml": files.times,
        **{translation_file_name(files, code): body for code, body in files.seconds},
    }
    notices = (encoding_notice(body, name) for name, body in bodies.items())
    return [notice for notice in notices if notice is not None]


def _without_unsplit_words(timeline: Timeline, parts: Sequence[Sequence[CueText]]) -> Timeline:
    """Return the timeline without word times of rows that are one cue.

    Word times only decide where a row is split into cues, and cost most of the time.
    """
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
    """Return the author's chapters, or the detected ones at their current rows.

    Raises InputError.
    """
    if has_explicit_chapters(source) or detected.row_texts == source.row_texts:
        return (
            detected.chapters
            if not has_explicit_chapters(source)
            else chapters_for(_content(source), source.settings, segmenter)
        )
    _, moved_rows = map_rows(detected.row_texts, source.row_texts)
    chapters: dict[int, Chapter] = {}
    for chapter in detected.chapters:
        row = moved_rows.get(chapter.row, chapter.row)
        chapters.setdefault(row, replace(chapter, row=row))
    return _starting_at_first_row(sorted(chapters.values(), key=lambda chapter: chapter.row))


def _starting_at_first_row(chapters: Sequence[Chapter]) -> tuple[Chapter, ...]:
    return tuple(
        replace(chapter, row=1) if index == 0 else chapter for index, chapter in enumerate(chapters)
    )


def has_explicit_chapters(source: EpisodeSource) -> bool:
    """Tell whether the author set chapters, so that none are detected."""
    return bool(source.settings.chapter) or any(
        directive.kind == "chapter" for directive in source.transcript.directives
    )


def _content(source: EpisodeSource) -> Transcript:
    """Return the transcript for titles: without speaker labels, time stamps and directions."""
    marks = find_marks(source.transcript.rows)
    speak_directions = source.settings.text.directions == "keep"
    return without_marks(source.transcript, marks, speak_directions=speak_directions)
