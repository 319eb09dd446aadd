"""The times of the last build, kept for programs that show the episode while it is edited."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from pipeline.atomic import publish_bytes
from pipeline.model import Timeline  # noqa: TC001 - pydantic reads the annotations of Snapshot
from pipeline.run import BuildRequest, create_context

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.cache import Store
    from pipeline.manifest import Manifest
    from pipeline.project import Project
    from pipeline.run import BuildContext
    from pipeline.script import Script

_TARGETS_BY_PRIORITY = ("render", "narrate", "slides", "subtitle")
"""The video's times come first, since the video is what is seen beside them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A timeline before corrections, and the text of each of its rows.

    `flags` holds, by row, why the alignment to a recording is doubtful there.
    """

    texts: tuple[str, ...]
    timeline: Timeline
    flags: dict[int, tuple[str, ...]]


def save_snapshot(
    run: BuildContext, script: Script, timeline: Timeline, voice_facts: Mapping[str, Any] | None
) -> None:
    """Keep the times of a build that came to its end. Raises EnvironmentFault."""
    flags: dict[int, tuple[str, ...]] = {}
    for flag in (voice_facts or {}).get("flagged_rows", ()):
        flags[flag["row"]] = (*flags.get(flag["row"], ()), flag["reason"])
    publish_bytes(
        _snapshot_path(run.manifest, run.store, run.request.target),
        TypeAdapter(Snapshot).dump_json(Snapshot(_row_texts(script), timeline, flags)),
        run.work_folder,
    )


def last_timeline(project: Project, script: Script, *, same_text: bool = False) -> Snapshot:
    """Return the times of the last build; without one, those of a narration or an estimate.

    The texts are those of that build, and may differ from the script's unless `same_text` is set:
    then a build of other texts does not count. Nor does one at another frame rate.
    Raises EpisodeError if a recording or a piece of music that the settings name cannot be used.
    """
    context = create_context(
        project,
        script.episode,
        script.settings,
        BuildRequest("subtitle", with_voice=script.settings.voice.engine != "recording"),
    )
    snapshot = load_snapshot(context.manifest, context.store)
    texts = _row_texts(script)
    if (
        snapshot is None
        or snapshot.timeline.fps != script.settings.picture.fps
        or (same_text and snapshot.texts != texts)
    ):
        from pipeline.stages.timeline import episode_timeline

        return Snapshot(texts, episode_timeline(context, script).timeline, {})
    return snapshot


def load_snapshot(manifest: Manifest, store: Store) -> Snapshot | None:
    """Return the times of the last build; None if there was none or its record cannot be read."""
    for target in _TARGETS_BY_PRIORITY:
        with suppress(OSError, ValueError):
            return TypeAdapter(Snapshot).validate_json(
                _snapshot_path(manifest, store, target).read_bytes()
            )
    return None


def _row_texts(script: Script) -> tuple[str, ...]:
    return tuple(row.text for row in script.transcript.rows)


def _snapshot_path(manifest: Manifest, store: Store, target: str) -> Path:
    return store.root / "timelines" / f"{manifest.path.stem}.{target}.json"
