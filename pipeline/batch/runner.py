"""Build many episodes on any executor; a fault in one never stops or changes another."""

from __future__ import annotations

import json
import logging
import os
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline import process
from pipeline.atomic import publish_bytes
from pipeline.batch.result import EpisodeProgress, EpisodeResult, batch_report
from pipeline.build import build
from pipeline.cache import digest
from pipeline.errors import EnvironmentFault, EpisodeError, OutputFault, defect_message
from pipeline.messages import message
from pipeline.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor, Future
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipeline.model import ProgressCallback
    from pipeline.run import BuildRequest, BuildResult

_LOG = logging.getLogger(__name__)

_POLL_INTERVAL_S = 0.3
_MAX_EXECUTOR_RUNS = 3
"""A dead worker breaks its executor; the unfinished episodes get a new one, at most this often."""


@dataclass(frozen=True, slots=True)
class EpisodeJob:
    """One episode to build, sent to a worker.

    `remote_url` is the URL of a project that is not on this machine; then only the transcript's
    name counts.
    """

    project_root: Path
    transcript: Path
    request: BuildRequest
    remote_url: str = ""


def run_batch(
    jobs: Sequence[EpisodeJob],
    executor_factory: Callable[[], AbstractContextManager[Executor]],
    on_progress: Callable[[Sequence[EpisodeProgress]], None],
) -> tuple[EpisodeResult, ...]:
    """Run every job and return their results in the same order.

    `executor_factory` makes a fresh executor, used in a `with`. `on_progress` is called a few times
    a second.
    """
    results: dict[int, EpisodeResult] = {}
    for _ in range(_MAX_EXECUTOR_RUNS):
        unfinished_jobs = {number: job for number, job in enumerate(jobs) if number not in results}
        if not unfinished_jobs:
            break
        with suppress(BrokenExecutor), executor_factory() as executor:
            _run_once(jobs, unfinished_jobs, executor, results, on_progress)
    for number, job in enumerate(jobs):
        if number not in results:
            fault = OutputFault(message("batch.worker_kept_dying"))
            failure = message("errors.fault", fault=fault)
            results[number] = EpisodeResult(job.transcript.stem, "failed", failure=failure)
    on_progress(_progress_of_jobs(jobs, results))
    return tuple(results[number] for number in range(len(jobs)))


def _run_once(
    jobs: Sequence[EpisodeJob],
    unfinished_jobs: Mapping[int, EpisodeJob],
    executor: Executor,
    results: dict[int, EpisodeResult],
    on_progress: Callable[[Sequence[EpisodeProgress]], None],
) -> None:
    pending: dict[Future[EpisodeResult], int] = {
        executor.submit(run_job, job): number for number, job in unfinished_jobs.items()
    }
    executor_fault: BaseException | None = None
    while pending:
        finished, _ = wait(pending, timeout=_POLL_INTERVAL_S, return_when=FIRST_COMPLETED)
        for future in finished:
            number = pending.pop(future)
            try:
                results[number] = future.result()
            except Exception as fault:  # noqa: BLE001 - a job's faults are in its result: this is the executor's
                executor_fault = fault
        on_progress(_progress_of_jobs(jobs, results))
    if executor_fault is not None:
        raise BrokenExecutor(str(executor_fault)) from executor_fault


def run_job(job: EpisodeJob) -> EpisodeResult:
    """Build one episode in a worker; every fault becomes a sentence in the result."""
    name = job.transcript.stem
    project = Project(job.project_root)
    progress_path = progress_file(project, job.transcript)

    def observe(step: str, done: int, total: int) -> None:
        with suppress(OSError):
            progress_path.write_text(json.dumps([step, done, total]), "utf-8")

    try:
        progress_path.parent.mkdir(parents=True, exist_ok=True)
        outcome = _build_job(job, observe)
    except EpisodeError as fault:
        _LOG.debug("%s failed", name, exc_info=True)
        return EpisodeResult(name, "failed", failure=message("errors.fault", fault=fault))
    except Exception as fault:  # noqa: BLE001 - a defect in one episode must not stop the others
        _LOG.debug("%s failed", name, exc_info=True)
        return EpisodeResult(name, "failed", failure=defect_message(fault))
    finally:
        progress_path.unlink(missing_ok=True)
    return EpisodeResult(
        outcome.name,
        "made" if outcome.steps else "current",
        outcome.files,
        outcome.report,
        outcome.notices,
    )


def _build_job(job: EpisodeJob, observe: ProgressCallback) -> BuildResult:
    if not process.may_start_processes():
        raise EnvironmentFault(message("batch.daemonic_worker"))
    project = Project(job.project_root)
    return (
        _build_remote_job(job, observe)
        if job.remote_url
        else build(project, project.episode(job.transcript), job.request, observe)
    )


def _build_remote_job(job: EpisodeJob, observe: ProgressCallback) -> BuildResult:
    """Download an episode, build it, upload its outputs."""
    from pipeline.batch.remote import RemoteBackedStore, open_remote_project

    remote = open_remote_project(job.remote_url)
    transcript = remote.pull_episode(job.transcript.name)
    store = RemoteBackedStore(remote.project.cache, remote)
    try:
        outcome = build(
            remote.project, remote.project.episode(transcript), job.request, observe, store
        )
    finally:
        store.upload_new_entries()
    remote.push_outputs(outcome.folder, outcome.files)
    return outcome


def progress_file(project: Project, transcript: Path) -> Path:
    """Return the file in the shared cache where a worker writes its progress with an episode."""
    return project.cache / "progress" / digest(str(transcript))[:20]


def _progress_of_jobs(
    jobs: Sequence[EpisodeJob], results: Mapping[int, EpisodeResult]
) -> list[EpisodeProgress]:
    progress = []
    for number, job in enumerate(jobs):
        if number in results:
            progress.append(EpisodeProgress(results[number].name, results[number].state))
            continue
        values: list[Any] = []
        with suppress(OSError, ValueError):
            values = json.loads(
                progress_file(Project(job.project_root), job.transcript).read_text("utf-8")
            )
        has_started = len(values) == len(("step", "done", "total"))
        progress.append(
            EpisodeProgress(job.transcript.stem, "working", *values)
            if has_started
            else EpisodeProgress(job.transcript.stem, "waiting")
        )
    return progress


def publish_batch_report(project: Project, results: Sequence[EpisodeResult]) -> None:
    """Write `output/batch-report.json` and `output/index.html`. Raises EnvironmentFault."""
    from pipeline.batch.index_page import render_index_page

    body = json.dumps(batch_report(results), ensure_ascii=False, indent=1) + "\n"
    publish_bytes(project.output / "batch-report.json", body.encode())
    publish_bytes(project.output / "index.html", render_index_page(results).encode())


def worker_count(job_count: int, requested: int) -> int:
    """Return how many episodes to build at once: as requested, else one per core; at most all."""
    return max(1, min(job_count, requested or (os.cpu_count() or 1)))
