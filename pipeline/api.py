"""The public Python interface: build an episode in a notebook or a script.

    from pipeline import render

    episode = render("transcript/talk.txt", settings={"picture.burn": "both"}, progress=print)
    episode.video          # Path of the MP4
    episode.flagged_rows   # rows of a recording that a person should check

Each function builds one episode as the command of the same name does, and only runs the steps whose
inputs changed. All of them take these parameters:

- `transcript`: a text with one subtitle line per row, or a subtitle file.
- `project`: the project or its folder. By default the folder that holds the transcript's
  `transcript/` folder, or else the current folder.
- `settings`: values that replace those of the settings file, by dotted name, for example
  `{"voice.engine": "espeak", "picture.width": 1280}`.
- `force`: run every step again.
- `progress`: called with a step's name, how much is done and how much there is.

They raise InputError if the transcript, the settings or an asset is wrong, EnvironmentFault if the
machine lacks something, ServiceError if a service does not answer, OutputFault if an output fails
its check. All are subclasses of EpisodeError; `str(error)` says what is wrong and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.build import build
from pipeline.errors import (
    EnvironmentFault,
    EpisodeError,
    InputError,
    OutputFault,
    ServiceError,
)
from pipeline.project import Project, find_project
from pipeline.run import BuildRequest
from pipeline.subtitles.formats.format_table import is_subtitle_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model import ProgressCallback
    from pipeline.run import BuildResult

__all__ = [
    "EnvironmentFault",
    "EpisodeError",
    "EpisodeOutput",
    "FlaggedRow",
    "InputError",
    "OutputFault",
    "Project",
    "ServiceError",
    "align_to_recording",
    "narrate",
    "render",
    "subtitle",
]

_NARRATION_SUFFIXES = (".m4a", ".mp3", ".wav")


@dataclass(frozen=True, slots=True)
class FlaggedRow:
    """A row whose time in a recording a person should check.

    `row` counts from 1. `reason` is "skipped", "repeated", "moved", "ad-lib", "unsure" or "silent".
    `confidence` is between 0 and 1.
    """

    row: int
    reason: str
    text: str
    start_ms: int
    end_ms: int
    confidence: float


@dataclass(frozen=True, slots=True)
class EpisodeOutput:
    """The outputs of an episode.

    `files` are all outputs. `duration` is in seconds. `faithful` says that every row is shown
    completely, once and in order. `steps` are the steps that ran; empty if everything was up to
    date. `notices` are sentences for a person, in English. `report` is report.json without cues.
    """

    name: str
    folder: Path
    files: tuple[Path, ...]
    duration: float
    faithful: bool
    flagged_rows: tuple[FlaggedRow, ...]
    notices: tuple[str, ...]
    steps: tuple[str, ...]
    report: Mapping[str, Any]

    @property
    def video(self) -> Path | None:
        """The MP4 file, or None if none was requested."""
        return next((path for path in self.files if path.suffix == ".mp4"), None)

    @property
    def narration(self) -> tuple[Path, ...]:
        """The audio files of the narration."""
        return tuple(path for path in self.files if path.suffix in _NARRATION_SUFFIXES)

    @property
    def subtitles(self) -> tuple[Path, ...]:
        """The subtitle files (SRT, WebVTT, ASS)."""
        return tuple(path for path in self.files if is_subtitle_file(path))


def render(
    transcript: Path | str,
    *,
    project: Project | Path | str | None = None,
    settings: Mapping[str, Any] | None = None,
    voice: bool = True,
    duration: float | None = None,
    force: bool = False,
    progress: ProgressCallback | None = None,
) -> EpisodeOutput:
    """Make subtitles, narration, video, chapters and poster.

    Without `voice` the video is silent and its times are estimated, fitted to `duration` seconds if
    given.
    """
    request = BuildRequest(
        "render", dict(settings or {}), with_voice=voice, force=force, duration=duration
    )
    return _build(transcript, project, request, progress)


def narrate(
    transcript: Path | str,
    *,
    project: Project | Path | str | None = None,
    settings: Mapping[str, Any] | None = None,
    force: bool = False,
    progress: ProgressCallback | None = None,
) -> EpisodeOutput:
    """Make a mastered narration, and subtitles timed to it."""
    request = BuildRequest("narrate", dict(settings or {}), force=force)
    return _build(transcript, project, request, progress)


def subtitle(
    transcript: Path | str,
    *,
    project: Project | Path | str | None = None,
    settings: Mapping[str, Any] | None = None,
    duration: float | None = None,
    like: Path | str | None = None,
    force: bool = False,
    progress: ProgressCallback | None = None,
) -> EpisodeOutput:
    """Make subtitles without speech.

    Times are those of an existing narration, or estimated: fitted to `duration` seconds, or to the
    pace and pauses of the subtitle file `like`.
    """
    request = BuildRequest(
        "subtitle",
        dict(settings or {}),
        force=force,
        duration=duration,
        pace_reference=None if like is None else Path(like).expanduser(),
    )
    return _build(transcript, project, request, progress)


def align_to_recording(
    transcript: Path | str,
    recording: Path | str,
    *,
    model: Path | str | None = None,
    project: Project | Path | str | None = None,
    settings: Mapping[str, Any] | None = None,
    force: bool = False,
    progress: ProgressCallback | None = None,
) -> EpisodeOutput:
    """Find every row in a recording; make its narration and subtitles.

    `model` is a CTC or Qwen3 aligner; without one, the rows are found from the recording alone.
    """
    changes = {
        "voice.engine": "recording",
        "voice.file": str(Path(recording).expanduser().absolute()),
        **(settings or {}),
    }
    if model is not None:
        changes["voice.aligner_model"] = str(Path(model).expanduser().absolute())
    return _build(transcript, project, BuildRequest("narrate", changes, force=force), progress)


def _build(
    transcript: Path | str,
    project: Project | Path | str | None,
    request: BuildRequest,
    progress: ProgressCallback | None,
) -> EpisodeOutput:
    path = Path(transcript).expanduser()
    if not isinstance(project, Project):
        project = find_project(path, None if project is None else Path(project).expanduser())
    return _output(build(project, project.episode(path), request, progress or _ignore_progress))


def _output(result: BuildResult) -> EpisodeOutput:
    flags = (result.report.get("voice") or {}).get("flagged_rows", ())
    return EpisodeOutput(
        name=result.name,
        folder=result.folder,
        files=tuple(result.folder / name for name in result.files),
        duration=result.report["seconds"],
        faithful=result.report["faithful"],
        flagged_rows=tuple(
            FlaggedRow(
                flag["row"],
                flag["reason"],
                flag["text"],
                flag["start_ms"],
                flag["end_ms"],
                flag["confidence"],
            )
            for flag in flags
        ),
        notices=tuple(map(str, result.notices)),
        steps=tuple(step.name for step in result.steps if step.why),
        report=result.report,
    )


def _ignore_progress(step: str, done: int, total: int) -> None:
    """Show no progress."""
