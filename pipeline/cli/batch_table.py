"""The table a person watches while a batch runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table

from pipeline.cli.console import STEP_LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.batch.result import EpisodeProgress

_STATE_LABELS = {
    "waiting": "[dim]waiting[/dim]",
    "working": "working",
    "made": "[green]made[/green]",
    "current": "[green]up to date[/green]",
}


@dataclass(slots=True)
class TimeLeft:
    """How long the steps at work still take, from how long they took so far: when and where each was seen first, by episode and step."""

    first_seen: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)

    def remaining(self, episode: EpisodeProgress, now: float) -> str:
        """Return an episode's time left in its step as M:SS; nothing where it is not known yet."""
        began, first_done = self.first_seen.setdefault(
            (episode.name, episode.step), (now, episode.done)
        )
        if episode.state != "working" or episode.done <= first_done or now <= began:
            return ""
        minutes, seconds = divmod(
            round((now - began) * (episode.total - episode.done) / (episode.done - first_done)), 60
        )
        return f"{minutes}:{seconds:02d}"


def progress_table(episodes: Sequence[EpisodeProgress], time_left: TimeLeft) -> Table:
    """Return the live table: every episode with its state, the step at work, how far it is, and the time left in it."""
    live_table = Table(box=None, padding=(0, 2), header_style="dim")
    for column in ("episode", "state", "step", "", "left"):
        live_table.add_column(column)
    now = time.monotonic()
    for episode in episodes:
        bar = (
            ProgressBar(total=episode.total or 1, completed=episode.done, width=30)
            if episode.state == "working"
            else ""
        )
        state = _STATE_LABELS.get(episode.state, "[red]failed[/red]")
        live_table.add_row(
            escape(episode.name),
            state,
            STEP_LABELS.get(episode.step, episode.step),
            bar,
            time_left.remaining(episode, now),
        )
    return live_table
