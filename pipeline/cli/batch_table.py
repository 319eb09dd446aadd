"""The live table of a running batch."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table

from pipeline.cli.console import step_label
from pipeline.messages import message, text_in
from pipeline.timebase import clock_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.batch.result import EpisodeProgress

STATE_LABELS = {
    "waiting": message("cli.state_waiting"),
    "working": message("cli.state_working"),
    "made": message("cli.state_made"),
    "current": message("cli.state_current"),
    "failed": message("cli.state_failed"),
}

_STATE_STYLES = {"waiting": "dim", "made": "green", "current": "green", "failed": "red"}


@dataclass(slots=True)
class TimeLeft:
    """An estimate of the time that a running step still takes, from its pace so far.

    `first_seen` has, by episode and step, the time in s and the amount done when it was first seen.
    """

    first_seen: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)

    def remaining(self, episode: EpisodeProgress, now: float) -> str:
        """Return the time left in an episode's step as M:SS, or "" where it is not known yet."""
        began, first_done = self.first_seen.setdefault(
            (episode.name, episode.step), (now, episode.done)
        )
        if episode.state != "working" or episode.done <= first_done or now <= began:
            return ""
        pace_s = (now - began) / (episode.done - first_done)
        return clock_text(round(pace_s * (episode.total - episode.done)) * 1000)


def progress_table(
    episodes: Sequence[EpisodeProgress], time_left: TimeLeft, language: str
) -> Table:
    """Return the live table: each episode's state, running step, progress and time left."""
    live_table = Table(box=None, padding=(0, 2), header_style="dim")
    for column in (
        message("cli.column_episode"),
        message("cli.column_state"),
        message("cli.column_step"),
        "",
        message("cli.time_left"),
    ):
        live_table.add_column(text_in(column, language))
    now = time.monotonic()
    for episode in episodes:
        bar = (
            ProgressBar(total=episode.total or 1, completed=episode.done, width=30)
            if episode.state == "working"
            else ""
        )
        state, style = (
            STATE_LABELS[episode.state].in_language(language),
            _STATE_STYLES.get(episode.state),
        )
        live_table.add_row(
            escape(episode.name),
            f"[{style}]{state}[/{style}]" if style else state,
            text_in(step_label(episode.step), language),
            bar,
            time_left.remaining(episode, now),
        )
    return live_table
