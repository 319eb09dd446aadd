"""`episode check`: subtitle files and transcripts against a profile, and repair without changing words."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.atomic import publish_bytes
from pipeline.cli.console import ConsoleOutput
from pipeline.cli.options import JsonOption, ProjectOption, QuietOption, project_at, report_errors
from pipeline.errors import InputError
from pipeline.project import MAX_SUBTITLE_BYTES, read_file
from pipeline.subtitles.qc.quality_finding import count_findings, findings_as_json
from pipeline.text.subtitle_profiles import SUBTITLE_PROFILES

if TYPE_CHECKING:
    from pipeline.model import Timeline, Track
    from pipeline.project import Project
    from pipeline.script import Script
    from pipeline.subtitles.qc.quality_finding import QualityFinding
    from pipeline.text.subtitle_profiles import CueLimits
    from pipeline.text.word_segmenter import Segmenter

_EXAMPLES = (
    "Examples: [bold]episode check output/talk/*.srt[/bold]   [bold]episode check old.srt --profile netflix-zh --fix[/bold]   "
    "[bold]episode check transcript/talk.txt[/bold]"
)
_SUBTITLE_SUFFIXES = (".srt", ".vtt", ".ass", ".ssa")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LANGUAGE_SUFFIX = re.compile(r"\.([a-z]{2,3}(?:-[A-Za-z0-9]+)*)$")
_MAX_PRINTED_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class _CheckedTrack:
    """One track to check: a line above, for a bilingual one a line below, and the rows it ought to give back, if known.

    `doubtful` has a warning for each row whose time in the recording is doubtful; `fps` are the frames a second it was made for.
    """

    track: Track
    limits: CueLimits
    lower_limits: CueLimits | None = None
    rows: tuple[str, ...] | None = None
    recording_findings: tuple[QualityFinding, ...] = ()
    fps: int = 30


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog=_EXAMPLES)(report_errors(check))


def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Transcripts or subtitle files.", show_default=False
        ),
    ],
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="NAME",
            help=f"{', '.join(SUBTITLE_PROFILES)}.",
            show_default="by language",
        ),
    ] = "",
    fix: Annotated[
        bool,
        typer.Option(
            "--fix", help="Write NAME.fixed.srt with what can be repaired without changing words."
        ),
    ] = False,
    fps: Annotated[
        int,
        typer.Option(
            "--fps",
            help="Frames a second that gaps are counted in.",
            min=0,
            max=120,
            show_default="the settings' own, or 30",
        ),
    ] = 0,
    project: ProjectOption = Path(),
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Check reading speed, lengths, durations, gaps, overlaps, breaks, glyphs and rows left out; exit 1 where errors remain."""
    from pipeline.picture.typography.fonts import missing_characters, resolve_fonts
    from pipeline.subtitles.qc import quality_check
    from pipeline.text.word_segmenter import Segmenter

    if profile and profile not in SUBTITLE_PROFILES:
        raise InputError(
            f"There is no profile {profile!r}.", f"Choose one of {', '.join(SUBTITLE_PROFILES)}."
        )
    say, segmenter, faces = ConsoleOutput(quiet, machine), Segmenter(), resolve_fonts("")

    @functools.cache
    def has_glyph(character: str) -> bool:
        return not missing_characters([(1, character)], faces)

    results: list[dict[str, Any]] = []
    errors = 0
    for path in files:
        for checked_track in _tracks_in_file(path, profile, project_at(project), segmenter):
            track = checked_track.track
            if fix and path.suffix.lower() in _SUBTITLE_SUFFIXES:
                track = _write_fixed(say, path, checked_track, segmenter, fps or checked_track.fps)
            findings = quality_check.check_cues(
                track,
                checked_track.limits,
                rows=checked_track.rows,
                has_glyph=has_glyph,
                segmenter=segmenter,
                below_limits=checked_track.lower_limits,
                fps=fps or checked_track.fps,
            )
            findings += checked_track.recording_findings
            _print_findings(say, path, track, checked_track.limits, findings)
            totals = count_findings(findings)
            errors += totals["errors"]
            results.append(
                {
                    "file": str(path),
                    "language": track.language,
                    "profile": checked_track.limits.name,
                    **quality_check.cue_statistics(track, checked_track.limits),
                    **totals,
                    "findings": findings_as_json(findings),
                }
            )
    say.json(results)
    return 1 if errors else 0


def _tracks_in_file(
    path: Path, profile: str, project: Project, segmenter: Segmenter
) -> list[_CheckedTrack]:
    """Return what is in a file: one track for a subtitle file, a track a language for a transcript.

    A transcript's times are those it was last made with, where that was this very text, else estimated.
    """
    if path.suffix.lower() not in _SUBTITLE_SUFFIXES:
        return _tracks_of_transcript(path, profile, project, segmenter)
    from pipeline.stages.row_flags import flags_beside_subtitles
    from pipeline.subtitles.formats.subtitle_file import (
        read_subtitle_file,
        track_from_subtitle_file,
    )

    subtitle_file = read_subtitle_file(read_file(path, MAX_SUBTITLE_BYTES), path.name, str(path))
    language_match = _LANGUAGE_SUFFIX.search(path.stem)
    language = (
        language_match[1]
        if language_match
        else _guess_language(" ".join(cue.text for cue in subtitle_file.cues))
    )
    upper_language, _, lower_language = language.partition("-")
    if lower_language.islower():
        return [
            _CheckedTrack(
                track_from_subtitle_file(subtitle_file, language),
                _limits_for(profile, upper_language),
                _limits_for("", lower_language),
            )
        ]
    track = track_from_subtitle_file(subtitle_file, language)
    recording_findings = tuple(
        _recording_finding(*one) for one in flags_beside_subtitles(track, path)
    )
    return [
        _CheckedTrack(track, _limits_for(profile, language), recording_findings=recording_findings)
    ]


def _tracks_of_transcript(
    path: Path, profile: str, project: Project, segmenter: Segmenter
) -> list[_CheckedTrack]:
    from pipeline.script import read_script, read_settings
    from pipeline.stages.row_flags import uncorrected_flags
    from pipeline.timing.corrections import apply_corrections
    from pipeline.tracks import primary_limits, tracks_for, translation_limits

    episode = project.episode(path)
    changes = (
        {"subtitles.profile": profile} if profile in {"verbatim", "netflix-zh", "ted-zh"} else {}
    )
    script = read_script(episode, read_settings(episode, changes), segmenter)
    rows = script.transcript.rows
    uncorrected, flags = _last_timeline(project, script)
    timeline, _ = apply_corrections(uncorrected, script.corrections, rows)
    tracks = tracks_for(script, timeline, segmenter)
    first_cue_of_row = {
        cue.row: number for number, cue in reversed(list(enumerate(tracks.primary.cues, 1)))
    }
    row_flags = uncorrected_flags(flags, timeline.rows, rows, script.corrections)
    recording_findings = tuple(
        _recording_finding(first_cue_of_row.get(one.row, 0), one.row, one.sentence)
        for one in row_flags
    )
    fps = script.settings.picture.fps
    primary = _CheckedTrack(
        tracks.primary,
        primary_limits(script),
        rows=tuple(row.text for row in rows),
        recording_findings=recording_findings,
        fps=fps,
    )
    translations = zip(tracks.translations, script.translations, strict=True)
    return [
        primary,
        *(
            _CheckedTrack(track, translation_limits(script, code), rows=rows, fps=fps)
            for track, (code, rows) in translations
        ),
    ]


def _recording_finding(cue: int, row: int, sentence: str) -> QualityFinding:
    from pipeline.subtitles.qc.quality_finding import QualityFinding

    return QualityFinding("warning", "recording", cue, row, "", "", sentence)


def _last_timeline(project: Project, script: Script) -> tuple[Timeline, list[dict[str, Any]]]:
    """Return the timeline a text was last made with and what its recording made doubtful; without one, an estimate."""
    from pipeline.cache import Store
    from pipeline.manifest import manifest_for
    from pipeline.stages.snapshot import load_snapshot
    from pipeline.timing.duration_estimate import estimate_takes
    from pipeline.timing.timeline_layout import lay_out_takes

    snapshot = load_snapshot(manifest_for(project, script.episode), Store(project.cache))
    if snapshot is not None and snapshot.texts == tuple(row.text for row in script.transcript.rows):
        return snapshot.timeline, [
            {"row": row, "reason": reason}
            for row, reasons in snapshot.flags.items()
            for reason in reasons
        ]
    settings = script.settings
    takes = estimate_takes(script.spoken_rows, syllables_per_minute=settings.subtitles.pace)
    return lay_out_takes(
        takes,
        script.spoken_rows,
        script.transcript,
        script.chapters,
        settings.pauses,
        settings.picture.fps,
    ), []


def _write_fixed(
    say: ConsoleOutput, path: Path, checked_track: _CheckedTrack, segmenter: Segmenter, fps: int
) -> Track:
    from pipeline.subtitles.formats import srt
    from pipeline.subtitles.qc.fix import fix_track

    track, changes = fix_track(
        checked_track.track,
        checked_track.limits,
        segmenter,
        below_limits=checked_track.lower_limits,
        fps=fps,
    )
    fixed_path = path.with_name(f"{path.stem}.fixed.srt")
    if fixed_path.exists():
        raise InputError(
            "This file is there already, and may hold somebody's work.",
            "Move it away first.",
            where=fixed_path,
        )
    publish_bytes(fixed_path, srt.compose(track).encode())
    for change in changes:
        say.line(f"  {change}")
    say.line(f"Wrote {fixed_path}")
    return track


def _limits_for(profile: str, language: str) -> CueLimits:
    from pipeline.subtitles.translation_track import limits_for_language

    if profile:
        return SUBTITLE_PROFILES[profile]
    return (
        SUBTITLE_PROFILES["verbatim"]
        if language in {"zh", "yue", "cmn"}
        else limits_for_language(SUBTITLE_PROFILES["netflix-en"], language)
    )


def _guess_language(text: str) -> str:
    """Return `zh` for a text in which at least a tenth of the characters are Han, else `en`."""
    return "zh" if len(_HAN.findall(text)) * 10 >= len(text) else "en"


def _print_findings(
    say: ConsoleOutput,
    path: Path,
    track: Track,
    limits: CueLimits,
    findings: tuple[QualityFinding, ...],
) -> None:
    from pipeline.subtitles.qc.quality_check import cue_statistics
    from pipeline.subtitles.qc.quality_finding import count_findings

    totals, counts = count_findings(findings), cue_statistics(track, limits)
    rows = [
        (one.level, one.rule, f"{one.cue or ''}", one.sentence)
        for one in findings[:_MAX_PRINTED_FINDINGS]
    ]
    if rows:
        say.table(f"{path.name} against {limits.name}", ("level", "rule", "cue", "what"), rows)
    if len(findings) > _MAX_PRINTED_FINDINGS:
        say.line(f"… and {len(findings) - _MAX_PRINTED_FINDINGS} more (--json has them all).")
    say.line(
        f"{path.name} [{track.language}]: {counts['cues']} cues, {totals['errors']} errors, {totals['warnings']} warnings; fastest "
        f"{counts['fastest_cps']} cps, widest {counts['widest_visual']:g} visual, {counts['widest_strict']:g} strict."
    )
