"""Everything a person or a machine reads from us: progress, notices, tables, JSON. People read stderr, machines stdout."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.errors import EpisodeError
    from pipeline.model import ProgressCallback

STEP_LABELS = {
    "voice": "Speaking",
    "listen": "Listening",
    "align": "Finding the rows",
    "sound": "Mastering the sound",
    "music": "Laying the music",
    "slides": "Designing the slides",
    "picture": "Encoding the pictures",
    "container": "Writing the video",
    "translate": "Translating",
}


@dataclass(slots=True)
class ConsoleOutput:
    """Where output goes: `quiet` leaves only errors for people, `machine` adds one JSON value on stdout at the end."""

    quiet: bool = False
    machine: bool = False
    console: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))

    def line(self, text: str, style: str = "") -> None:
        """Say one plain line."""
        if not self.quiet:
            self.console.print(escape(text), style=style, soft_wrap=True)

    def notice(self, text: str) -> None:
        """Say something a person ought to know."""
        if not self.quiet:
            self.console.print(f"[yellow]![/yellow] {escape(text)}", soft_wrap=True)

    def error(self, fault: EpisodeError | str) -> None:
        """Say what went wrong, in one line; also when quiet."""
        self.console.print(f"[bold red]✗[/bold red] {escape(str(fault))}", soft_wrap=True)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show a table."""
        if self.quiet:
            return
        table = Table(
            title=escape(title) or None,
            title_justify="left",
            title_style="bold",
            header_style="dim",
            border_style="dim",
        )
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(escape(cell) for cell in row))
        self.console.print(table)

    def marked_rows(self, title: str, entries: Sequence[tuple[str, str, str, str]]) -> None:
        """Show findings: a mark in our own markup, a subject, what was found, what to do."""
        if self.quiet:
            return
        table = Table(
            title=escape(title),
            title_justify="left",
            title_style="bold",
            show_header=False,
            box=None,
            padding=(0, 1),
        )
        for number in range(4):
            table.add_column(overflow="fold", style="dim" if number == len(entries[0]) - 1 else "")
        for mark, *cells in entries:
            table.add_row(mark, *(escape(cell) for cell in cells))
        self.console.print(table)

    def named_values(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Show names and values under a title."""
        if self.quiet:
            return
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", justify="right", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in rows:
            table.add_row(escape(name), escape(value))
        self.console.print(
            f"\n[bold green]✓[/bold green] [bold]{escape(title)}[/bold]", soft_wrap=True
        )
        self.console.print(table)

    def json(self, value: Mapping[str, Any] | Sequence[Any]) -> None:
        """Give a machine its answer."""
        if self.machine:
            sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    @contextmanager
    def progress(self) -> Iterator[ProgressCallback]:
        """Show a bar a step, with the time left, meanwhile; nothing where nobody watches."""
        if self.quiet or not self.console.is_terminal:
            yield _ignore_progress
            return
        from rich.progress import (
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        bars = Progress(
            TextColumn("{task.description:<22}"),
            BarColumn(36),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("·"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=self.console,
        )
        tasks: dict[str, Any] = {}

        def observe(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(STEP_LABELS.get(step, step.capitalize()), total=total)
            bars.update(tasks[step], completed=done, total=total)

        with bars:
            yield observe


def _ignore_progress(step: str, done: int, total: int) -> None:
    """Let progress pass unseen."""
