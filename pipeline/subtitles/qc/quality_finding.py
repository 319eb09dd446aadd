"""The findings of a quality check, their counts and their JSON form."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable


Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """A finding: its rule, the cue (from 1) and row it is about (0: none), value and limit."""

    level: Severity
    rule: str
    cue: int
    row: int
    value: float | str
    limit: float | str
    sentence: str


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
