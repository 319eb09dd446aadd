"""Many episodes on any executor: one episode's fault never stops or changes another."""

from __future__ import annotations

import json
import os
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipeline import process
from pipeline.build import Order, build
from pipeline.errors import EnvironmentFault, EpisodeError, unforeseen
from pipeline.project import Project
from pipeline.store import digest, publish_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor, Future
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipeline.build import Outcome
    from pipeline.model import Observe

State = Literal["waiting", "working", "made", "current", "failed"]

_POLL_S = 0.3
_RUNS = 3
"""A worker that dies takes the episodes of its executor with it: those are given to a new one, at most this often."""


@dataclass(frozen=True, slots=True)
class Job:
    """One episode to make; it travels to a worker.

    `root` is the project's folder, `remote` its URL where it is not on this machine; then only the transcript's name counts.
    """

    root: Path
    transcript: Path
    order: Order
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a job: the report's figures and files, or the sentence that says why not."""

    name: str
    state: State
    files: tuple[str, ...] = ()
    report: Mapping[str, Any] | None = None
    notices: tuple[str, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """An episode as a live table shows it: its state, the step at work, how much of it is done."""

    name: str
    state: State
    step: str = ""
    done: int = 0
    total: int = 0


def run_batch(
    jobs: Sequence[Job], executors: Callable[[], AbstractContextManager[Executor]], watch: Callable[[Sequence[Glimpse]], None]
) -> tuple[Result, ...]:
    """Run every job and return a result each, in the jobs' order.

    `executors` makes a fresh executor, used in a `with`; `watch` is told how things stand a few times a second.
    """
    results: dict[int, Result] = {}
    for _ in range(_RUNS):
        open_jobs = {number: job for number, job in enumerate(jobs) if number not in results}
        if not open_jobs:
            break
        with suppress(BrokenExecutor), executors() as executor:
            _run_once(jobs, open_jobs, executor, results, watch)
    for number, job in enumerate(jobs):
        if number not in results:
            sentence = "The worker process died each time it was tried. Look at the machine's memory, then run again."
            results[number] = Result(job.transcript.stem, "failed", sentence=sentence)
    watch(_glimpses(jobs, results))
    return tuple(results[number] for number in range(len(jobs)))


def _run_once(
    jobs: Sequence[Job],
    open_jobs: Mapping[int, Job],
    executor: Executor,
    results: dict[int, Result],
    watch: Callable[[Sequence[Glimpse]], None],
) -> None:
    pending: dict[Future[Result], int] = {executor.submit(run_job, job): number for number, job in open_jobs.items()}
    broken: BaseException | None = None
    while pending:
        finished, _ = wait(pending, timeout=_POLL_S, return_when=FIRST_COMPLETED)
        for future in finished:
            number = pending.pop(future)
            try:
                results[number] = future.result()
            except Exception as fault:  # noqa: BLE001 - a job's own faults are in its result: this is the executor's, of whatever class
                broken = fault
        watch(_glimpses(jobs, results))
    if broken is not None:
        raise BrokenExecutor(str(broken)) from broken


def run_job(job: Job) -> Result:
    """Make one episode; every fault becomes a sentence in the result. Runs in a worker."""
    name = job.transcript.stem
    project = Project(job.root)
    note = progress_note(project, job.transcript)

    def observe(step: str, done: int, total: int) -> None:
        with suppress(OSError):
            note.write_text(json.dumps([step, done, total]), "utf-8")

    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        outcome = _made(job, observe)
    except EpisodeError as fault:
        return Result(name, "failed", sentence=str(fault))
    except Exception as fault:  # noqa: BLE001 - a defect in one episode must not stop the others; it is reported as one
        return Result(name, "failed", sentence=unforeseen(fault))
    finally:
        note.unlink(missing_ok=True)
    return Result(outcome.name, "made" if outcome.steps else "current", outcome.files, outcome.report, outcome.notices)


def _made(job: Job, observe: Observe) -> Outcome:
    if not process.may_start():
        raise EnvironmentFault("This worker may start no processes.", "Start it with DASK_DISTRIBUTED__WORKER__DAEMON=False.")
    project = Project(job.root)
    return _far(job, observe) if job.remote else build(project, project.episode(job.transcript), job.order, observe)


def _far(job: Job, observe: Observe) -> Outcome:
    """Bring an episode here, make it, send it back."""
    from pipeline.remote import SharedStore, remote_at

    remote = remote_at(job.remote)
    transcript = remote.pull(job.transcript.name)
    store = SharedStore(remote.project.cache, remote)
    try:
        outcome = build(remote.project, remote.project.episode(transcript), job.order, observe, store)
    finally:
        store.send()
    remote.push(outcome.folder, outcome.files)
    return outcome


def progress_note(project: Project, transcript: Path) -> Path:
    """Return where a worker notes how far it is with an episode; whoever shares the cache can read it."""
    return project.cache / "progress" / digest(str(transcript))[:20]


def _glimpses(jobs: Sequence[Job], results: Mapping[int, Result]) -> list[Glimpse]:
    seen = []
    for number, job in enumerate(jobs):
        if number in results:
            seen.append(Glimpse(results[number].name, results[number].state))
            continue
        note: list[Any] = []
        with suppress(OSError, ValueError):
            note = json.loads(progress_note(Project(job.root), job.transcript).read_text("utf-8"))
        working = len(note) == len(("step", "done", "total"))
        seen.append(Glimpse(job.transcript.stem, "working", *note) if working else Glimpse(job.transcript.stem, "waiting"))
    return seen


def summary(results: Sequence[Result]) -> dict[str, Any]:
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
                "failure": result.sentence,
            }
            for result in results
        ],
    }


def publish_summary(project: Project, results: Sequence[Result]) -> None:
    """Write `output/batch-report.json` and `output/index.html`. Raises EnvironmentFault where they cannot be written."""
    from pipeline.gallery import page

    body = json.dumps(summary(results), ensure_ascii=False, indent=1) + "\n"
    publish_bytes(project.output / "batch-report.json", body.encode())
    publish_bytes(project.output / "index.html", page(results).encode())


def workers_for(jobs: int, asked: int) -> int:
    """Return how many episodes to work on at once: as asked, or one a core, and never more than there are."""
    return max(1, min(jobs, asked or (os.cpu_count() or 1)))
