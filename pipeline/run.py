"""One run of an episode: the request, the result, and the steps that ran."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pipeline.cache import Store
    from pipeline.manifest import Manifest
    from pipeline.model import ProgressCallback
    from pipeline.project import Episode
    from pipeline.settings import Settings

BuildTarget = Literal["subtitle", "slides", "narrate", "render"]


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What is asked for: how far to go, settings changed on the command line, whether to speak, make all again.

    Where no audio tells the time: `duration` in seconds to fit to, or a timed episode to sound `like`.
    """

    target: BuildTarget
    changes: Mapping[str, Any] = field(default_factory=dict)
    with_voice: bool = True
    force: bool = False
    duration: float | None = None
    pace_reference: Path | None = None


@dataclass(frozen=True, slots=True)
class StepRun:
    """A step and why it ran; an empty reason means that it was up to date."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What came of an order: the files, the report's figures (without its cues), notices for people, which steps ran and why."""

    name: str
    folder: Path
    files: tuple[str, ...]
    report: Mapping[str, Any]
    notices: tuple[str, ...]
    steps: tuple[StepRun, ...]


@dataclass(slots=True)
class BuildContext:
    """One run at work: where it reads and writes, and what it has to tell."""

    episode: Episode
    settings: Settings
    request: BuildRequest
    store: Store
    manifest: Manifest
    channel_assets: Path
    work_folder: Path
    observe: ProgressCallback
    program_version: str
    notices: list[str] = field(default_factory=list)
    steps: list[StepRun] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def run_step(
        self,
        name: str,
        inputs: Mapping[str, str],
        outputs: Sequence[Path],
        action: Callable[[], Mapping[str, Any] | None],
    ) -> Mapping[str, Any]:
        """Run a step where it is not up to date; return its facts, made now or recorded then. What it had to tell is told again."""
        reason = self.manifest.stale_reason(name, inputs, outputs)
        self.steps.append(StepRun(name, reason))
        self.files.extend(outputs)
        if reason:
            notices_before = len(self.notices)
            facts = dict(action() or {})
            self.manifest.record(
                name, inputs, outputs, {"facts": facts, "notices": self.notices[notices_before:]}
            )
        else:
            self.notices.extend(self.manifest.facts(name)["notices"])
        recorded_facts: Mapping[str, Any] = self.manifest.facts(name)["facts"]
        return recorded_facts
