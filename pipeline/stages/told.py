"""What the last build said of an episode's times, kept for whoever shows the episode while its texts go on being edited."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from pipeline.model import Timeline  # noqa: TC001 - pydantic reads the annotations of Told
from pipeline.store import publish_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.build import Run
    from pipeline.ledger import Ledger
    from pipeline.script import Script
    from pipeline.store import Store

_UPTO = ("render", "narrate", "slides", "subtitle")
"""Whose times count first: the film's, since it is what is seen beside them."""


@dataclass(frozen=True, slots=True)
class Told:
    """A timeline before corrections, the text of each of its rows, and what the alignment to a recording said of rows, by row."""

    texts: tuple[str, ...]
    timeline: Timeline
    flags: dict[int, tuple[str, ...]]


def keep(run: Run, script: Script, timeline: Timeline, voice: Mapping[str, Any] | None) -> None:
    """Keep what a build that came to its end said. Raises EnvironmentFault."""
    flags: dict[int, tuple[str, ...]] = {}
    for flag in (voice or {}).get("flagged_rows", ()):
        flags[flag["row"]] = (*flags.get(flag["row"], ()), flag["reason"])
    told = Told(tuple(row.text for row in script.transcript.rows), timeline, flags)
    publish_bytes(_path(run.ledger, run.store, run.order.upto), TypeAdapter(Told).dump_json(told), run.work)


def last(ledger: Ledger, store: Store) -> Told | None:
    """Return what the last build said, or None where none did, or its record cannot be read."""
    for upto in _UPTO:
        with suppress(OSError, ValueError):
            return TypeAdapter(Told).validate_json(_path(ledger, store, upto).read_bytes())
    return None


def _path(ledger: Ledger, store: Store, upto: str) -> Path:
    return store.root / "timelines" / f"{ledger.path.stem}.{upto}.json"
