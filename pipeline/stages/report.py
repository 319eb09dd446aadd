"""report.json: the proof and the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.report import compose
from pipeline.store import publish_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.stages.made import Made


def write(made: Made, facts: Mapping[str, Any]) -> None:
    """Write the report. Raises EnvironmentFault where it cannot be written."""
    path = made.script.episode.output / "report.json"
    text = compose(
        title=made.script.title,
        timeline=made.timeline,
        proofs=made.proofs,
        tracks=made.tracks.single,
        facts=dict(facts),
        notices=made.run.notices,
    )
    publish_bytes(path, text.encode())
    made.run.files.append(path)
