"""The quality check: cues against the limits of a profile and against the rows they were made from.

Errors cost a viewer something: too fast to read, two cues on the screen at once, a broken word, a
missing character, a missing row. Warnings are what careful human subtitles have too (measured on
75,000 cues: up to 13 % of lines over 16 characters, up to 17 % of cues under 5/6 s), and what a
file's own words force.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipeline.model import Track
from pipeline.subtitles.bilingual import MAX_SECOND_LINE_CHARACTERS
from pipeline.subtitles.qc import rules
from pipeline.subtitles.qc.transcript_match import find_transcript_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.model import Cue
    from pipeline.subtitle_profiles import CueLimits
    from pipeline.subtitles.qc.quality_finding import QualityFinding
    from pipeline.text.word_segmenter import Segmenter


def check_cues(
    cues: Track | Sequence[Cue],
    limits: CueLimits,
    *,
    rows: Sequence[str] | None = None,
    has_glyph: Callable[[str], bool] | None = None,
    segmenter: Segmenter | None = None,
    below_limits: CueLimits | None = None,
    fps: int = 30,
) -> tuple[QualityFinding, ...]:
    """Return the findings in the order of the cues, those about rows last.

    `limits` are those of the first (or only) language; `below_limits`, for a bilingual track, those
    of each cue's last line. `rows` adds the check that every row is there, unchanged and in order;
    `has_glyph` tells whether the font has a character; `segmenter` knows the words that no line may
    break. Gaps are counted in frames at `fps`.
    """
    all_cues = cues.cues if isinstance(cues, Track) else tuple(cues)
    if below_limits is not None:
        below_limits = replace(
            below_limits,
            characters=max(below_limits.characters, MAX_SECOND_LINE_CHARACTERS),
            lines=1,
        )
    findings = list(
        rules.findings_of_cues(all_cues, limits, below_limits, has_glyph, segmenter, fps)
    )
    if rows is not None:
        findings += find_transcript_faults(all_cues, rows, has_below=below_limits is not None)
    return tuple(findings)


def cue_statistics(cues: Track | Sequence[Cue], limits: CueLimits) -> dict[str, Any]:
    """Return figures of a track: its cues, those over each limit, the fastest and the widest."""
    all_cues = cues.cues if isinstance(cues, Track) else tuple(cues)
    speeds = [rules.reading_speed(cue.lines, rules.duration_ms(cue), limits) for cue in all_cues]
    lasting = [speed for speed, cue in zip(speeds, all_cues, strict=True) if rules.duration_ms(cue)]
    strict, visual = (
        [rules.widest_line(cue.lines, kind) for cue in all_cues] for kind in ("strict", "visual")
    )
    return {
        "cues": len(all_cues),
        "over_cps": sum(rules.is_over_limit(speed, limits.cps) for speed in lasting),
        "fastest_cps": round(max(lasting, default=0.0), 2),
        "over_characters_strict": sum(width > limits.characters for width in strict),
        "over_characters_visual": sum(width > limits.characters for width in visual),
        "widest_strict": max(strict, default=0.0),
        "widest_visual": max(visual, default=0.0),
        "over_lines": sum(len(cue.lines) > limits.lines for cue in all_cues),
        "under_duration": sum(rules.duration_ms(cue) < limits.min_ms for cue in all_cues),
        "over_duration": sum(rules.duration_ms(cue) > limits.max_ms for cue in all_cues),
        "overlaps": sum(
            1 for before, after in pairwise(all_cues) if before.span.end > after.span.start
        ),
    }
