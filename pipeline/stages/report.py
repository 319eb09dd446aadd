"""report.json: the proof that all rows are shown, and the figures of the outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.atomic import publish_bytes
from pipeline.language_tracks import primary_limits, translation_limits
from pipeline.timebase import ms_from_samples, seconds_from_samples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.coverage import Coverage
    from pipeline.model import Timeline, Track
    from pipeline.stages.context import EpisodeContext


def write_report(context: EpisodeContext, facts: Mapping[str, Any]) -> None:
    """Write the report. Raises EnvironmentFault."""
    quality = _quality_by_language(context)
    facts = {
        **facts,
        "quality": quality,
        "rows_left_out": context.script.rows_left_out,
        "warnings": sum(counts["errors"] + counts["warnings"] for counts in quality.values()),
    }
    path = context.script.episode.output / "report.json"
    text = compose_report(
        title=context.script.title,
        timeline=context.timeline,
        coverages=context.coverages,
        tracks=context.tracks.monolingual,
        facts=facts,
        notices=context.run.notices,
    )
    publish_bytes(path, text.encode())
    context.run.files.append(path)


def write_review(
    context: EpisodeContext, voice_facts: Mapping[str, Any] | None, burned_languages: frozenset[str]
) -> None:
    """Write `review.html`: the video, its tracks, every row, and what to check."""
    from pipeline.stages.review_page import render_review_page
    from pipeline.stages.row_flags import flag_sentence
    from pipeline.subtitles.qc.quality_check import check_cues

    flags: dict[int, list[str]] = {}
    limits, fps = primary_limits(context.script), context.script.settings.picture.fps
    for finding in check_cues(context.tracks.primary, limits, segmenter=context.segmenter, fps=fps):
        row = finding.row or context.tracks.primary.cues[finding.cue - 1].row
        flags.setdefault(row, []).append(finding.sentence)
    for flagged in (voice_facts or {}).get("flagged_rows", ()):
        flags.setdefault(flagged["row"], []).append(
            flag_sentence(flagged["row"], flagged["reason"])
        )
    path = context.script.episode.output / "review.html"
    text = render_review_page(
        context.script.title,
        context.output_path(".mp4").name,
        context.tracks.monolingual,
        flags,
        context.run.notices,
        burned_languages=burned_languages,
    )
    publish_bytes(path, text.encode())
    context.run.files.append(path)


def _quality_by_language(context: EpisodeContext) -> dict[str, Any]:
    """Return, by language, how well the cues keep their profile."""
    from pipeline.subtitles.qc.quality_check import check_cues, cue_statistics
    from pipeline.subtitles.qc.quality_finding import count_findings

    fps = context.script.settings.picture.fps
    quality = {}
    for index, track in enumerate(context.tracks.monolingual):
        limits = (
            translation_limits(context.script, track.language)
            if index
            else primary_limits(context.script)
        )
        totals = count_findings(check_cues(track, limits, segmenter=context.segmenter, fps=fps))
        quality[track.language] = {
            "profile": limits.name,
            **cue_statistics(track, limits),
            **totals,
        }
    return quality


def compose_report(
    *,
    title: str,
    timeline: Timeline,
    coverages: Sequence[Coverage],
    tracks: Sequence[Track],
    facts: dict[str, Any],
    notices: Sequence[str],
) -> str:
    """Return report.json: the proof, the source of each cue's time, and facts of voice and video.

    It holds no dates and no running times, so that equal inputs give an equal file.
    """
    cues = [
        {
            "language": track.language,
            "row": cue.row,
            "last_row": cue.last_row or cue.row,
            "part": cue.part,
            "start_ms": ms_from_samples(cue.span.start),
            "end_ms": ms_from_samples(cue.span.end),
            "known": cue.time_source,
            "lines": list(cue.lines),
        }
        for track in tracks
        for cue in track.cues
    ]
    time_sources = [row.time_source for row in timeline.rows]
    report = {
        "title": title,
        "seconds": round(seconds_from_samples(timeline.length), 3),
        "frames": timeline.frames,
        "fps": timeline.fps,
        "faithful": all(coverage.faithful for coverage in coverages),
        "proof": [
            {
                "language": proof.language,
                "rows": proof.rows,
                "covered": proof.covered_rows,
                "joined_back": proof.intact_rows,
                "in_order": proof.in_order,
                "overlaps": proof.overlaps,
                "cues": proof.cues,
            }
            for proof in coverages
        ],
        "row_times": {
            kind: time_sources.count(kind) for kind in ("measured", "boundary", "estimated")
        },
        **facts,
        "notices": list(notices),
        "cues": cues,
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"
