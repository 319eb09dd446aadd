"""The chapters of a talk: as the author set them, or found where the talk turns to something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.model import Chapter
from pipeline.text.titles import titles_for
from pipeline.text.turns import turns_in

if TYPE_CHECKING:
    from pipeline.model import Transcript
    from pipeline.settings import Settings
    from pipeline.text.words import Segmenter


def chapters_for(transcript: Transcript, settings: Settings, segmenter: Segmenter) -> tuple[Chapter, ...]:
    """Return the chapters in order of their rows, the first one at row 1.

    `@chapter` rows and `[[chapter]]` tables count together; where there are neither, chapters are found in the text (turns.py) and named
    in its own words (titles.py). Raises InputError where two stand at one row, or one stands after the last row.
    """
    count = len(transcript.rows)
    given: dict[int, tuple[Chapter, str]] = {}
    for directive in transcript.directives:
        if directive.kind == "chapter":
            _add(given, Chapter(directive.row, directive.value), f"line {directive.line}", transcript.name, count)
    for table in settings.chapter:
        titles = tuple(sorted(table.titles.items()))
        title = table.title or (titles[0][1] if titles else "")
        if not title:
            raise InputError(f"The chapter at row {table.row} has no title.", 'Give it one: title = "…".', where=transcript.name)
        _add(given, Chapter(table.row, title, titles), "the settings", transcript.name, count)
    if given:
        return _from_the_start([given[row][0] for row in sorted(given)], settings)
    rows = [row.text for row in transcript.rows]
    starts = turns_in(rows, segmenter)
    titles_found = titles_for(rows, starts, segmenter)
    return tuple(Chapter(start + 1, title) for start, title in zip(starts, titles_found, strict=True))


def _add(given: dict[int, tuple[Chapter, str]], chapter: Chapter, source: str, name: str, count: int) -> None:
    if not 1 <= chapter.row <= count:
        what = f"The chapter “{chapter.title}” ({source}) stands at row {chapter.row}, but there are only rows 1 to {count}."
        raise InputError(what, "Move it or take it out.", where=name)
    if chapter.row in given:
        first, where = given[chapter.row]
        what = f"Two chapters stand at row {chapter.row}: “{first.title}” ({where}) and “{chapter.title}” ({source})."
        raise InputError(what, "Keep one of them.", where=name)
    given[chapter.row] = (chapter, source)


def _from_the_start(chapters: list[Chapter], settings: Settings) -> tuple[Chapter, ...]:
    """Return the chapters with one at row 1: players and YouTube want the first at the very beginning."""
    if chapters[0].row == 1:
        return tuple(chapters)
    return (Chapter(1, settings.title or "开场", tuple(sorted(settings.titles.items()))), *chapters)
