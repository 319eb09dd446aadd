"""`episode batch`: makes every episode that is out of date, several at once."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.live import Live

from pipeline.cli.batch_table import STATE_LABELS, TimeLeft, progress_table
from pipeline.cli.console import ConsoleOutput
from pipeline.cli.help_text import help_text
from pipeline.cli.options import (
    ForceOption,
    ProjectOption,
    add_command,
    project_at,
    settings_changes,
)
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.timebase import clock_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from pipeline.batch.remote import RemoteProject
    from pipeline.batch.result import EpisodeProgress, EpisodeResult
    from pipeline.batch.runner import EpisodeJob
    from pipeline.project import Project

_WATCH_INTERVAL_S = 1.0


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(
        app,
        batch,
        "episode batch",
        "episode batch transcript/a.txt transcript/b.txt --jobs 2",
        "episode batch --watch",
    )


def batch(
    say: ConsoleOutput,
    transcripts: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[TRANSCRIPT]...", help=help_text("batch_transcripts")),
    ] = None,
    project: ProjectOption = Path(),
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", metavar="N", help=help_text("batch_jobs"), min=0, show_default=False
        ),
    ] = 0,
    only: Annotated[
        str,
        typer.Option("--only", metavar="subtitle|narrate|render", help=help_text("batch_only")),
    ] = "render",
    voice: Annotated[
        str,
        typer.Option(
            "--voice", metavar="ENGINE[:NAME]", help=help_text("batch_voice"), show_default=False
        ),
    ] = "",
    force: ForceOption = False,
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster", metavar="ADDRESS", help=help_text("batch_cluster"), show_default=False
        ),
    ] = "",
    remote: Annotated[
        str,
        typer.Option("--remote", metavar="URL", help=help_text("batch_remote"), show_default=False),
    ] = "",
    watch: Annotated[bool, typer.Option("--watch", help=help_text("batch_watch"))] = False,
) -> int:
    """Make every episode that is out of date; an error in one episode does not stop the others."""
    from pipeline.batch.result import batch_report
    from pipeline.batch.runner import EpisodeJob, publish_batch_report
    from pipeline.run import BuildRequest

    if only not in {"subtitle", "narrate", "render"}:
        raise InputError(message("cli.bad_batch_step", step=only))
    remote_project = _open_remote(remote)
    local_project = (
        remote_project.project
        if remote_project
        else project_at(project, next(iter(transcripts or ()), None))
    )
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
        raise InputError(message("cli.no_episodes", folder=project.transcript_folder))
    return transcript_paths


def _input_state(project: Project, transcript_paths: Sequence[Path]) -> object:
    """Return a value that differs when an input file was added, removed, resized or written."""
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
            continue  # removed since it was listed; the next look will miss it
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
        raise InputError(message("cli.no_remote_episodes", url=remote.url))
    return tuple(remote.project.transcript_folder / name for name in names)


def _executor_factory(address: str, jobs: int) -> Callable[[int], AbstractContextManager[Executor]]:
    """Return a function that makes an executor for so many episodes: local, or of a cluster."""
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
    if not say.shows_progress:
        return run_batch(jobs, make_executor, _ignore_progress)
    time_left = TimeLeft()
    with Live(console=say.console, refresh_per_second=4) as live:
        return run_batch(
            jobs,
            make_executor,
            lambda episodes: live.update(progress_table(episodes, time_left, say.language)),
        )


def _ignore_progress(episodes: Sequence[EpisodeProgress]) -> None:
    """Show no progress."""


def _print_results(say: ConsoleOutput, results: Sequence[EpisodeResult]) -> None:
    for result in results:
        for notice in result.notices:
            say.notice(message("cli.episode_notice", episode=result.name, notice=notice))
    rows = [
        (
            result.name,
            STATE_LABELS[result.state],
            clock_text(round(result.report["seconds"]) * 1000) if result.report else "",
            result.failure or message("cli.file_count", count=len(result.files)),
        )
        for result in results
    ]
    columns = (
        message("cli.column_episode"),
        message("cli.column_state"),
        message("cli.column_length"),
        message("cli.column_outcome"),
    )
    say.table(message("cli.batch_title"), columns, rows)
    for result in results:
        if result.state == "failed" and say.quiet:
            failure = message("cli.episode_notice", episode=result.name, notice=result.failure)
            say.error(failure)
