"""What the command prints: progress, notices, tables, JSON.

Text for people goes to standard error in the terminal's language; JSON goes to standard output in
English.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.debug_log import debug_log_is_on
from pipeline.errors import EpisodeError
from pipeline.messages import language_of_environment, message, text_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.model import ProgressCallback
    from pipeline.settings import Settings

_STEP_LABELS = {
    "voice": message("cli.step_voice"),
    "listen": message("cli.step_listen"),
    "align": message("cli.step_align"),
    "sound": message("cli.step_sound"),
    "music": message("cli.step_music"),
    "slides": message("cli.step_slides"),
    "picture": message("cli.step_picture"),
    "container": message("cli.step_container"),
    "translate": message("cli.step_translate"),
    "fetch": message("cli.step_fetch"),
}


def terminal_language() -> str:
    """Return the interface language that the locale variables ask for."""
    return language_of_environment(os.environ)


def step_label(step: str) -> str:
    """Return what a progress bar calls a step."""
    return _STEP_LABELS.get(step, step.capitalize())


@dataclass(slots=True)
class ConsoleOutput:
    """Where output goes, and in which language.

    `quiet` leaves only errors for people; `machine` adds one JSON value on standard output.
    """

    quiet: bool = False
    machine: bool = False
    language: str = field(default_factory=terminal_language)
    console: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))

    def line(self, text: str, style: str = "") -> None:
        """Print one plain line."""
        if not self.quiet:
            self.console.print(self._escaped(text), style=style, soft_wrap=True)

    def notice(self, text: str) -> None:
        """Print something that a person should know."""
        if not self.quiet:
            self.console.print(f"[yellow]![/yellow] {self._escaped(text)}", soft_wrap=True)

    def error(self, fault: EpisodeError | str) -> None:
        """Print what went wrong in one line, also when quiet."""
        text = fault.in_language(self.language) if isinstance(fault, EpisodeError) else fault
        self.console.print(f"[bold red]✗[/bold red] {self._escaped(text)}", soft_wrap=True)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table."""
        if self.quiet:
            return
        table = Table(header_style="dim", border_style="dim")
        for column in columns:
            table.add_column(self._escaped(column), overflow="fold")
        for row in rows:
            table.add_row(*map(self._escaped, row))
        self._print_under_title(title, table)

    def marked_rows(self, title: str, entries: Sequence[tuple[str, str, str, str]]) -> None:
        """Print results of checks: a mark in rich markup, a subject, what was found, a remedy."""
        if self.quiet:
            return
        table = Table(show_header=False, box=None, padding=(0, 1))
        for number in range(4):
            table.add_column(overflow="fold", style="dim" if number == len(entries[0]) - 1 else "")
        for mark, *cells in entries:
            table.add_row(mark, *map(self._escaped, cells))
        self._print_under_title(title, table)

    def named_values(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Print names and values under a title with a check mark."""
        if self.quiet:
            return
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", justify="right", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in rows:
            table.add_row(self._escaped(name), self._escaped(value))
        self.console.print(
            f"\n[bold green]✓[/bold green] [bold]{self._escaped(title)}[/bold]", soft_wrap=True
        )
        self.console.print(table)

    def json(self, value: Mapping[str, Any] | Sequence[Any]) -> None:
        """Print the result for a machine, if it was asked for."""
        if self.machine:
            sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    def document(self, text: str) -> None:
        """Print a text that is kept or piped on, such as a file's contents, on standard output."""
        sys.stdout.write(text.rstrip("\n") + "\n")

    @property
    def shows_progress(self) -> bool:
        """Whether moving bars make sense: on a terminal, without the debug log between them."""
        return not self.quiet and self.console.is_terminal and not debug_log_is_on()

    @contextmanager
    def progress(self) -> Iterator[ProgressCallback]:
        """Show a bar for each step with the time left, where progress can be seen."""
        if not self.shows_progress:
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
            TextColumn("{task.description}"),
            BarColumn(36),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn(f"· {self.text(message('cli.time_left'))}"),
            TimeRemainingColumn(),
            console=self.console,
        )
        label_width = max(cell_len(self.text(label)) for label in _STEP_LABELS.values())
        tasks: dict[str, Any] = {}

        def observe(step: str, done: int, total: int) -> None:
            if step not in tasks:
                label = set_cell_size(self.text(step_label(step)), label_width)
                tasks[step] = bars.add_task(label, total=total)
            bars.update(tasks[step], completed=done, total=total)

        with bars:
            yield observe

    def use_language_of(self, settings: Settings) -> None:
        """Go on in the language that an episode's settings choose for the interface, if they do."""
        self.language = settings.interface.language or self.language

    def text(self, text: str) -> str:
        """Return a text in the terminal's language, where it is a message of the catalogue."""
        return text_in(text, self.language)

    def _print_under_title(self, title: str, table: Table) -> None:
        """Print a table under its title; rich would wrap a title to the width of the table."""
        self.console.print(self._escaped(title), style="bold", soft_wrap=True)
        self.console.print(table)

    def _escaped(self, text: str) -> str:
        """Return a text in the terminal's language with rich's markup escaped."""
        return escape(self.text(text))


def _ignore_progress(step: str, done: int, total: int) -> None:
    """Show no progress."""
