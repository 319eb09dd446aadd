"""Build the table of learned points of a break from counts of where people end subtitle rows.

    python scripts/build_break_weights.py line_break_counts.tsv.gz

The counts have, in four columns, a kind of feature, its value, how often it stood where two rows
meet, and how often at another place between two words (see `pipeline.text.linebreak.learned_points`
for the kinds). Each value gets the log of the ratio of its two shares (naive Bayes), times the
weight of its kind. The same counts give the same bytes.
"""

from __future__ import annotations

import gzip
import lzma
import math
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "pipeline" / "text" / "data" / "zh"
MAX_BYTES = 400_000

# A conditional logit over the places of 2,126 pairs of rows of eight other talks, left out one talk
# at a time (80.8 % of the authors' own breaks). The tags by themselves are counted twice in `ff`:
# hence below 0.
# `ca`, the character before a place, adds nothing to `ca2`, the two before it.
KIND_WEIGHTS = {
    "wa": 0.21,
    "wb": 0.23,
    "cb": 0.24,
    "fa": -0.66,
    "fb": -0.77,
    "ff": 0.54,
    "ca2": 0.56,
    "cb2": 0.37,
    "wf": 0.24,
    "fw": 0.32,
}
POINTS_PER_NAT = 8.6
"""The breaker's points for uneven lines, divided by those of the same logit.

The logit has -5.15 x ((left - right) / (left + right))^2.
"""

LEAST_COUNT = 6
"""A value seen less often is left out; with 5 the table is half as large again and no better."""


def main() -> None:
    """Read the counts, write the table."""
    breaks_in_all, others_in_all, counts = read_counts(Path(sys.argv[1]))
    points: dict[str, dict[str, int]] = defaultdict(dict)
    for (kind, value), (breaks, others) in sorted(counts.items()):
        if kind not in KIND_WEIGHTS or not value or breaks + others < LEAST_COUNT:
            continue
        ratio = math.log((breaks + 0.5) / (breaks_in_all + 1)) - math.log(
            (others + 0.5) / (others_in_all + 1)
        )
        if rounded := -round(ratio * KIND_WEIGHTS[kind] * POINTS_PER_NAT):
            points[kind][value] = rounded
    lines = [
        line
        for kind, of_kind in points.items()
        for line in (kind, "\t".join(of_kind), "\t".join(map(str, of_kind.values())))
    ]
    packed = lzma.compress("\n".join(lines).encode("utf-8"), preset=9)
    if len(packed) > MAX_BYTES:
        raise SystemExit(f"The table has {len(packed):,} bytes; raise LEAST_COUNT.")
    (TARGET / "break_points.txt.xz").write_bytes(packed)
    sys.stdout.write(f"{sum(map(len, points.values())):,} values, {len(packed):,} bytes\n")


def read_counts(path: Path) -> tuple[int, int, dict[tuple[str, str], tuple[int, int]]]:
    """Return how many breaks and other places were counted, and both counts of each value."""
    counts = {}
    breaks_in_all = others_in_all = 0
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            if line.startswith("# kind"):
                continue
            if line.startswith("# "):
                words = line.replace(",", " ").split()
                breaks_in_all = int(words[words.index("break") + 1])
                others_in_all = int(words[words.index("none") + 1])
                continue
            kind, value, breaks, others = line.rstrip("\n").split("\t")
            counts[kind, value] = int(breaks), int(others)
    return breaks_in_all, others_in_all, counts


if __name__ == "__main__":
    main()
