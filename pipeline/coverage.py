"""The proof that every row is shown: the cues compared with the transcript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Track


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a track covers its rows; each number should equal that of rows, or be zero."""

    language: str
    rows: int
    covered_rows: int
    intact_rows: int
    in_order: bool
    overlaps: int
    cues: int

    @property
    def faithful(self) -> bool:
        """Whether each row is shown completely, once and in order, and no two cues overlap."""
        return (
            self.covered_rows == self.intact_rows == self.rows
            and self.in_order
            and not self.overlaps
        )


def measure_coverage(track: Track, rows: Sequence[str]) -> Coverage:
    """Compare a track with the rows it was made from; an empty row is joined to the one above."""
    source_by_row: dict[int, str] = {}
    row_numbers: list[int] = []
    covered: set[int] = set()
    for cue in track.cues:
        source_by_row[cue.row] = source_by_row.get(cue.row, "") + cue.source
        row_numbers.append(cue.row)
        covered.update(range(cue.row, (cue.last_row or cue.row) + 1))
    intact_rows = sum(_intact_row_counts(track, source_by_row, rows))
    overlaps = sum(
        a.span.end > b.span.start for a, b in zip(track.cues, track.cues[1:], strict=False)
    )
    return Coverage(
        language=track.language,
        rows=len(rows),
        covered_rows=len(covered & set(range(1, len(rows) + 1))),
        intact_rows=intact_rows,
        in_order=row_numbers == sorted(row_numbers),
        overlaps=overlaps,
        cues=len(track.cues),
    )


def _intact_row_counts(
    track: Track, source_by_row: dict[int, str], rows: Sequence[str]
) -> list[int]:
    """Return how many rows the cues repeat exactly (white space aside), per group of rows."""
    last_row_of: dict[int, int] = {}
    for cue in track.cues:
        last_row_of[cue.row] = max(last_row_of.get(cue.row, 0), cue.last_row or cue.row)
    counts = []
    for first_row, text in source_by_row.items():
        expected = "".join(rows[first_row - 1 : last_row_of[first_row]])
        is_intact = "".join(text.split()) == "".join(expected.split())
        counts.append(last_row_of[first_row] - first_row + 1 if is_intact else 0)
    return counts
