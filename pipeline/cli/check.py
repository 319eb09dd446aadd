"""`episode check`: checks subtitle files and transcripts against a profile, and repairs files."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.atomic import publish_bytes
from pipeline.cli.console import ConsoleOutput
from pipeline.cli.findings_table import print_findings
from pipeline.cli.help_text import default_text, help_text
from pipeline.cli.options import ProjectOption, add_command, project_at
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.project import MAX_SUBTITLE_BYTES, read_file
from pipeline.settings import Settings
from pipeline.subtitle_profiles import CUE_LIMITS, PRIMARY_LIMITS, default_limits, profile_for
from pipeline.subtitles.formats.format_table import is_subtitle_file
from pipeline.subtitles.qc.quality_finding import (
    count_findings,
    findings_as_json,
    with_details,
)
from pipeline.text.unicode_scripts import han_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Track
    from pipeline.picture.typography.fonts import FontSet
    from pipeline.project import Project
    from pipeline.subtitle_profiles import CueLimits
    from pipeline.subtitles.formats.written_file import WrittenFile
    from pipeline.subtitles.qc.quality_finding import QualityFinding
    from pipeline.text.word_segmenter import Segmenter

_LANGUAGE_SUFFIX = re.compile(r"\.([a-z]{2,3}(?:-[A-Za-z0-9]+)*)$")


@dataclass(frozen=True, slots=True)
class _CheckedTrack:
    """One track to check.

    A bilingual track has a second line with `lower_limits`. `rows` are the texts that it must give
    back, where they are known; `recording_findings` the rows whose time in the recording is
    doubtful; `fps` the frame rate that it was made for; `written` is the file as it is written.
    """

    track: Track
    limits: CueLimits
    lower_limits: CueLimits | None = None
    rows: tuple[str, ...] | None = None
    recording_findings: tuple[QualityFinding, ...] = ()
    fps: int = 30
    written: WrittenFile | None = None


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(
        app,
        check,
        "episode check output/talk/*.srt",
        "episode check old.srt --profile netflix-zh --fix",
        "episode check transcript/talk.txt",
    )


def check(
    say: ConsoleOutput,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help=help_text("check_files"), show_default=False),
    ],
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="NAME",
            help=f"{', '.join(CUE_LIMITS)} {default_text(help_text('check_profile_default'))}",
            show_default=False,
        ),
    ] = "",
    fix: Annotated[bool, typer.Option("--fix", help=help_text("check_fix"))] = False,
    fps: Annotated[
        int,
        typer.Option(
            "--fps",
            help=help_text("check_fps", default=help_text("check_fps_default")),
            min=0,
            max=120,
            show_default=False,
        ),
    ] = 0,
    project: ProjectOption = Path(),
) -> int:
    """Check tracks for reading speed, lengths, gaps, breaks, glyphs and lost rows.

    The exit code is 1 where errors remain.
    """
    from pipeline.picture.typography.fonts import missing_characters
    from pipeline.subtitles.qc import quality_check
    from pipeline.subtitles.qc.file_faults import with_file_faults
    from pipeline.text.word_segmenter import Segmenter

    if profile and profile not in CUE_LIMITS:
        raise InputError(
            message("cli.no_such_profile", profile=profile, profiles=", ".join(CUE_LIMITS))
        )
    segmenter = Segmenter()
    results: list[dict[str, Any]] = []
    errors = 0
    for path in files:
        file_say = replace(say)  # the settings beside a transcript may choose another language
        file_project = project_at(project, path)
        checked_tracks = _tracks_in_file(file_say, path, profile, file_project, segmenter)
        fonts = _fonts_of_film(path, checked_tracks, file_project)

        @functools.cache
        def has_glyph(character: str, fonts: FontSet = fonts) -> bool:
            return not missing_characters([(1, character)], fonts)

        for checked_track in checked_tracks:
            track = checked_track.track
            if fix and is_subtitle_file(path):
                track = _write_fixed(
                    file_say, path, checked_track, segmenter, fps or checked_track.fps
                )
            findings = quality_check.check_cues(
                track,
                checked_track.limits,
                rows=checked_track.rows,
                has_glyph=has_glyph,
                segmenter=segmenter,
                below_limits=checked_track.lower_limits,
                fps=fps or checked_track.fps,
            )
            if checked_track.written is not None and not (fix and track is not checked_track.track):
                findings = with_file_faults(findings, checked_track.written.layout)
            elif checked_track.written is not None:
                unread = replace(checked_track.written.layout, blocks=())
                findings = with_file_faults(findings, unread)
            findings += checked_track.recording_findings
            findings = with_details(findings, track.cues)
            print_findings(file_say, path, track, checked_track.limits, findings)
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


def _fonts_of_film(
    path: Path, checked_tracks: Sequence[_CheckedTrack], project: Project
) -> FontSet:
    """Return the fonts that the film of a transcript uses, or that of the episode of an output."""
    from pipeline.picture.style.look import episode_fonts
    from pipeline.script import read_settings

    settings, episode_folder = Settings(), None
    is_output = path.absolute().parent.parent == project.output.absolute()
    name = path.absolute().parent.name if is_output else ""
    transcripts = [one for one in project.transcript_paths() if one.stem == name]
    transcript = path if not is_subtitle_file(path) else next(iter(transcripts), None)
    if transcript is not None:
        episode = project.episode(transcript)
        settings, episode_folder = read_settings(episode, {}), episode.assets
    lines = [line for one in checked_tracks for cue in one.track.cues for line in cue.lines]
    return episode_fonts(
        settings, lines, assets_folder=project.assets, episode_folder=episode_folder
    )


def _tracks_in_file(
    say: ConsoleOutput, path: Path, profile: str, project: Project, segmenter: Segmenter
) -> list[_CheckedTrack]:
    """Return one track for a subtitle file, and one for each language of a transcript.

    A transcript that did not change since it was last made has the times of then, else estimated
    ones.
    """
    if not is_subtitle_file(path):
        return _tracks_of_transcript(say, path, profile, project, segmenter)
    from pipeline.stages.row_flags import flags_beside_subtitles
    from pipeline.subtitles.formats.subtitle_file import (
        read_subtitle_file,
        track_from_subtitle_file,
    )
    from pipeline.subtitles.formats.written_file import read_written_file, track_of_written_file

    body = read_file(path, MAX_SUBTITLE_BYTES)
    written = read_written_file(body, path.name, str(path))
    if written is None:
        subtitle_file = read_subtitle_file(body, path.name, str(path))
        notices = subtitle_file.notices
        text = " ".join(cue.text for cue in subtitle_file.cues)
    else:
        notices = written.notices
        text = " ".join(line for block in written.layout.blocks for line in block.lines)
    for notice in notices:
        say.notice(notice)
    language_match = _LANGUAGE_SUFFIX.search(path.stem)
    language = language_match[1] if language_match else _guess_language(text)
    track = (
        track_from_subtitle_file(subtitle_file, language)
        if written is None
        else track_of_written_file(written, language)
    )
    upper_language, _, lower_language = language.partition("-")
    is_bilingual = lower_language.islower()
    suited = profile_for(profile, upper_language if is_bilingual else language)
    if suited != profile:
        problem = message(
            "subtitles.profile_for_another_language",
            file=path.name,
            profile=profile,
            language=language,
            better=suited,
        )
        say.notice(problem)
    if is_bilingual:
        return [
            _CheckedTrack(
                track,
                _limits_for(profile, upper_language),
                _limits_for("", lower_language),
                written=written,
            )
        ]
    recording_findings = tuple(
        _recording_finding(*flag) for flag in flags_beside_subtitles(track, path)
    )
    return [
        _CheckedTrack(
            track,
            _limits_for(profile, language),
            recording_findings=recording_findings,
            written=written,
        )
    ]


def _tracks_of_transcript(
    say: ConsoleOutput, path: Path, profile: str, project: Project, segmenter: Segmenter
) -> list[_CheckedTrack]:
    from pipeline.language_tracks import primary_limits, tracks_for, translation_limits
    from pipeline.script import read_script, read_settings
    from pipeline.stages.row_flags import uncorrected_flags
    from pipeline.stages.snapshot import last_timeline
    from pipeline.timing.corrections import apply_corrections

    episode = project.episode(path)
    changes = {"subtitles.profile": profile} if profile in PRIMARY_LIMITS else {}
    settings = read_settings(episode, changes)
    say.use_language_of(settings)
    script = read_script(episode, settings, segmenter)
    for notice in script.notices:
        say.notice(notice)
    rows = script.transcript.rows
    snapshot = last_timeline(project, script, same_text=True)
    timeline, _ = apply_corrections(snapshot.timeline, script.corrections, rows)
    tracks = tracks_for(script, timeline, segmenter)
    first_cue_of_row = {
        cue.row: number for number, cue in reversed(list(enumerate(tracks.primary.cues, 1)))
    }
    flags = [
        {"row": row, "reason": reason}
        for row, reasons in snapshot.flags.items()
        for reason in reasons
    ]
    row_flags = uncorrected_flags(flags, timeline.rows, rows, script.corrections)
    recording_findings = tuple(
        _recording_finding(first_cue_of_row.get(flag.row, 0), flag.row, flag.sentence)
        for flag in row_flags
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


def _write_fixed(
    say: ConsoleOutput, path: Path, checked_track: _CheckedTrack, segmenter: Segmenter, fps: int
) -> Track:
    """Write the fixed file beside the file, in its format; nothing where nothing is to fix."""
    from pipeline.subtitles.formats import srt
    from pipeline.subtitles.qc.fix import fix_track
    from pipeline.subtitles.qc.fixed_file import compose_fixed_file

    track, changes = fix_track(
        checked_track.track,
        checked_track.limits,
        segmenter,
        below_limits=checked_track.lower_limits,
        fps=fps,
    )
    if not changes:
        say.line(message("cli.nothing_to_fix", file=path.name))
        return checked_track.track
    written = checked_track.written
    fixed_path = path.with_name(f"{path.stem}.fixed{path.suffix if written else '.srt'}")
    if fixed_path.exists():
        raise InputError(message("cli.fixed_file_exists"), where=fixed_path)
    if written is None:
        say.notice(message("cli.fixed_loses_markup", file=path.name))
        body = srt.compose(track)
    else:
        body = compose_fixed_file(written, checked_track.track, track, fps)
    publish_bytes(fixed_path, body.encode())
    for change in changes:
        say.line(message("cli.indented", text=change))
    say.line(message("cli.wrote", path=fixed_path))
    return track


def _limits_for(profile: str, language: str) -> CueLimits:
    return CUE_LIMITS[profile] if profile else default_limits(language)


def _guess_language(text: str) -> str:
    """Return the language that a text plainly is in, else `zh` or `en` by its characters."""
    from pipeline.text.language_detection import language_of_text

    return language_of_text(text) or ("zh" if han_count(text) * 10 >= len(text) else "en")
