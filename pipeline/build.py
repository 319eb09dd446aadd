"""The steps of one episode, each run only where what goes in has changed or what came out is gone."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import shutil
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.atomic import TEMPORARY_PREFIX, remove_stale_temporaries
from pipeline.cache import Store, digest
from pipeline.code_version import code_version
from pipeline.errors import OutputFault, environment_fault
from pipeline.lock import hold_lock
from pipeline.manifest import episode_cache_name, manifest_for
from pipeline.run import BuildContext, BuildRequest, BuildResult, BuildTarget
from pipeline.script import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.model import ProgressCallback
    from pipeline.project import Episode, Project

_VERSIONED_PACKAGES = (
    "edge-tts",
    "espeakng-loader",
    "imageio-ffmpeg",
    "av",
    "pillow",
    "moviepy",
    "jieba",
    "srt",
    "numpy",
    "uharfbuzz",
)


def build(
    project: Project,
    episode: Episode,
    request: BuildRequest,
    observe: ProgressCallback,
    store: Store | None = None,
) -> BuildResult:
    """Make what an order asks for, and nothing that is up to date. Raises EpisodeError.

    `store` takes the place of the project's own, below the same folder.
    """
    try:
        return _build_locked(project, episode, request, observe, store or Store(project.cache))
    except OSError as fault:
        raise environment_fault(
            fault, Path(fault.filename) if isinstance(fault.filename, str) else episode.output
        ) from fault
    except BrokenExecutor as fault:
        remedy = "Look at the machine's memory and run again: what is made is kept."
        raise OutputFault("A worker process ended in the middle of its work.", remedy) from fault


def _build_locked(
    project: Project,
    episode: Episode,
    request: BuildRequest,
    observe: ProgressCallback,
    store: Store,
) -> BuildResult:
    """Build with the episode's lock held: whatever temporary files are found then are of runs that are dead."""
    cache_name = episode_cache_name(episode)
    with (
        hold_lock(project.cache / "locks" / cache_name, f"the episode {episode.name}"),
        _work_folder(project.cache / "work" / f"{TEMPORARY_PREFIX}{cache_name}") as work_folder,
    ):
        store.remove_stale_temporaries()
        manifest = manifest_for(project, episode)
        if request.force:
            manifest.clear()
        remove_stale_temporaries(episode.output)
        try:
            return _build_if_stale(
                BuildContext(
                    episode,
                    read_settings(episode, request.changes),
                    request,
                    store,
                    manifest,
                    project.assets,
                    work_folder,
                    observe,
                    program_version(),
                ),
                project,
            )
        finally:
            manifest.save(work_folder)


def _build_if_stale(run: BuildContext, project: Project) -> BuildResult:
    build_step = f"whole:{run.request.target}"
    inputs = _input_digests(run, project)
    previous = run.manifest.facts(build_step)
    files = [run.episode.output / name for name in previous.get("files", ())]
    if files and not run.manifest.stale_reason(build_step, inputs, files):
        report = _report_figures(run.episode.output / "report.json")
        return BuildResult(
            run.episode.name,
            run.episode.output,
            tuple(previous["files"]),
            report,
            tuple(previous["notices"]),
            (),
        )
    from pipeline.stages.pipeline import run_stages

    run_stages(run)
    file_names = tuple(path.name for path in run.files)
    for stale in set(previous.get("files", ())) - set(file_names):
        run.manifest.remove_output(build_step, run.episode.output / stale)
    run.manifest.record(
        build_step, inputs, run.files, {"files": file_names, "notices": run.notices}
    )
    report = _report_figures(run.episode.output / "report.json")
    return BuildResult(
        run.episode.name,
        run.episode.output,
        file_names,
        report,
        tuple(run.notices),
        tuple(run.steps),
    )


def _input_digests(run: BuildContext, project: Project) -> dict[str, str]:
    """Return digests of all that can change an episode's outputs, by name."""
    from pipeline.stages.recording_files import named_recording_files

    episode, digest_of = run.episode, run.manifest.digest_of
    request_fields = dataclasses.asdict(
        dataclasses.replace(run.request, force=False, pace_reference=None)
    )
    by_settings, by_command = (
        [
            [path.name, digest_of(path)]
            for path in named_recording_files(run, from_command=from_command)
        ]
        for from_command in (False, True)
    )
    inputs = {
        "transcript": digest_of(episode.transcript),
        "settings": digest_of(episode.settings),
        "lexicon": digest_of(episode.lexicon),
        "corrections": digest_of(episode.corrections),
        "assets": digest_of(episode.assets),
        "channel": digest([[path.name, digest_of(path)] for path in _channel_files(run, project)]),
        "recording": digest(by_settings) if by_settings else "",
        "command": digest(request_fields, digest_of(run.request.pace_reference), by_command),
        "program": run.program_version,
    }
    return inputs | {f"translation {code}": digest_of(path) for code, path in episode.translations}


def changed_inputs(
    project: Project, episode: Episode, target: BuildTarget
) -> tuple[str, ...] | None:
    """Return which files' texts changed since an episode was made so far; None where it never was, or its files are gone.

    Only looks: nothing is written, and what the command line or another version of this program would change does not count.
    Raises InputError where the settings are wrong.
    """
    manifest = manifest_for(project, episode)
    recorded = manifest.steps.get(f"whole:{target}")
    if recorded is None or not all(
        (episode.output / name).exists() for name in recorded["outputs"]
    ):
        return None
    context = BuildContext(
        episode,
        read_settings(episode, {}),
        BuildRequest(target),
        Store(project.cache),
        manifest,
        project.assets,
        Path(),
        lambda *_: None,
        "",
    )
    current = _input_digests(context, project)
    previous: dict[str, str] = recorded["inputs"]
    names = {*previous, *current} - {"command", "program"}
    return tuple(sorted(name for name in names if previous.get(name, "") != current.get(name, "")))


def _channel_files(run: BuildContext, project: Project) -> list[Path]:
    """Return what an episode may take from the channel's assets: the files there, and the music its settings name."""
    if not project.assets.is_dir():
        return []
    music = run.settings.music
    named_music = [project.assets / name for name in (music.file, music.intro, music.outro) if name]
    return [
        *sorted(path for path in project.assets.iterdir() if path.is_file()),
        *(path for path in named_music if path.exists()),
    ]


def program_version() -> str:
    """Return a digest of this program: its source and the packages that decide its outputs."""
    packages = [importlib.metadata.version(name) for name in _VERSIONED_PACKAGES]
    return digest(code_version("pipeline"), packages)


def _report_figures(report: Path) -> Mapping[str, Any]:
    figures: dict[str, Any] = json.loads(report.read_text("utf-8"))
    figures.pop("cues", None)
    return figures


@contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder for intermediate files, gone afterwards; one that a killed run left is emptied."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as fault:
        raise environment_fault(fault, folder) from fault
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
