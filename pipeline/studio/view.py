"""What a page shows of an episode's texts: times carried from the last build, cues, flags, chapters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.studio.carry import carried, rows_now
from pipeline.studio.findings import Ruler
from pipeline.studio.rows import rows_of
from pipeline.text.chapters import chapters_for
from pipeline.text.profiles import PROFILES
from pipeline.timing.corrections import corrected
from pipeline.timing.cues import cues_for
from pipeline.timing.timeline import with_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Chapter, Timeline, Track
    from pipeline.stages.told import Told
    from pipeline.studio.bench import Bench
    from pipeline.studio.reading import Reading
    from pipeline.studio.rows import Memo, Row
    from pipeline.text.wrap import Part


@dataclass(frozen=True, slots=True)
class Found:
    """Chapters found in a text, and the rows of that text; finding them takes longer than an edit may."""

    rows: tuple[str, ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A reading with its timeline as the page shows it."""

    reading: Reading
    timeline: Timeline
    track: Track
    chapters: tuple[Chapter, ...]
    rows: list[Row]
    notices: tuple[str, ...]
    memo: Memo


def view_of(
    reading: Reading, told: Told, found: Found, bench: Bench, lacking: frozenset[str] = frozenset(), before: View | None = None
) -> View:
    """Return the view of a reading. `lacking` are the characters without a glyph; `before` saves work. Raises InputError."""
    settings, transcript = reading.settings, reading.transcript
    chapters = chapters_of(reading, found, bench)
    timeline, outdated = corrected(carried(told, reading.rows, chapters), reading.corrections, transcript.rows)
    timeline = with_rows(timeline, timeline.rows, chapters)  # marks stand before the corrected rows
    limits = PROFILES[settings.subtitles.profile]
    parts = bench.parts(reading.rows, limits)
    track = cues_for(_without_idle_words(timeline, parts), transcript, parts, limits, settings.language)
    kept, _ = rows_now(told.texts, reading.rows) if told.flags else ({}, {})
    ruler = Ruler(limits, bench, {kept[row]: reasons for row, reasons in told.flags.items() if row in kept}, lacking)
    rows, memo = rows_of(reading, timeline, track, chapters, ruler, before.memo if before else {})
    return View(reading, timeline, track, chapters, rows, (*transcript.notices, *outdated), memo)


def _without_idle_words(timeline: Timeline, parts: Sequence[Sequence[Part]]) -> Timeline:
    """Return the timeline without the words of rows that are one cue: they tell where a row is cut, and cost most of the time."""
    return replace(
        timeline,
        rows=tuple(row if len(own) > 1 or not row.words else replace(row, words=()) for row, own in zip(timeline.rows, parts, strict=True)),
    )


def chapters_of(reading: Reading, found: Found, bench: Bench) -> tuple[Chapter, ...]:
    """Return the chapters the author set, or those found, at the rows their words have now. Raises InputError."""
    if chapters_are_set(reading) or found.rows == reading.rows:
        return found.chapters if not chapters_are_set(reading) else chapters_for(reading.transcript, reading.settings, bench)
    _, moved = rows_now(found.rows, reading.rows)
    chapters: dict[int, Chapter] = {}
    for chapter in found.chapters:
        row = moved.get(chapter.row, chapter.row)
        chapters.setdefault(row, replace(chapter, row=row))
    return _from_the_first(sorted(chapters.values(), key=lambda one: one.row))


def _from_the_first(chapters: Sequence[Chapter]) -> tuple[Chapter, ...]:
    return tuple(replace(one, row=1) if place == 0 else one for place, one in enumerate(chapters))


def chapters_are_set(reading: Reading) -> bool:
    """Tell whether the author set chapters, so that none are looked for."""
    return bool(reading.settings.chapter) or any(one.kind == "chapter" for one in reading.transcript.directives)
