"""The table a person watches while a batch runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table

from pipeline.cli.console import STEP_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.batch import Glimpse

_STATES = {"waiting": "[dim]waiting[/dim]", "working": "working", "made": "[green]made[/green]", "current": "[green]up to date[/green]"}


@dataclass(slots=True)
class TimeLeft:
    """How long the steps at work still take, from how long they took so far: when and where each was seen first, by episode and step."""

    seen: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)

    def of(self, one: Glimpse, now: float) -> str:
        """Return an episode's time left in its step as M:SS; nothing where it is not known yet."""
        began, first = self.seen.setdefault((one.name, one.step), (now, one.done))
        if one.state != "working" or one.done <= first or now <= began:
            return ""
        minutes, seconds = divmod(round((now - began) * (one.total - one.done) / (one.done - first)), 60)
        return f"{minutes}:{seconds:02d}"


def table(glimpses: Sequence[Glimpse], left: TimeLeft) -> Table:
    """Return the live table: every episode with its state, the step at work, how far it is, and the time left in it."""
    shown = Table(box=None, padding=(0, 2), header_style="dim")
    for column in ("episode", "state", "step", "", "left"):
        shown.add_column(column)
    now = time.monotonic()
    for one in glimpses:
        bar = ProgressBar(total=one.total or 1, completed=one.done, width=30) if one.state == "working" else ""
        state = _STATES.get(one.state, "[red]failed[/red]")
        shown.add_row(escape(one.name), state, STEP_NAMES.get(one.step, one.step), bar, left.of(one, now))
    return shown
