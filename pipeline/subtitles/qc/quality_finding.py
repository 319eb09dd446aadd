"""The findings of a quality check, their counts and their JSON form."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from pipeline.messages import message
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.model import Cue

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """A finding: its rule, the cue (from 1) and row it is about (0: none), value and limit.

    `start_ms` is when the cue starts, `text` what it shows, `remedy` what to do about the finding.
    """

    level: Severity
    rule: str
    cue: int
    row: int
    value: float | str
    limit: float | str
    sentence: str
    start_ms: int | None = None
    text: str = ""
    remedy: str = ""


def with_details(
    findings: Iterable[QualityFinding], cues: Sequence[Cue]
) -> tuple[QualityFinding, ...]:
    """Return findings with the time and the text of their cues, and with their remedies."""
    detailed = []
    for finding in findings:
        cue = cues[finding.cue - 1] if 0 < finding.cue <= len(cues) else None
        detailed.append(
            replace(
                finding,
                start_ms=None if cue is None else ms_from_samples(cue.span.start),
                text="" if cue is None else " / ".join(cue.lines),
                remedy=message(f"subtitles.remedy_{finding.rule.replace('-', '_')}"),
            )
        )
    return tuple(detailed)


def count_findings(findings: Iterable[QualityFinding]) -> dict[str, Any]:
    """Return the number of errors and warnings, in all and by rule, ready for JSON."""
    counted = list(findings)
    levels = Counter(finding.level for finding in counted)
    return {
        "errors": levels["error"],
        "warnings": levels["warning"],
        "rules": dict(sorted(Counter(finding.rule for finding in counted).items())),
    }


def findings_as_json(findings: Iterable[QualityFinding]) -> list[dict[str, Any]]:
    """Return the findings as plain values, ready for JSON."""
    return [asdict(finding) for finding in findings]
