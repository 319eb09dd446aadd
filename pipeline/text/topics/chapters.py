"""The chapters of a talk: as the author set them, or found where its subject changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import Chapter
from pipeline.text.topics.chapter_titles import title_chapters
from pipeline.text.topics.segmentation import chapter_starts

if TYPE_CHECKING:
    from pipeline.model import Transcript
    from pipeline.settings import Settings
    from pipeline.text.word_segmenter import Segmenter


def chapters_for(
    transcript: Transcript, settings: Settings, segmenter: Segmenter
) -> tuple[Chapter, ...]:
    """Return the chapters in order of their rows, the first one at row 1.

    `@chapter` lines and `[[chapter]]` tables count together. Without either, chapters are found in
    the text (`segmentation`) and named in its own words (`chapter_titles`). Raises InputError if
    two stand at one row, or one stands outside of the rows.
    """
    row_count = len(transcript.rows)
    author_chapters: dict[int, tuple[Chapter, str]] = {}
    for directive in transcript.directives:
        if directive.kind == "chapter":
            _add_chapter(
                author_chapters,
                Chapter(directive.row, directive.value),
                message("text.source_line", line=directive.line),
                transcript.name,
                row_count,
            )
    for table in settings.chapter:
        titles = tuple(sorted(table.titles.items()))
        title = table.title or (titles[0][1] if titles else "")
        if not title:
            raise InputError(
                message("text.chapter_without_title", row=table.row), where=transcript.name
            )
        _add_chapter(
            author_chapters,
            Chapter(table.row, title, titles),
            message("text.source_settings"),
            transcript.name,
            row_count,
        )
    if author_chapters:
        return _with_opening_chapter(
            [author_chapters[row][0] for row in sorted(author_chapters)], settings
        )
    rows = [row.text for row in transcript.rows]
    starts = chapter_starts(rows, segmenter)
    titles_found = title_chapters(rows, starts, segmenter)
    return tuple(
        Chapter(start + 1, title) for start, title in zip(starts, titles_found, strict=True)
    )


def _add_chapter(
    author_chapters: dict[int, tuple[Chapter, str]],
    chapter: Chapter,
    source: str,
    transcript_name: str,
    row_count: int,
) -> None:
    if not 1 <= chapter.row <= row_count:
        problem = message(
            "text.chapter_outside",
            title=chapter.title,
            source=source,
            row=chapter.row,
            row_count=row_count,
        )
        raise InputError(problem, where=transcript_name)
    if chapter.row in author_chapters:
        other, other_source = author_chapters[chapter.row]
        problem = message(
            "text.chapter_twice",
            row=chapter.row,
            first_title=other.title,
            first_source=other_source,
            second_title=chapter.title,
            second_source=source,
        )
        raise InputError(problem, where=transcript_name)
    author_chapters[chapter.row] = (chapter, source)


def _with_opening_chapter(chapters: list[Chapter], settings: Settings) -> tuple[Chapter, ...]:
    """Return the chapters with one at row 1: players and YouTube require one at the start."""
    if chapters[0].row == 1:
        return tuple(chapters)
    return (Chapter(1, settings.title or "开场", tuple(sorted(settings.titles.items()))), *chapters)
