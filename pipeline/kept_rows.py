"""The settings and corrections of an episode for the rows that stay when some are left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.model import Row
    from pipeline.settings import Settings
    from pipeline.settings.episode import ChapterSettings
    from pipeline.settings.sections import SlideSettings
    from pipeline.text.mark_cuts import KeptRows
    from pipeline.timing.corrections import Correction

_Table = TypeVar("_Table", "ChapterSettings", "SlideSettings")


def settings_for_kept_rows(settings: Settings, kept: KeptRows, rows: Sequence[Row]) -> Settings:
    """Return settings whose chapters and slides begin at the rows that stay; `rows` are all rows.

    A row that does not exist is left for the error about it. Of two that come to one row, the later
    stays; what has no row left goes.
    """
    changed = {
        "chapter": _tables_at_kept_rows(settings.chapter, kept, rows),
        "slide": _tables_at_kept_rows(settings.slide, kept, rows),
    }
    return settings.model_copy(update=changed)


def corrections_for_kept_rows(
    corrections: Iterable[Correction], kept: KeptRows, rows: Sequence[Row]
) -> tuple[Correction, ...]:
    """Return the corrections of the rows that stay, with the text that these have now."""
    places = {number: row for row, number in enumerate(kept.numbers, 1)}
    moved = []
    for correction in corrections:
        row = places.get(correction.row)
        if row is None:
            if correction.row > len(rows):
                moved.append(correction)
            continue
        is_current = correction.text == rows[correction.row - 1].text
        text = kept.transcript.rows[row - 1].text if is_current else correction.text
        moved.append(replace(correction, row=row, text=text))
    return tuple(moved)


def _tables_at_kept_rows(
    tables: Sequence[_Table], kept: KeptRows, rows: Sequence[Row]
) -> tuple[_Table, ...]:
    """Return tables at the rows that stay; two that the author set for one row both stay."""
    moved: dict[int, list[_Table]] = {}
    for table in sorted(tables, key=lambda table: table.row):
        row = table.row if table.row > len(rows) else kept.first_row_from(table.row)
        if len(kept.numbers) < row <= len(rows):
            continue
        here = moved.setdefault(row, [])
        if here and here[0].row != table.row:
            here.clear()
        here.append(table)
    return tuple(
        table.model_copy(update={"row": row}) for row, here in moved.items() for table in here
    )
