"""The flags of rows: problems for a reviewer, one sentence per flag in every language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.messages import Message, message
from pipeline.studio.localization import localized
from pipeline.subtitles.qc.quality_check import check_cues

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Cue, RowTime
    from pipeline.subtitle_profiles import CueLimits
    from pipeline.subtitles.qc.quality_finding import QualityFinding
    from pipeline.text.word_segmenter import Segmenter

UNSURE_CONFIDENCE = 0.5
"""Confidence below which a time should be reviewed."""

_REASON_LEVELS = {
    "skipped": "warning",
    "repeated": "warning",
    "moved": "warning",
    "ad-lib": "warning",
    "unsure": "warning",
    "silent": "note",
}
"""Why an alignment to a recording flags a row, and how serious that is."""

_RULES = frozenset(
    {
        *("empty", "duration-short", "duration-long", "lines", "length", "speed", "order"),
        *("overlap", "gap-short", "gap-open", "line-start", "line-end", "split"),
    }
)
"""Rules of subtitle quality that have their own sentence for the page, without the cue's number."""


@dataclass(frozen=True, slots=True)
class FlagCriteria:
    """What rows are checked against.

    `recording_reasons` has the reasons of an alignment by row, `missing_glyphs` the characters that
    the font lacks.
    """

    limits: CueLimits
    segmenter: Segmenter
    recording_reasons: Mapping[int, Sequence[str]] = field(default_factory=dict)
    missing_glyphs: frozenset[str] = frozenset()

    def row_dependencies(self, row: int) -> tuple[object, ...]:
        """Return everything besides its cues that the flags of a row depend on."""
        return self.limits.name, tuple(self.recording_reasons.get(row, ())), self.missing_glyphs


def flags_for_row(
    cues: Sequence[Cue],
    next_cue: Sequence[Cue],
    time: RowTime,
    criteria: FlagCriteria,
    fps: int,
    *,
    corrected: bool,
) -> list[dict[str, Any]]:
    """Return the flags of one row: its cues, its time, its recording, and missing glyphs.

    `next_cue` is the first cue of the next row, where there is one. A time that a person
    `corrected` is not uncertain.
    """
    flags: list[dict[str, Any]] = []
    for finding in check_cues(
        (*cues, *next_cue), criteria.limits, segmenter=criteria.segmenter, fps=fps
    ):
        if finding.cue <= len(cues):
            _add_flag(flags, finding.rule, finding.level, finding_sentence(finding))
    reasons = () if corrected else criteria.recording_reasons.get(time.row, ())
    for reason in reasons:
        _add_flag(
            flags,
            f"recording-{reason}",
            _REASON_LEVELS.get(reason, "warning"),
            _reason_sentence(reason),
        )
    if time.confidence < UNSURE_CONFIDENCE and "unsure" not in reasons and not corrected:
        _add_flag(flags, "unsure", "warning", message("studio.recording_unsure"))
    missing_characters = " ".join(
        sorted(
            criteria.missing_glyphs.intersection(
                char for cue in cues for line in cue.lines for char in line
            )
        )
    )
    if missing_characters:
        _add_flag(
            flags,
            "glyph",
            "error",
            message("studio.missing_glyphs", characters=missing_characters),
        )
    return flags


def finding_sentence(finding: QualityFinding) -> str:
    """Return the sentence of a finding without its cue number, because it is shown with its row."""
    if finding.rule not in _RULES:
        return finding.sentence
    return Message(
        f"studio.rule_{finding.rule.replace('-', '_')}",
        {"value": finding.value, "limit": finding.limit},
    )


def _reason_sentence(reason: str) -> str:
    """Return the sentence of a reason; an unknown reason is shown as it is."""
    if reason not in _REASON_LEVELS:
        return reason
    return Message(f"studio.recording_{reason.replace('-', '_')}", {})


def _add_flag(flags: list[dict[str, Any]], code: str, level: str, sentence: str) -> None:
    flag = {"code": code, "level": level, "sentence": localized(sentence)}
    if flag not in flags:
        flags.append(flag)
