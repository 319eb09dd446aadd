"""What a page shows of an episode's texts: times carried from the last build, cues, flags, chapters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.studio.carry import carried, rows_now
from pipeline.studio.findings import Known, flags_of
from pipeline.studio.rows import rows_of
from pipeline.text.chapters import chapters_for
from pipeline.text.profiles import PROFILES
from pipeline.timing.corrections import corrected
from pipeline.timing.cues import cues_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Chapter, Timeline, Track
    from pipeline.stages.told import Told
    from pipeline.studio.bench import Bench
    from pipeline.studio.reading import Reading
    from pipeline.studio.rows import Row


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


def view_of(reading: Reading, told: Told, found: Found, bench: Bench, lacking: frozenset[str] = frozenset()) -> View:
    """Return the view of a reading. `lacking` are the characters without a glyph. Raises InputError."""
    settings, transcript = reading.settings, reading.transcript
    chapters = chapters_of(reading, found, bench)
    base = carried(told, reading.rows, chapters)
    timeline, outdated = corrected(base, reading.corrections, transcript.rows)
    timeline = replace(timeline, chapters=base.chapters)
    limits = PROFILES[settings.subtitles.profile]
    track = cues_for(timeline, transcript, bench.parts(reading.rows, limits), limits, settings.language)
    kept, _ = rows_now(told.texts, reading.rows)
    recording = {kept[row]: reasons for row, reasons in told.flags.items() if row in kept}
    flags = flags_of(track, limits, bench, timeline.fps, timeline.rows, Known(recording, lacking))
    rows = rows_of(reading, timeline, track, limits, flags, chapters)
    return View(reading, timeline, track, chapters, rows, (*transcript.notices, *outdated))


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
