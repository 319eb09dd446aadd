"""One run of an episode: the request, the result, and the steps that ran."""

from __future__ import annotations

import importlib.metadata
import logging
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipeline.cache import Store, digest
from pipeline.code_version import code_version
from pipeline.extensions import installed_extensions
from pipeline.manifest import Manifest, manifest_for
from pipeline.messages import message_from_json, message_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pipeline.model import ProgressCallback
    from pipeline.project import Episode, Project
    from pipeline.settings import Settings

BuildTarget = Literal["subtitle", "slides", "narrate", "render"]

_LOG = logging.getLogger(__name__)

_VERSIONED_PACKAGES = (
    "edge-tts",
    "espeakng-loader",
    "imageio-ffmpeg",
    "av",
    "pillow",
    "moviepy",
    "jieba",
    "opencc",
    "srt",
    "numpy",
    "uharfbuzz",
)


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What to build: how far to go, and what differs from the settings file.

    `changes` are settings given on the command line, by dotted name. `with_voice` is false for
    estimated times without speech. `force` runs every step again. Where no audio tells the times,
    they are fitted to `duration` (seconds), or to the pace of the timed subtitles `pace_reference`.
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
    """The outcome of a build.

    `files` are names in `folder`. `report` holds the figures of report.json without its cues.
    """

    name: str
    folder: Path
    files: tuple[str, ...]
    report: Mapping[str, Any]
    notices: tuple[str, ...]
    steps: tuple[StepRun, ...]


@dataclass(slots=True)
class BuildContext:
    """The state of one run: where it reads and writes, and its notices, steps and files so far."""

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
        """Run a step unless it is up to date; return its facts, new or recorded.

        The notices of a step that is up to date are repeated from the record.
        """
        reason = self.manifest.stale_reason(name, inputs, outputs)
        self.steps.append(StepRun(name, reason))
        self.files.extend(outputs)
        if reason:
            notices_before = len(self.notices)
            began = time.monotonic()
            facts = dict(action() or {})
            _LOG.debug("step %s: %.2f s (%s)", name, time.monotonic() - began, reason)
            notices = notices_to_json(self.notices[notices_before:])
            self.manifest.record(name, inputs, outputs, {"facts": facts, "notices": notices})
        else:
            _LOG.debug("step %s: up to date", name)
            self.notices.extend(notices_from_json(self.manifest.facts(name)["notices"]))
        recorded_facts: Mapping[str, Any] = self.manifest.facts(name)["facts"]
        return recorded_facts


def create_context(
    project: Project,
    episode: Episode,
    settings: Settings,
    request: BuildRequest,
    *,
    observe: ProgressCallback | None = None,
    store: Store | None = None,
    work_folder: Path | None = None,
) -> BuildContext:
    """Return the context of a run that starts now, with the episode's record as it is on the disk.

    Without `work_folder` the run must not make intermediate files.
    """
    return BuildContext(
        episode,
        settings,
        request,
        store or Store(project.cache),
        manifest_for(project, episode),
        project.assets,
        work_folder or Path(),
        observe or _ignore_progress,
        program_version(),
    )


@cache
def program_version() -> str:
    """Return a digest of this program: source, extensions, packages that decide outputs."""
    packages = [importlib.metadata.version(name) for name in _VERSIONED_PACKAGES]
    return digest(code_version("pipeline"), packages, installed_extensions())


def notices_to_json(notices: Iterable[str]) -> list[object]:
    """Return notices for the manifest, with keys and values, so that they can be translated."""
    return [message_to_json(notice) for notice in notices]


def notices_from_json(notices: Iterable[object]) -> list[str]:
    """Return the notices that `notices_to_json` wrote."""
    return [message_from_json(notice) for notice in notices]


def _ignore_progress(step: str, done: int, total: int) -> None:
    """Show no progress."""
