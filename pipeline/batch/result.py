"""The results of a batch, and how far each episode is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


EpisodeState = Literal["waiting", "working", "made", "current", "failed"]


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """The result of a job: the report's figures and the files, or why it failed."""

    name: str
    state: EpisodeState
    files: tuple[str, ...] = ()
    report: Mapping[str, Any] | None = None
    notices: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class EpisodeProgress:
    """An episode in the live table: its state, the running step and how much of it is done."""

    name: str
    state: EpisodeState
    step: str = ""
    done: int = 0
    total: int = 0


def batch_report(results: Sequence[EpisodeResult]) -> dict[str, Any]:
    """Return the value of batch-report.json: counts by state, then every episode."""
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
