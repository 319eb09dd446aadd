"""What a reviewer would object to: cues held against a profile's limits and against the rows they were made from.

Errors are what a viewer loses something by: too fast to read, on screen at once with another cue, a broken word, a missing character, a
missing row. Warnings are what careful subtitles of people have too (FACTS of 75,000 cues: up to 13 % of lines over 16 characters, up to
17 % of cues under 5/6 s), and what a file's own words force.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from pipeline.model import Track
from pipeline.subtitles import rules
from pipeline.subtitles.bilingual import BELOW_CHARACTERS
from pipeline.subtitles.faithful import faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipeline.model import Cue
    from pipeline.text.profiles import Limits
    from pipeline.text.words import Segmenter

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection: the rule, the cue (counted from 1) and row it is about (0: none), what was found against what may be."""

    level: Level
    rule: str
    cue: int
    row: int
    value: float | str
    limit: float | str
    sentence: str


def check(
    cues: Track | Sequence[Cue],
    limits: Limits,
    *,
    rows: Sequence[str] | None = None,
    covered: Callable[[str], bool] | None = None,
    segmenter: Segmenter | None = None,
    below: Limits | None = None,
    fps: int = 30,
) -> tuple[Finding, ...]:
    """Return what is wrong with cues, in the order of the cues, rows last.

    `limits` is the profile of the first (or only) language and `below`, for a bilingual track, that of each cue's last line. `rows`
    adds whether every row is there, unaltered and in order; `covered` tells whether the font has a character; `segmenter` knows words
    that no line may break. Gaps are counted in frames at `fps`.
    """
    given = cues.cues if isinstance(cues, Track) else tuple(cues)
    if below is not None:
        below = replace(below, characters=max(below.characters, BELOW_CHARACTERS), lines=1)
    found = [Finding(*finding) for finding in rules.of_cues(given, limits, below, covered, segmenter, fps)]
    if rows is not None:
        found += [Finding("error", *fault) for fault in faults(given, rows, has_below=below is not None)]
    return tuple(found)


def summary(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return how many errors and warnings there are, in all and by rule, ready for JSON."""
    found = list(findings)
    levels = Counter(finding.level for finding in found)
    return {
        "errors": levels["error"],
        "warnings": levels["warning"],
        "rules": dict(sorted(Counter(finding.rule for finding in found).items())),
    }


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return the findings as plain values, ready for JSON."""
    return [asdict(finding) for finding in findings]


def figures(cues: Track | Sequence[Cue], limits: Limits) -> dict[str, Any]:
    """Return counts over a track, both ways of counting width: cues, cues over each limit, the fastest and the widest."""
    given = cues.cues if isinstance(cues, Track) else tuple(cues)
    speeds = [rules.speed(cue.lines, rules.milliseconds(cue), limits) for cue in given]
    strict, visual = ([rules.widest(cue.lines, kind) for cue in given] for kind in ("strict", "visual"))
    return {
        "cues": len(given),
        "over_cps": sum(map(rules.is_over, speeds, [limits.cps] * len(given))),
        "fastest_cps": round(max(speeds, default=0.0), 2),
        "over_characters_strict": sum(width > limits.characters for width in strict),
        "over_characters_visual": sum(width > limits.characters for width in visual),
        "widest_strict": max(strict, default=0.0),
        "widest_visual": max(visual, default=0.0),
        "over_lines": sum(len(cue.lines) > limits.lines for cue in given),
        "under_duration": sum(rules.milliseconds(cue) < limits.min_ms for cue in given),
        "over_duration": sum(rules.milliseconds(cue) > limits.max_ms for cue in given),
        "overlaps": sum(1 for before, after in pairwise(given) if before.span.end > after.span.start),
    }
