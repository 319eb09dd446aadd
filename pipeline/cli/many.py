"""`episode batch`: every episode that is out of date, several at once, each on its own."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.live import Live

from pipeline.cli.app import Machine, ProjectFolder, Quiet, guarded, project_at
from pipeline.cli.console import Say
from pipeline.cli.live import TimeLeft, table
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from pipeline.batch import Glimpse, Job, Result
    from pipeline.project import Project
    from pipeline.remote import Remote

_EXAMPLES = (
    "Examples: [bold]episode batch[/bold]   [bold]episode batch transcript/a.txt transcript/b.txt --jobs 2[/bold]   "
    "[bold]episode batch --watch[/bold]"
)
_LOOK_S = 1.0


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog=_EXAMPLES)(guarded(batch))


def batch(
    transcripts: Annotated[list[Path] | None, typer.Argument(metavar="[TRANSCRIPT]...", help="Default: every transcript/*.txt.")] = None,
    project: ProjectFolder = Path(),
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", help="Episodes at once; default: one a core.", min=0, show_default=False)] = 0,
    only: Annotated[str, typer.Option("--only", metavar="subtitle|narrate|render", help="How far to go.")] = "render",
    voice: Annotated[str, typer.Option("--voice", metavar="ENGINE[:NAME]", help="For every episode.", show_default=False)] = "",
    force: Annotated[bool, typer.Option("--force", help="Make everything again.")] = False,
    cluster: Annotated[str, typer.Option("--cluster", metavar="ADDRESS", help="Dask scheduler, tcp://host:8786.", show_default=False)] = "",
    remote: Annotated[str, typer.Option("--remote", metavar="URL", help="The project's URL, s3://bucket/talks.", show_default=False)] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and make what changes.")] = False,
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Make every episode that is out of date; one episode's fault never stops another."""
    from pipeline.batch import Job, publish_summary, summary
    from pipeline.build import Order
    from pipeline.cli.make import changes_of

    if only not in {"subtitle", "narrate", "render"}:
        raise InputError(f"--only {only} is not a step.", "Choose subtitle, narrate or render.")
    say, far = Say(quiet, machine), _far(remote)
    place = far.project if far else project_at(project)
    workers = _workers(cluster, jobs)
    order = Order(only, changes_of(voice=voice), force=force)  # type: ignore[arg-type] # checked above
    seen: object = None
    while True:
        texts = _texts(place, transcripts) if far is None else _far_texts(far, transcripts)
        state = _state(place, texts)
        if state != seen:
            results = _once(say, [Job(place.root, path, order, remote) for path in texts], workers)
            publish_summary(place, results)
            if far:
                far.push(place.output, ("batch-report.json", "index.html"))
            _tell(say, results)
            seen = state
        if not watch:
            break
        time.sleep(_LOOK_S)
    say.json(summary(results))
    return 1 if any(result.state == "failed" for result in results) else 0


def _texts(project: Project, named: Sequence[Path] | None) -> tuple[Path, ...]:
    texts = tuple(path.absolute() if path.exists() else path for path in named) if named else project.episodes()
    if not texts:
        raise InputError("There are no episodes.", f"Put texts into {project.transcripts}, or begin one: episode new TITLE")
    return texts


def _state(project: Project, texts: Sequence[Path]) -> object:
    """Return what a change of any input changes: names, sizes and times of the texts, settings, translations and assets."""
    folders = {project.assets, project.transcripts, *(path.parent for path in texts)}
    inside = sorted({item for folder in folders if folder.is_dir() for item in folder.rglob("*") if item.is_file()})
    found = []
    for path in inside:
        try:
            stat = path.stat()
        except OSError:
            continue  # gone between listing and looking: the next look sees it gone
        found.append((path, stat.st_size, stat.st_mtime_ns))
    return found


def _far(url: str) -> Remote | None:
    from pipeline.remote import remote_at

    return remote_at(url) if url else None


def _far_texts(remote: Remote, named: Sequence[Path] | None) -> tuple[Path, ...]:
    names = [path.name for path in named] if named else remote.transcripts()
    if not names:
        raise InputError("There are no episodes.", f"Put texts into {remote.url}/transcript")
    return tuple(remote.project.transcripts / name for name in names)


def _workers(address: str, jobs: int) -> Callable[[int], AbstractContextManager[Executor]]:
    """Return what makes an executor for so many episodes: processes here, or a cluster."""
    from pipeline.batch import workers_for
    from pipeline.cluster import cluster
    from pipeline.process import pool

    return (lambda _episodes: cluster(address)) if address else (lambda episodes: pool(workers_for(episodes, jobs)))


def _once(say: Say, work: Sequence[Job], workers: Callable[[int], AbstractContextManager[Executor]]) -> tuple[Result, ...]:
    from pipeline.batch import run_batch

    executors = partial(workers, len(work))
    if say.quiet or not say.console.is_terminal:
        return run_batch(work, executors, _unwatched)
    left = TimeLeft()
    with Live(console=say.console, refresh_per_second=4) as live:
        return run_batch(work, executors, lambda glimpses: live.update(table(glimpses, left)))


def _unwatched(glimpses: Sequence[Glimpse]) -> None:
    """Let progress pass unseen."""


def _tell(say: Say, results: Sequence[Result]) -> None:
    for result in results:
        for notice in result.notices:
            say.notice(f"{result.name}: {notice}")
    rows = []
    for result in results:
        length = f"{result.report['seconds'] / 60:.1f} min" if result.report else ""
        rows.append((result.name, result.state, length, result.sentence or f"{len(result.files)} files"))
    say.table("Batch", ("episode", "state", "length", "outcome"), rows)
    for result in results:
        if result.state == "failed" and say.quiet:
            say.error(f"{result.name}: {result.sentence}")
