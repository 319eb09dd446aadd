"""`episode batch`: every episode that is out of date, several at once, each on its own."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from pipeline.cli.app import Machine, ProjectFolder, Quiet, guarded, project_at
from pipeline.cli.console import STEP_NAMES, Say
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from pipeline.batch import Glimpse, Result
    from pipeline.build import Order
    from pipeline.project import Project

_EXAMPLES = (
    "Examples: [bold]episode batch[/bold]   [bold]episode batch transcript/a.txt transcript/b.txt --jobs 2[/bold]   "
    "[bold]episode batch --watch[/bold]"
)
_LOOK_S = 1.0
_STATES = {"waiting": "[dim]waiting[/dim]", "working": "working", "made": "[green]made[/green]", "current": "[green]up to date[/green]"}


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
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and make what changes.")] = False,
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Make every episode that is out of date; one episode's fault never stops another."""
    from pipeline.batch import publish_summary, summary
    from pipeline.build import Order
    from pipeline.cli.make import changes_of

    if only not in {"subtitle", "narrate", "render"}:
        raise InputError(f"--only {only} is not a step.", "Choose subtitle, narrate or render.")
    say, place = Say(quiet, machine), project_at(project)
    order = Order(only, changes_of(voice=voice), force=force)  # type: ignore[arg-type] # checked above
    seen: object = None
    while True:
        texts = _texts(place, transcripts)
        state = _state(place, texts)
        if state != seen:
            results = _once(say, place, texts, order, jobs)
            publish_summary(place, results)
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


def _once(say: Say, project: Project, texts: Sequence[Path], order: Order, jobs: int) -> tuple[Result, ...]:
    from pipeline.batch import Job, run_batch, workers_for
    from pipeline.process import pool

    executors: Callable[[], Executor] = partial(pool, workers_for(len(texts), jobs))
    work = [Job(project.root, path, order) for path in texts]
    if say.quiet or not say.console.is_terminal:
        return run_batch(work, executors, _unwatched)
    with Live(console=say.console, refresh_per_second=4) as live:
        return run_batch(work, executors, lambda glimpses: live.update(_table(glimpses)))


def _unwatched(glimpses: Sequence[Glimpse]) -> None:
    """Let progress pass unseen."""


def _table(glimpses: Sequence[Glimpse]) -> Table:
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for column in ("episode", "state", "step", ""):
        table.add_column(column)
    for one in glimpses:
        bar = ProgressBar(total=one.total or 1, completed=one.done, width=30) if one.state == "working" else ""
        state = _STATES.get(one.state, "[red]failed[/red]")
        table.add_row(one.name, state, STEP_NAMES.get(one.step, one.step), bar)
    return table


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
