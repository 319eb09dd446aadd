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
from pipeline.studio.lines import lines_in
from pipeline.studio.reading import must_be_text, with_lines
from pipeline.studio.said import Refused, Said, refused
from pipeline.studio.shifted import settings_with_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Chapter
    from pipeline.studio.reading import Reading
    from pipeline.studio.strip import Change

Written = list[tuple[int, str, str]]
"""Directives to write: the row, the kind, the value."""


def moved(
    reading: Reading, changes: Sequence[Change], chapters: Sequence[Chapter], index: int, row: int
) -> tuple[Reading, Said, Said | None]:
    """Return the texts after the slide at a place of the strip came to a row, what was done, and what has to be said of it.

    Raises Refused where it may not go there.
    """
    if index >= len(changes):
        raise Refused("没有这一页。", "There is no such slide.")
    change = changes[index]
    if row > len(reading.rows):
        raise Refused(f"没有第 {row} 行。", f"There is no row {row}.")
    label = Said(f"移动画面到第 {row} 行", f"Move a slide to row {row}")
    if row == change.row:
        return reading, label, None
    try:
        match change.origin:
            case "directive":
                return _with_directives(reading, [(row, "slide", _value(reading, change.row))], drop=("slide", change.row)), label, None
            case "settings":
                return _table(reading, "slide", change.row, row), label, None
            case "spread":
                return _series(reading, changes, chapters, index, row), label, _PINNED
            case "chapter":
                after, said = _chapter(reading, chapters, change, row)
                return after, label, said
    except InputError as fault:
        raise refused(fault) from fault
    raise Refused("这张卡片随文字而来，移不动。", "This card comes with its words and cannot be moved.")


_PINNED = Said(
    "自动排开的画面都写成了 @slide，它们不再随时间重排。",
    "All slides that were spread by themselves are written as @slide now and stay where they are.",
)
_CHAPTERS = Said("自动找到的章节都写成了 @chapter。", "All chapters that were found by themselves are written as @chapter now.")


def _value(reading: Reading, row: int) -> str:
    return next(one.value for one in reading.transcript.directives if one.kind == "slide" and one.row == row)


def _table(reading: Reading, name: str, old: int, new: int) -> Reading:
    settings = settings_with_rows(reading, lambda at: new if at == old else at, (name,))
    return reading.read_again(settings=settings)


def _series(reading: Reading, changes: Sequence[Change], chapters: Sequence[Chapter], index: int, row: int) -> Reading:
    """Write down a series of slides as it is shown, one of them at another row."""
    _must_keep_order([one.row for one in changes], index, row)
    first = changes[0]
    alone = first.kind in {"picture", "clip"} and sum(one.file == first.file for one in changes) == 1 and first.row == 0
    written: Written = []
    for place, one in enumerate(changes):
        if one.origin == "spread" or (place == 0 and not alone and one.kind != "card"):
            written.append((row if place == index else max(one.row, 1), "slide", one.file))
    if not alone:
        written += _over_chapters(written, changes, chapters)
    return _with_directives(reading, written)


def _over_chapters(written: Written, changes: Sequence[Change], chapters: Sequence[Chapter]) -> Written:
    """Return the slides to name again at chapters, where without numbered slides a chapter's card would come."""
    named = {at: value for at, _, value in written} | {one.row: "" for one in changes if one.origin in {"directive", "settings"}}
    again: Written = []
    for chapter in chapters:
        before = [at for at in named if at <= chapter.row]
        if before and max(before) != chapter.row and named[max(before)]:
            again.append((chapter.row, "slide", named[max(before)]))
    return again


def _chapter(reading: Reading, chapters: Sequence[Chapter], change: Change, row: int) -> tuple[Reading, Said | None]:
    rows = [chapter.row for chapter in chapters]
    index = rows.index(change.row)
    _must_keep_order(rows, index, row)
    if any(table.row == change.row for table in reading.settings.chapter):
        return _table(reading, "chapter", change.row, row), None
    given = [one for one in reading.transcript.directives if one.kind == "chapter"]
    if any(one.row == change.row for one in given):
        return _with_directives(reading, [(row, "chapter", chapters[index].title)], drop=("chapter", change.row)), None
    return _with_directives(
        reading, [(row if place == index else one.row, "chapter", one.title) for place, one in enumerate(chapters)]
    ), _CHAPTERS


def _must_keep_order(rows: Sequence[int], index: int, row: int) -> None:
    before = rows[index - 1] if index else 0
    after = rows[index + 1] if index + 1 < len(rows) else None
    if row <= before or (after is not None and row >= after):
        raise Refused("它只能在前后两页之间移动。", "It can only go between the one before it and the one after it.")


def _with_directives(reading: Reading, written: Written, drop: tuple[str, int] | None = None) -> Reading:
    """Return the texts with directives written right before their rows, and one dropped."""
    must_be_text(reading)
    transcript = reading.transcript
    lines = [text for text, _ in lines_in(reading.texts.transcript, reading.texts.file, reading.transcript.encoding).lines]
    gone = next((one for one in transcript.directives if (one.kind, one.row) == drop), None)
    wanted = [(one.kind, one.value) for one in transcript.directives if one is not gone] + [(kind, value) for _, kind, value in written]
    at: dict[int, list[str]] = {transcript.rows[row - 1].line - 1: [] for row, _, _ in written}
    for row, kind, value in written:
        at[transcript.rows[row - 1].line - 1].append(f"@{kind} {value}")
    places = [*at, *([gone.line - 1] if gone else [])]
    first, last = min(places), max(places) + 1
    new: list[str] = []
    for place in range(first, last):
        new += at.get(place, [])
        if gone is None or place != gone.line - 1:
            new.append(lines[place])
    body, said = with_lines(reading, (first, last), new, reading.rows, wanted)
    return reading.read_again(said, transcript=body)
