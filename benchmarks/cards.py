"""What slides made from a text say: `python benchmarks/cards.py [FOLDER]`.

FOLDER holds talks as rows (`talk-1.txt` …) and `sections.tsv` with the rows where an editor began a
section. Prints how well chapters meet those rows (F1, a place counts within five rows), how many
chapters there are, and how long a slide stands unchanged at 4.5 characters a second.
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model import Chapter
from pipeline.text.topics.chapter_titles import title_chapters
from pipeline.text.topics.outline import build_outline
from pipeline.text.topics.segmentation import chapter_starts
from pipeline.text.word_segmenter import Segmenter

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_FOLDER = Path(__file__).parents[2] / "shared" / "data" / "talks"
TOLERANCE_ROWS = 5
CHARACTERS_A_SECOND = 4.5
LONG_HOLD_S = 20


def hits(found: Sequence[int], true: Sequence[int]) -> int:
    """Return how many true places have a found one near them, each used once."""
    unused = set(true)
    count = 0
    for place in found:
        near = [other for other in unused if abs(other - place) <= TOLERANCE_ROWS]
        if near:
            unused.remove(min(near, key=lambda other: abs(other - place)))
            count += 1
    return count


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else DEFAULT_FOLDER
    sections: dict[str, list[int]] = defaultdict(list)
    for line in (folder / "sections.tsv").read_text("utf-8").splitlines()[1:]:
        talk, row = line.split("\t")
        sections[talk].append(int(row) - 1)
    segmenter = Segmenter()
    totals: Counter[str] = Counter()
    layouts: Counter[str] = Counter()
    all_holds: list[float] = []
    for path in sorted(folder.glob("*.txt")):
        rows = path.read_text("utf-8").splitlines()
        starts = chapter_starts(rows, segmenter)
        titles = title_chapters(rows, starts, segmenter)
        chapters = [Chapter(start + 1, title) for start, title in zip(starts, titles, strict=True)]
        slides = [
            slide
            for chapter in build_outline(rows, chapters, segmenter).chapters
            for slide in chapter.slides
        ]
        layouts.update(slide.layout for slide in slides)
        times = [0.0]
        for row in rows:
            times.append(times[-1] + len(row) / CHARACTERS_A_SECOND)
        changes = {0, *(slide.row for slide in slides)} | {
            point.row for slide in slides for point in (*slide.points, *slide.terms)
        }
        places = [times[row] for row in sorted(changes)] + [times[-1]]
        holds = [after - before for before, after in pairwise(places)]
        all_holds += holds
        true = sections[path.stem]
        found = starts[1:]
        totals.update(hits=hits(found, true), found=len(found), true=len(true))
        print(
            f"{path.stem}: {len(starts)} chapters (editor {len(true) + 1}), {len(slides)} slides, "
            f"a change every {statistics.median(holds):.1f} s in the median, longest "
            f"{max(holds):.0f} s"
        )
        for start, title in zip(starts, titles, strict=True):
            print(f"    {start + 1:4d}  {title}")
    f1 = 2 * totals["hits"] / (totals["found"] + totals["true"])
    long_holds = sum(hold > LONG_HOLD_S for hold in all_holds)
    print(f"F1 {f1:.2f}; {totals['found']} places found, {totals['true']} of editors")
    print(
        f"a change every {statistics.median(all_holds):.1f} s in the median; {long_holds} of "
        f"{len(all_holds)} holds over {LONG_HOLD_S} s; layouts {dict(layouts)}"
    )


main()
