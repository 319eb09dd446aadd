"""Build one episode: run each step only if its inputs changed or its outputs are gone."""

from __future__ import annotations

import dataclasses
import json
import shutil
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.atomic import TEMPORARY_PREFIX, remove_stale_temporaries
from pipeline.cache import Store, digest
from pipeline.errors import OutputFault, environment_fault
from pipeline.lock import hold_lock
from pipeline.manifest import episode_cache_name, manifest_for
from pipeline.messages import message, message_from_json
from pipeline.run import (
    BuildContext,
    BuildRequest,
    BuildResult,
    BuildTarget,
    create_context,
    notices_from_json,
    notices_to_json,
)
from pipeline.script import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import ProgressCallback
    from pipeline.project import Episode, Project


def build(
    project: Project,
    episode: Episode,
    request: BuildRequest,
    observe: ProgressCallback,
    store: Store | None = None,
) -> BuildResult:
    """Build what a request asks for; steps that are up to date are not run. Raises EpisodeError.

    `store` replaces the project's own cache; it must lie in the same folder.
    """
    try:
        return _build_locked(project, episode, request, observe, store or Store(project.cache))
    except OSError as fault:
        raise environment_fault(
            fault, Path(fault.filename) if isinstance(fault.filename, str) else episode.output
        ) from fault
    except BrokenExecutor as fault:
        raise OutputFault(message("errors.worker_died")) from fault


def _build_locked(
    project: Project,
    episode: Episode,
    request: BuildRequest,
    observe: ProgressCallback,
    store: Store,
) -> BuildResult:
    """Build while holding the episode's lock: temporary files that are there are of dead runs."""
    cache_name = episode_cache_name(episode)
    lock_path = project.cache / "locks" / cache_name
    with (
        hold_lock(lock_path, message("errors.the_episode", name=episode.name)),
        _work_folder(project.cache / "work" / f"{TEMPORARY_PREFIX}{cache_name}") as work_folder,
    ):
        store.remove_stale_temporaries()
        remove_stale_temporaries(episode.output)
        settings = read_settings(episode, request.changes)
        run = create_context(
            project,
            episode,
            settings,
            request,
            observe=observe,
            store=store,
            work_folder=work_folder,
        )
        if request.force:
            run.manifest.clear()
        try:
            return _build_if_stale(run, project)
        finally:
            run.manifest.save(work_folder)


def _build_if_stale(run: BuildContext, project: Project) -> BuildResult:
    build_step = f"whole:{run.request.target}"
    inputs = _input_digests(run, project)
    previous = run.manifest.facts(build_step)
    files = [run.episode.output / name for name in previous.get("files", ())]
    if files and not run.manifest.stale_reason(build_step, inputs, files):
        return _result(run, previous["files"], notices_from_json(previous["notices"]))
    from pipeline.stages.pipeline import run_stages

    run_stages(run)
    file_names = [path.name for path in run.files]
    for stale in set(previous.get("files", ())) - set(file_names):
        run.manifest.remove_output(build_step, run.episode.output / stale)
    facts = {"files": file_names, "notices": notices_to_json(run.notices)}
    run.manifest.record(build_step, inputs, run.files, facts)
    return _result(run, file_names, run.notices)


def _result(run: BuildContext, file_names: list[str], notices: list[str]) -> BuildResult:
    report: dict[str, Any] = json.loads((run.episode.output / "report.json").read_text("utf-8"))
    report.pop("cues", None)
    voice = report.get("voice")
    if voice and "flagged_rows" in voice:
        # the report has the English text; the record of the step knows it in every language
        method = message_from_json(run.manifest.facts("alignment").get("method", ""))
        if method == voice["version"]:
            voice["version"] = method
    return BuildResult(
        run.episode.name,
        run.episode.output,
        tuple(file_names),
        report,
        tuple(notices),
        tuple(run.steps),
    )


def _input_digests(run: BuildContext, project: Project) -> dict[str, str]:
    """Return digests of all that can change an episode's outputs, by name."""
    from pipeline.stages.recording_files import RecordingLookup, named_recording_files

    episode, digest_of = run.episode, run.manifest.digest_of
    request_fields = dataclasses.asdict(
        dataclasses.replace(run.request, force=False, pace_reference=None)
    )
    lookup = RecordingLookup.for_run(run)
    by_settings, by_command = (
        [
            [path.name, digest_of(path)]
            for path in named_recording_files(lookup, from_command=from_command)
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
    """Return which inputs changed since an episode was last built as far as `target`.

    None if it never was, or its files are gone. Options of the command line and the version of this
    program do not count. Writes nothing. Raises InputError if the settings are wrong.
    """
    recorded = manifest_for(project, episode).steps.get(f"whole:{target}")
    if recorded is None or not all(
        (episode.output / name).exists() for name in recorded["outputs"]
    ):
        return None
    run = create_context(project, episode, read_settings(episode, {}), BuildRequest(target))
    current = _input_digests(run, project)
    previous: dict[str, str] = recorded["inputs"]
    names = {*previous, *current} - {"command", "program"}
    return tuple(sorted(name for name in names if previous.get(name, "") != current.get(name, "")))


def _channel_files(run: BuildContext, project: Project) -> list[Path]:
    """Return the channel's assets that an episode may use: all files, and the music it names."""
    if not project.assets.is_dir():
        return []
    music = run.settings.music
    named_music = [project.assets / name for name in (music.file, music.intro, music.outro) if name]
    return [
        *sorted(path for path in project.assets.iterdir() if path.is_file()),
        *(path for path in named_music if path.exists()),
    ]


@contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder for intermediate files, removed afterwards."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as fault:
        raise environment_fault(fault, folder) from fault
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
