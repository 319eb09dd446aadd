"""Move a slide to another row. What is written depends on why the slide appears where it does.

- An `@slide` line or a `[[slide]]` table goes to the new row.
- A slide that is placed by its number belongs to a series spread over the episode. Naming one of
  them in the text would spread the others anew, so the whole series is written as it is shown now,
  and a notice says so. Nothing can be named before row 1: a series that also fills the lead-in
  keeps its first slide there only where that slide is a file of its own.
- A chapter card appears with its chapter, so the chapter moves. Chapters that were detected are all
  written to the transcript.
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
"""Directives to write: row number, kind, value."""


def move_slide(
    source: EpisodeSource,
    changes: Sequence[SlideChange],
    chapters: Sequence[Chapter],
    index: int,
    row: int,
) -> tuple[EpisodeSource, Message, Message | None]:
    """Return the source after a slide was moved to a row, the edit's name, and a notice or None.

    `index` is the slide's position in the strip. Raises EditRefused where it cannot go there.
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
        directive.value
        for directive in source.transcript.directives
        if directive.kind == "slide" and directive.row == row
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
    """Write a series of slides as it is shown, with one of them at another row."""
    _require_row_order([change.row for change in changes], index, row)
    first_change = changes[0]
    keeps_lead_in = (
        first_change.kind in {"picture", "clip"}
        and sum(change.directive_value == first_change.directive_value for change in changes) == 1
        and first_change.row == 0
    )
    directive_lines: DirectiveLines = []
    for position, change in enumerate(changes):
        if change.origin == "spread" or (
            position == 0 and not keeps_lead_in and change.kind != "card"
        ):
            directive_lines.append(
                (row if position == index else max(change.row, 1), "slide", change.directive_value)
            )
    if not keeps_lead_in:
        directive_lines += _slides_at_chapters(directive_lines, changes, chapters)
    return _insert_directives(source, directive_lines)


def _slides_at_chapters(
    directive_lines: DirectiveLines, changes: Sequence[SlideChange], chapters: Sequence[Chapter]
) -> DirectiveLines:
    """Return slides to name again at chapters, where a chapter card would appear otherwise."""
    slide_by_row = {at: value for at, _, value in directive_lines} | {
        change.row: "" for change in changes if change.origin in {"directive", "settings"}
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
    chapter_directives = [
        directive for directive in source.transcript.directives if directive.kind == "chapter"
    ]
    if any(directive.row == change.row for directive in chapter_directives):
        return _insert_directives(
            source, [(row, "chapter", chapters[index].title)], drop=("chapter", change.row)
        ), None
    return _insert_directives(
        source,
        [
            (row if position == index else chapter.row, "chapter", chapter.title)
            for position, chapter in enumerate(chapters)
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
    """Return the source with directives inserted before their rows, and one dropped."""
    require_text_transcript(source)
    transcript = source.transcript
    lines = [
        text
        for text, _ in split_lines(
            source.files.transcript, source.files.transcript_file, source.transcript.encoding
        ).lines
    ]
    dropped_directive = next(
        (
            directive
            for directive in transcript.directives
            if (directive.kind, directive.row) == drop
        ),
        None,
    )
    directive_pairs = [
        (directive.kind, directive.value)
        for directive in transcript.directives
        if directive is not dropped_directive
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
    for line_index in range(first_line, end_line):
        new_lines += directives_by_line.get(line_index, [])
        if dropped_directive is None or line_index != dropped_directive.line - 1:
            new_lines.append(lines[line_index])
    transcript_body, new_transcript = replace_lines(
        source, (first_line, end_line), new_lines, source.row_texts, directive_pairs
    )
    return source.with_changes(new_transcript, transcript=transcript_body)
