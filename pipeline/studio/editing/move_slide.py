"""A slide moved to another row: what is written for it, by why it came where it was.

- An `@slide` line or a `[[slide]]` table goes to the new row.
- A slide that came by its number was one of a series spread over the talk: naming one of them in the text spreads the others anew. So the
  whole series is written down as it is shown now, and the notice says so. Nothing can be named before row 1: a series that fills the
  lead-in too keeps its first slide there only where that is a file of its own.
- A chapter's card comes with its chapter: the chapter moves. Chapters that were found in the text are written down, all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.studio.editing.renumber import map_settings_rows
from pipeline.studio.editing.sources import replace_lines, require_text_transcript
from pipeline.studio.editing.text_lines import split_lines
from pipeline.studio.localization import EditRefused, refusal_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.messages import Message
    from pipeline.model import Chapter
    from pipeline.studio.editing.slide_changes import SlideChange
    from pipeline.studio.editing.sources import EpisodeSource

DirectiveLines = list[tuple[int, str, str]]
"""Directives to write: the row, the kind, the value."""


def move_slide(
    source: EpisodeSource,
    changes: Sequence[SlideChange],
    chapters: Sequence[Chapter],
    index: int,
    row: int,
) -> tuple[EpisodeSource, Message, Message | None]:
    """Return the texts after the slide at a place of the strip came to a row, what was done, and what has to be said of it.

    Raises Refused where it may not go there.
    """
    if index >= len(changes):
        raise EditRefused(message("studio.slide_missing"))
    change = changes[index]
    if row > len(source.row_texts):
        raise EditRefused(message("studio.row_missing", row=row))
    description = message("studio.move_slide", row=row)
    if row == change.row:
        return source, description, None
    try:
        match change.origin:
            case "directive":
                return (
                    _insert_directives(
                        source,
                        [(row, "slide", _slide_directive_value(source, change.row))],
                        drop=("slide", change.row),
                    ),
                    description,
                    None,
                )
            case "settings":
                return _move_settings_row(source, "slide", change.row, row), description, None
            case "spread":
                return (
                    _write_slide_series(source, changes, chapters, index, row),
                    description,
                    message("studio.series_written"),
                )
            case "chapter":
                new_source, notice = _move_chapter(source, chapters, change, row)
                return new_source, description, notice
    except InputError as fault:
        raise refusal_for(fault) from fault
    raise EditRefused(message("studio.card_fixed"))


def _slide_directive_value(source: EpisodeSource, row: int) -> str:
    return next(
        one.value for one in source.transcript.directives if one.kind == "slide" and one.row == row
    )


def _move_settings_row(
    source: EpisodeSource, table_name: str, old_row: int, new_row: int
) -> EpisodeSource:
    settings = map_settings_rows(source, lambda at: new_row if at == old_row else at, (table_name,))
    return source.with_changes(settings=settings)


def _write_slide_series(
    source: EpisodeSource,
    changes: Sequence[SlideChange],
    chapters: Sequence[Chapter],
    index: int,
    row: int,
) -> EpisodeSource:
    """Write down a series of slides as it is shown, one of them at another row."""
    _require_row_order([one.row for one in changes], index, row)
    first_change = changes[0]
    keeps_lead_in = (
        first_change.kind in {"picture", "clip"}
        and sum(one.directive_value == first_change.directive_value for one in changes) == 1
        and first_change.row == 0
    )
    directive_lines: DirectiveLines = []
    for place, one in enumerate(changes):
        if one.origin == "spread" or (place == 0 and not keeps_lead_in and one.kind != "card"):
            directive_lines.append(
                (row if place == index else max(one.row, 1), "slide", one.directive_value)
            )
    if not keeps_lead_in:
        directive_lines += _slides_at_chapters(directive_lines, changes, chapters)
    return _insert_directives(source, directive_lines)


def _slides_at_chapters(
    directive_lines: DirectiveLines, changes: Sequence[SlideChange], chapters: Sequence[Chapter]
) -> DirectiveLines:
    """Return the slides to name again at chapters, where without numbered slides a chapter's card would come."""
    slide_by_row = {at: value for at, _, value in directive_lines} | {
        one.row: "" for one in changes if one.origin in {"directive", "settings"}
    }
    repeated_slides: DirectiveLines = []
    for chapter in chapters:
        rows_before = [at for at in slide_by_row if at <= chapter.row]
        if rows_before and max(rows_before) != chapter.row and slide_by_row[max(rows_before)]:
            repeated_slides.append((chapter.row, "slide", slide_by_row[max(rows_before)]))
    return repeated_slides


def _move_chapter(
    source: EpisodeSource, chapters: Sequence[Chapter], change: SlideChange, row: int
) -> tuple[EpisodeSource, Message | None]:
    rows = [chapter.row for chapter in chapters]
    index = rows.index(change.row)
    _require_row_order(rows, index, row)
    if any(table.row == change.row for table in source.settings.chapter):
        return _move_settings_row(source, "chapter", change.row, row), None
    chapter_directives = [one for one in source.transcript.directives if one.kind == "chapter"]
    if any(one.row == change.row for one in chapter_directives):
        return _insert_directives(
            source, [(row, "chapter", chapters[index].title)], drop=("chapter", change.row)
        ), None
    return _insert_directives(
        source,
        [
            (row if place == index else one.row, "chapter", one.title)
            for place, one in enumerate(chapters)
        ],
    ), message("studio.chapters_written")


def _require_row_order(rows: Sequence[int], index: int, row: int) -> None:
    row_before = rows[index - 1] if index else 0
    row_after = rows[index + 1] if index + 1 < len(rows) else None
    if row <= row_before or (row_after is not None and row >= row_after):
        raise EditRefused(message("studio.slide_order"))


def _insert_directives(
    source: EpisodeSource, directive_lines: DirectiveLines, drop: tuple[str, int] | None = None
) -> EpisodeSource:
    """Return the texts with directives written right before their rows, and one dropped."""
    require_text_transcript(source)
    transcript = source.transcript
    lines = [
        text
        for text, _ in split_lines(
            source.files.transcript, source.files.transcript_file, source.transcript.encoding
        ).lines
    ]
    dropped_directive = next(
        (one for one in transcript.directives if (one.kind, one.row) == drop), None
    )
    directive_pairs = [
        (one.kind, one.value) for one in transcript.directives if one is not dropped_directive
    ] + [(kind, value) for _, kind, value in directive_lines]
    directives_by_line: dict[int, list[str]] = {
        transcript.rows[row - 1].line - 1: [] for row, _, _ in directive_lines
    }
    for row, kind, value in directive_lines:
        directives_by_line[transcript.rows[row - 1].line - 1].append(f"@{kind} {value}")
    touched_lines = [
        *directives_by_line,
        *([dropped_directive.line - 1] if dropped_directive else []),
    ]
    first_line, end_line = min(touched_lines), max(touched_lines) + 1
    new_lines: list[str] = []
    for place in range(first_line, end_line):
        new_lines += directives_by_line.get(place, [])
        if dropped_directive is None or place != dropped_directive.line - 1:
            new_lines.append(lines[place])
    transcript_body, new_transcript = replace_lines(
        source, (first_line, end_line), new_lines, source.row_texts, directive_pairs
    )
    return source.with_changes(new_transcript, transcript=transcript_body)
