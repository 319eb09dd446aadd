"""What became of one episode of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


EpisodeState = Literal["waiting", "working", "made", "current", "failed"]


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """What came of a job: the report's figures and files, or the sentence that says why not."""

    name: str
    state: EpisodeState
    files: tuple[str, ...] = ()
    report: Mapping[str, Any] | None = None
    notices: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class EpisodeProgress:
    """An episode as a live table shows it: its state, the step at work, how much of it is done."""

    name: str
    state: EpisodeState
    step: str = ""
    done: int = 0
    total: int = 0


def batch_report(results: Sequence[EpisodeResult]) -> dict[str, Any]:
    """Return batch-report.json's value: how many of each, then every episode with its figures or the sentence that says why not."""
    states = [result.state for result in results]
    return {
        "episodes": len(results),
        "made": states.count("made"),
        "current": states.count("current"),
        "failed": states.count("failed"),
        "results": [
            {
                "name": result.name,
                "state": result.state,
                "seconds": result.report["seconds"] if result.report else None,
                "faithful": result.report["faithful"] if result.report else None,
                "files": list(result.files),
                "notices": list(result.notices),
                "failure": result.failure,
            }
            for result in results
        ],
    }
