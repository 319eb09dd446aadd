"""report.json: the proof and the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.report import compose
from pipeline.store import publish_bytes
from pipeline.tracks import first_limits, second_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.stages.made import Made


def write(made: Made, facts: Mapping[str, Any]) -> None:
    """Write the report. Raises EnvironmentFault where it cannot be written."""
    checked = _quality(made)
    facts = {**facts, "quality": checked, "warnings": sum(one["errors"] + one["warnings"] for one in checked.values())}
    path = made.script.episode.output / "report.json"
    text = compose(
        title=made.script.title,
        timeline=made.timeline,
        proofs=made.proofs,
        tracks=made.tracks.single,
        facts=facts,
        notices=made.run.notices,
    )
    publish_bytes(path, text.encode())
    made.run.files.append(path)


def write_review(made: Made, voice: Mapping[str, Any] | None, burnt: frozenset[str]) -> None:
    """Write `review.html`: the video, its tracks, every row, and what to look at."""
    from pipeline.review import page
    from pipeline.subtitles.quality import check

    flags: dict[int, list[str]] = {}
    limits, fps = first_limits(made.script), made.script.settings.picture.fps
    for finding in check(made.tracks.first, limits, segmenter=made.segmenter, fps=fps):
        row = finding.row or made.tracks.first.cues[finding.cue - 1].row
        flags.setdefault(row, []).append(finding.sentence)
    for flagged in (voice or {}).get("flagged_rows", ()):
        flags.setdefault(flagged["row"], []).append(flagged["sentence"])
    path = made.script.episode.output / "review.html"
    text = page(made.script.title, made.output(".mp4").name, made.tracks.single, flags, made.run.notices, burnt=burnt)
    publish_bytes(path, text.encode())
    made.run.files.append(path)


def _quality(made: Made) -> dict[str, Any]:
    """Return, by language, how the cues stand against their profile."""
    from pipeline.subtitles.quality import check, figures, summary

    fps = made.script.settings.picture.fps
    found = {}
    for place, track in enumerate(made.tracks.single):
        limits = second_limits(made.script, track.language) if place else first_limits(made.script)
        totals = summary(check(track, limits, segmenter=made.segmenter, fps=fps))
        found[track.language] = {"profile": limits.name, **figures(track, limits), **totals}
    return found
