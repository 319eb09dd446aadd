"""The findings of the quality check as a table on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.subtitles.formats.timestamps import format_timestamp

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.cli.console import ConsoleOutput
    from pipeline.model import Track
    from pipeline.subtitle_profiles import CueLimits
    from pipeline.subtitles.qc.quality_finding import QualityFinding

_MAX_PRINTED_FINDINGS = 200
_MAX_QUOTED_CHARACTERS = 24
_LEVELS = {"error": message("cli.level_error"), "warning": message("cli.level_warning")}


def print_findings(
    say: ConsoleOutput,
    path: Path,
    track: Track,
    limits: CueLimits,
    findings: tuple[QualityFinding, ...],
) -> None:
    """Print what was found in a track, what to do about it, and the figures of the track."""
    from pipeline.subtitles.qc.quality_check import cue_statistics
    from pipeline.subtitles.qc.quality_finding import count_findings

    totals, counts = count_findings(findings), cue_statistics(track, limits)
    rows = [
        (
            _LEVELS.get(finding.level, finding.level),
            finding.rule,
            _cue_name(finding, track),
            "" if finding.start_ms is None else format_timestamp(finding.start_ms, "."),
            finding.sentence,
            _shorten(finding.text),
        )
        for finding in findings[:_MAX_PRINTED_FINDINGS]
    ]
    if rows:
        columns = (
            message("cli.column_level"),
            message("cli.column_rule"),
            message("cli.column_cue"),
            message("cli.column_time"),
            message("cli.column_finding"),
            message("cli.column_text"),
        )
        say.table(message("cli.findings_title", file=path.name, profile=limits.name), columns, rows)
        for rule, remedy in {finding.rule: finding.remedy for finding in findings}.items():
            say.line(message("cli.remedy_of_rule", rule=rule, remedy=remedy))
    if len(findings) > _MAX_PRINTED_FINDINGS:
        say.line(message("cli.more_findings", count=len(findings) - _MAX_PRINTED_FINDINGS))
    say.line(
        message(
            "cli.check_summary",
            file=path.name,
            language=track.language,
            cues=counts["cues"],
            errors=totals["errors"],
            warnings=totals["warnings"],
            speed=counts["fastest_cps"],
            width=counts["widest_visual"],
            strict_width=counts["widest_strict"],
        )
    )


def _cue_name(finding: QualityFinding, track: Track) -> str:
    """Return the number that a file gives the cue of a finding, or else its place; "" for none."""
    if not 0 < finding.cue <= len(track.cues):
        return ""
    return track.cues[finding.cue - 1].name or str(finding.cue)


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_QUOTED_CHARACTERS else f"{text[: _MAX_QUOTED_CHARACTERS - 1]}…"
