"""How often the breaker ends a line where an author did, on pairs of rows of eight talks.

Two neighbouring rows that both fit 22 full-width columns, and do not fit one line together, are
joined and broken as a row of a transcript is (profile `verbatim`). A pair is right if both lines
are the author's rows. The counts behind the learned points come from other talks. Also the time for
a file's rows, and for reading the table.

    python benchmarks/line_breaks.py ../shared/data/talks [--rows 100]

`--rows N` prints N long rows with their breaks instead, to be read by a person; `/` parts lines,
`‖` cues.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.subtitle_profiles import CUE_LIMITS
from pipeline.text.display_width import display_width
from pipeline.text.line_joining import join_texts
from pipeline.text.linebreak.learned_points import load_learned_points
from pipeline.text.linebreak.line_breaker import break_row
from pipeline.text.word_segmenter import Segmenter

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
LIMITS = CUE_LIMITS["verbatim"]
NARROW = CUE_LIMITS["ted-zh"]
_MARK = re.compile(r"[，、。？！；：,.?!:;…—”》）]")


def main() -> None:
    """Print the shares of right breaks, and the times; or rows to read."""
    talks = {path.stem: rows_of(path) for path in sorted(Path(sys.argv[1]).glob("*.txt"))}
    segmenter = Segmenter()
    segmenter.words("先把词典读进来")
    if "--rows" in sys.argv:
        print_long_rows(talks, int(sys.argv[sys.argv.index("--rows") + 1]), segmenter)
        return
    started = time.perf_counter()
    load_learned_points()
    print(f"the table of learned points is read in {time.perf_counter() - started:.3f} s")
    print_shares(talks, segmenter)
    rows = rows_of(ROOT / "transcript" / "ilya-sutskever.txt")
    started = time.perf_counter()
    for row in rows:
        segmenter.words(row)
    cutting = time.perf_counter() - started
    started = time.perf_counter()
    for row in rows:
        break_row(row, NARROW, segmenter)
    breaking = time.perf_counter() - started
    print(
        f"{len(rows)} rows of the first episode at 16 columns: {breaking:.3f} s, "
        f"{breaking / cutting:.1f} times what cutting them into words takes"
    )


def print_shares(talks: dict[str, list[str]], segmenter: Segmenter) -> None:
    """Print how many pairs were broken as their author did, by talk and by the marks in them."""
    right, tried = Counter[str](), Counter[str]()
    for talk, rows in talks.items():
        for first, second in long_pairs(rows):
            text = join_texts((first, second))
            lines = [line for cue in break_row(text, LIMITS, segmenter) for line in cue.lines]
            kind = (
                "first row ends in a mark"
                if _MARK.match(first[-1])
                else "a mark inside a row"
                if _MARK.search(text)
                else "no marks"
            )
            for key in (talk, kind, "all"):
                tried[key] += 1
                right[key] += lines == [first, second]
    for key, count in tried.items():
        print(f"{key:26}{count:6} pairs {100 * right[key] / count:6.1f} %")


def long_pairs(rows: list[str]) -> Iterator[tuple[str, str]]:
    """Yield neighbouring rows that fit a line each, and not together."""
    for first, second in pairwise(rows):
        widths = [
            display_width(text, LIMITS.width_kind)
            for text in (first, second, join_texts((first, second)))
        ]
        if max(widths[:2]) <= LIMITS.characters < widths[2]:
            yield first, second


def print_long_rows(talks: dict[str, list[str]], count: int, segmenter: Segmenter) -> None:
    """Print rows of 24 columns and more, evenly taken from all talks, as they are broken at 16."""
    long_rows = [
        row
        for rows in talks.values()
        for row in rows
        if display_width(row, NARROW.width_kind) >= 1.5 * NARROW.characters
    ]
    long_rows += [
        join_texts(pair) for rows in talks.values() for pair in list(long_pairs(rows))[::7]
    ]
    for row in long_rows[:: max(1, len(long_rows) // count)][:count]:
        print(" ‖ ".join(" / ".join(cue.lines) for cue in break_row(row, NARROW, segmenter)))


def rows_of(path: Path) -> list[str]:
    """Return the rows of a talk that are not empty."""
    return [row.strip() for row in path.read_text("utf-8").splitlines() if row.strip()]


if __name__ == "__main__":
    main()
