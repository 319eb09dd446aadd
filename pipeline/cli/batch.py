"""`episode batch`: every episode that is out of date, several at once, each on its own."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.live import Live

from pipeline.cli.batch_table import TimeLeft, progress_table
from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import JsonOption, ProjectOption, QuietOption, project_at, report_errors
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from pipeline.batch.remote import RemoteProject
    from pipeline.batch.result import EpisodeProgress, EpisodeResult
    from pipeline.batch.runner import EpisodeJob
    from pipeline.project import Project

_EXAMPLES = (
    "Examples: [bold]episode batch[/bold]   [bold]episode batch transcript/a.txt transcript/b.txt --jobs 2[/bold]   "
    "[bold]episode batch --watch[/bold]"
)

_WATCH_INTERVAL_S = 1.0


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog=_EXAMPLES)(report_errors(batch))


def batch(
    transcripts: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[TRANSCRIPT]...", help="Default: every transcript/*.txt."),
    ] = None,
    project: ProjectOption = Path(),
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            metavar="N",
            help="Episodes at once; default: one a core.",
            min=0,
            show_default=False,
        ),
    ] = 0,
    only: Annotated[
        str, typer.Option("--only", metavar="subtitle|narrate|render", help="How far to go.")
    ] = "render",
    voice: Annotated[
        str,
        typer.Option(
            "--voice", metavar="ENGINE[:NAME]", help="For every episode.", show_default=False
        ),
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Make everything again.")] = False,
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="Dask scheduler, tcp://host:8786.",
            show_default=False,
        ),
    ] = "",
    remote: Annotated[
        str,
        typer.Option(
            "--remote",
            metavar="URL",
            help="The project's URL, s3://bucket/talks.",
            show_default=False,
        ),
    ] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and make what changes.")] = False,
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Make every episode that is out of date; one episode's fault never stops another."""
    from pipeline.batch.result import batch_report
    from pipeline.batch.runner import EpisodeJob, publish_batch_report
    from pipeline.cli.options import settings_changes
    from pipeline.run import BuildRequest

    if only not in {"subtitle", "narrate", "render"}:
        raise InputError(f"--only {only} is not a step.", "Choose subtitle, narrate or render.")
    say, remote_project = ConsoleOutput(quiet, machine), _open_remote(remote)
    local_project = remote_project.project if remote_project else project_at(project)
    workers = _executor_factory(cluster, jobs)
    request = BuildRequest(only, settings_changes(voice=voice), force=force)  # type: ignore[arg-type] # checked above
    built_state: object = None
    while True:
        transcript_paths = (
            _local_transcripts(local_project, transcripts)
            if remote_project is None
            else _remote_transcripts(remote_project, transcripts)
        )
        state = _input_state(local_project, transcript_paths)
        if state != built_state:
            results = _run_jobs(
                say,
                [
                    EpisodeJob(local_project.root, path, request, remote)
                    for path in transcript_paths
                ],
                workers,
            )
            publish_batch_report(local_project, results)
            if remote_project:
                remote_project.push_outputs(
                    local_project.output, ("batch-report.json", "index.html")
                )
            _print_results(say, results)
            built_state = state
        if not watch:
            break
        time.sleep(_WATCH_INTERVAL_S)
    say.json(batch_report(results))
    return 1 if any(result.state == "failed" for result in results) else 0


def _local_transcripts(project: Project, requested: Sequence[Path] | None) -> tuple[Path, ...]:
    transcript_paths = (
        tuple(path.absolute() if path.exists() else path for path in requested)
        if requested
        else project.transcript_paths()
    )
    if not transcript_paths:
        raise InputError(
            "There are no episodes.",
            f"Put texts into {project.transcript_folder}, or begin one: episode new TITLE",
        )
    return transcript_paths


def _input_state(project: Project, transcript_paths: Sequence[Path]) -> object:
    """Return what a change of any input changes: names, sizes and times of the texts, settings, translations and assets."""
    folders = {
        project.assets,
        project.transcript_folder,
        *(path.parent for path in transcript_paths),
    }
    files = sorted(
        {
            item
            for folder in folders
            if folder.is_dir()
            for item in folder.rglob("*")
            if item.is_file()
        }
    )
    file_states = []
    for path in files:
        try:
            stat = path.stat()
        except OSError:
            continue  # gone between listing and looking: the next look sees it gone
        file_states.append((path, stat.st_size, stat.st_mtime_ns))
    return file_states


def _open_remote(url: str) -> RemoteProject | None:
    from pipeline.batch.remote import open_remote_project

    return open_remote_project(url) if url else None


def _remote_transcripts(
    remote: RemoteProject, requested: Sequence[Path] | None
) -> tuple[Path, ...]:
    names = [path.name for path in requested] if requested else remote.transcript_names()
    if not names:
        raise InputError("There are no episodes.", f"Put texts into {remote.url}/transcript")
    return tuple(remote.project.transcript_folder / name for name in names)


def _executor_factory(address: str, jobs: int) -> Callable[[int], AbstractContextManager[Executor]]:
    """Return what makes an executor for so many episodes: processes here, or a cluster."""
    from pipeline.batch.dask import dask_executor
    from pipeline.batch.runner import worker_count
    from pipeline.process import worker_pool

    return (
        (lambda _episodes: dask_executor(address))
        if address
        else (lambda episodes: worker_pool(worker_count(episodes, jobs)))
    )


def _run_jobs(
    say: ConsoleOutput,
    jobs: Sequence[EpisodeJob],
    executor_factory: Callable[[int], AbstractContextManager[Executor]],
) -> tuple[EpisodeResult, ...]:
    from pipeline.batch.runner import run_batch

    make_executor = partial(executor_factory, len(jobs))
    if say.quiet or not say.console.is_terminal:
        return run_batch(jobs, make_executor, _ignore_progress)
    time_left = TimeLeft()
    with Live(console=say.console, refresh_per_second=4) as live:
        return run_batch(
            jobs, make_executor, lambda glimpses: live.update(progress_table(glimpses, time_left))
        )


def _ignore_progress(glimpses: Sequence[EpisodeProgress]) -> None:
    """Let progress pass unseen."""


def _print_results(say: ConsoleOutput, results: Sequence[EpisodeResult]) -> None:
    for result in results:
        for notice in result.notices:
            say.notice(f"{result.name}: {notice}")
    rows = []
    for result in results:
        length = f"{result.report['seconds'] / 60:.1f} min" if result.report else ""
        rows.append(
            (result.name, result.state, length, result.failure or f"{len(result.files)} files")
        )
    say.table("Batch", ("episode", "state", "length", "outcome"), rows)
    for result in results:
        if result.state == "failed" and say.quiet:
            say.error(f"{result.name}: {result.failure}")
