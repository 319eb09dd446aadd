"""What the last build said of an episode's times, kept for whoever shows the episode while its texts go on being edited."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from pipeline.atomic import publish_bytes
from pipeline.model import Timeline  # noqa: TC001 - pydantic reads the annotations of Told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.cache import Store
    from pipeline.manifest import Manifest
    from pipeline.run import BuildContext
    from pipeline.script import Script

_TARGETS_BY_PRIORITY = ("render", "narrate", "slides", "subtitle")
"""Whose times count first: the film's, since it is what is seen beside them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A timeline before corrections, the text of each of its rows, and what the alignment to a recording said of rows, by row."""

    texts: tuple[str, ...]
    timeline: Timeline
    flags: dict[int, tuple[str, ...]]


def save_snapshot(
    run: BuildContext, script: Script, timeline: Timeline, voice_facts: Mapping[str, Any] | None
) -> None:
    """Keep what a build that came to its end said. Raises EnvironmentFault."""
    flags: dict[int, tuple[str, ...]] = {}
    for flag in (voice_facts or {}).get("flagged_rows", ()):
        flags[flag["row"]] = (*flags.get(flag["row"], ()), flag["reason"])
    snapshot = Snapshot(tuple(row.text for row in script.transcript.rows), timeline, flags)
    publish_bytes(
        _snapshot_path(run.manifest, run.store, run.request.target),
        TypeAdapter(Snapshot).dump_json(snapshot),
        run.work_folder,
    )


def load_snapshot(manifest: Manifest, store: Store) -> Snapshot | None:
    """Return what the last build said, or None where none did, or its record cannot be read."""
    for target in _TARGETS_BY_PRIORITY:
        with suppress(OSError, ValueError):
            return TypeAdapter(Snapshot).validate_json(
                _snapshot_path(manifest, store, target).read_bytes()
            )
    return None


def _snapshot_path(manifest: Manifest, store: Store, target: str) -> Path:
    return store.root / "timelines" / f"{manifest.path.stem}.{target}.json"
