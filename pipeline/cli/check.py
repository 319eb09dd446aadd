"""`episode check`: subtitle files and transcripts against a profile, and repair without changing words."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import Machine, ProjectFolder, Quiet, guarded, project_at
from pipeline.cli.console import Say
from pipeline.errors import InputError
from pipeline.project import LARGEST_SUBTITLES, read_file
from pipeline.store import publish_bytes
from pipeline.text.profiles import PROFILES

if TYPE_CHECKING:
    from pipeline.model import Timeline, Track
    from pipeline.project import Project
    from pipeline.script import Script
    from pipeline.subtitles.quality import Finding
    from pipeline.text.profiles import Limits
    from pipeline.text.words import Segmenter

_EXAMPLES = (
    "Examples: [bold]episode check output/talk/*.srt[/bold]   [bold]episode check old.srt --profile netflix-zh --fix[/bold]   "
    "[bold]episode check transcript/talk.txt[/bold]"
)
_SUBTITLES = (".srt", ".vtt", ".ass", ".ssa")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LANGUAGE = re.compile(r"\.([a-z]{2,3}(?:-[A-Za-z0-9]+)*)$")
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class _Subject:
    """One track to check: a line above, for a bilingual one a line below, and the rows it ought to give back, if known.

    `doubtful` has a warning for each row whose time in the recording is doubtful; `fps` are the frames a second it was made for.
    """

    track: Track
    limits: Limits
    below: Limits | None = None
    rows: tuple[str, ...] | None = None
    doubtful: tuple[Finding, ...] = ()
    fps: int = 30


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
    app.command(epilog=_EXAMPLES)(guarded(check))


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Transcripts or subtitle files.", show_default=False)],
    profile: Annotated[str, typer.Option("--profile", metavar="NAME", help=f"{', '.join(PROFILES)}.", show_default="by language")] = "",
    fix: Annotated[bool, typer.Option("--fix", help="Write NAME.fixed.srt with what can be repaired without changing words.")] = False,
    fps: Annotated[
        int,
        typer.Option("--fps", help="Frames a second that gaps are counted in.", min=0, max=120, show_default="the settings' own, or 30"),
    ] = 0,
    project: ProjectFolder = Path(),
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Check reading speed, lengths, durations, gaps, overlaps, breaks, glyphs and rows left out; exit 1 where errors remain."""
    from pipeline.picture.fonts import find_faces, missing
    from pipeline.subtitles import quality
    from pipeline.text.words import Segmenter

    if profile and profile not in PROFILES:
        raise InputError(f"There is no profile {profile!r}.", f"Choose one of {', '.join(PROFILES)}.")
    say, segmenter, faces = Say(quiet, machine), Segmenter(), find_faces("")

    @functools.cache
    def covered(character: str) -> bool:
        return not missing([(1, character)], faces)

    results: list[dict[str, Any]] = []
    errors = 0
    for path in files:
        for subject in _subjects(path, profile, project_at(project), segmenter):
            track = subject.track
            if fix and path.suffix.lower() in _SUBTITLES:
                track = _fixed(say, path, subject, segmenter, fps or subject.fps)
            found = quality.check(
                track,
                subject.limits,
                rows=subject.rows,
                covered=covered,
                segmenter=segmenter,
                below=subject.below,
                fps=fps or subject.fps,
            )
            found += subject.doubtful
            _tell(say, path, track, subject.limits, found)
            totals = quality.summary(found)
            errors += totals["errors"]
            results.append(
                {
                    "file": str(path),
                    "language": track.language,
                    "profile": subject.limits.name,
                    **quality.figures(track, subject.limits),
                    **totals,
                    "findings": quality.as_json(found),
                }
            )
    say.json(results)
    return 1 if errors else 0


def _subjects(path: Path, profile: str, project: Project, segmenter: Segmenter) -> list[_Subject]:
    """Return what is in a file: one track for a subtitle file, a track a language for a transcript.

    A transcript's times are those it was last made with, where that was this very text, else estimated.
    """
    if path.suffix.lower() not in _SUBTITLES:
        return _of_transcript(path, profile, project, segmenter)
    from pipeline.stages.doubts import doubts_beside
    from pipeline.subtitles.readers import read_noting, track_of

    reading = read_noting(read_file(path, LARGEST_SUBTITLES), path.name, str(path))
    named = _LANGUAGE.search(path.stem)
    language = named[1] if named else _guessed(" ".join(cue.text for cue in reading.cues))
    first, _, second = language.partition("-")
    if second.islower():
        return [_Subject(track_of(reading, language), _limits(profile, first), _limits("", second))]
    track = track_of(reading, language)
    doubtful = tuple(_doubt(*one) for one in doubts_beside(track, path))
    return [_Subject(track, _limits(profile, language), doubtful=doubtful)]


def _of_transcript(path: Path, profile: str, project: Project, segmenter: Segmenter) -> list[_Subject]:
    from pipeline.script import read_script, read_settings
    from pipeline.stages.doubts import doubts
    from pipeline.timing.corrections import corrected
    from pipeline.tracks import first_limits, second_limits, tracks_for

    episode = project.episode(path)
    changes = {"subtitles.profile": profile} if profile in {"verbatim", "netflix-zh", "ted-zh"} else {}
    script = read_script(episode, read_settings(episode, changes), segmenter)
    rows = script.transcript.rows
    before, flags = _last_made(project, script)
    timeline, _ = corrected(before, script.corrections, rows)
    tracks = tracks_for(script, timeline, segmenter)
    first = {cue.row: number for number, cue in reversed(list(enumerate(tracks.first.cues, 1)))}
    found = doubts(flags, timeline.rows, rows, script.corrections)
    doubtful = tuple(_doubt(first.get(one.row, 0), one.row, one.sentence) for one in found)
    fps = script.settings.picture.fps
    own = _Subject(tracks.first, first_limits(script), rows=tuple(row.text for row in rows), doubtful=doubtful, fps=fps)
    others = zip(tracks.seconds, script.seconds, strict=True)
    return [own, *(_Subject(track, second_limits(script, code), rows=rows, fps=fps) for track, (code, rows) in others)]


def _doubt(cue: int, row: int, sentence: str) -> Finding:
    from pipeline.subtitles.quality import Finding

    return Finding("warning", "recording", cue, row, "", "", sentence)


def _last_made(project: Project, script: Script) -> tuple[Timeline, list[dict[str, Any]]]:
    """Return the timeline a text was last made with and what its recording made doubtful; without one, an estimate."""
    from pipeline.build import ledger_of
    from pipeline.stages.told import last
    from pipeline.store import Store
    from pipeline.timing.estimate import estimate_takes
    from pipeline.timing.timeline import lay_out

    told = last(ledger_of(project, script.episode), Store(project.cache))
    if told is not None and told.texts == tuple(row.text for row in script.transcript.rows):
        return told.timeline, [{"row": row, "reason": reason} for row, reasons in told.flags.items() for reason in reasons]
    settings = script.settings
    takes = estimate_takes(script.spoken, pace=settings.subtitles.pace)
    return lay_out(takes, script.spoken, script.transcript, script.chapters, settings.pauses, settings.picture.fps), []


def _fixed(say: Say, path: Path, subject: _Subject, segmenter: Segmenter, fps: int) -> Track:
    from pipeline.subtitles import srt
    from pipeline.subtitles.repair import repair

    track, changes = repair(subject.track, subject.limits, segmenter, below=subject.below, fps=fps)
    out = path.with_name(f"{path.stem}.fixed.srt")
    if out.exists():
        raise InputError("This file is there already, and may hold somebody's work.", "Move it away first.", where=out)
    publish_bytes(out, srt.compose(track).encode())
    for change in changes:
        say.line(f"  {change}")
    say.line(f"Wrote {out}")
    return track


def _limits(profile: str, language: str) -> Limits:
    from pipeline.subtitles.reading import suited

    if profile:
        return PROFILES[profile]
    return PROFILES["verbatim"] if language in {"zh", "yue", "cmn"} else suited(PROFILES["netflix-en"], language)


def _guessed(text: str) -> str:
    """Return `zh` for a text in which at least a tenth of the characters are Han, else `en`."""
    return "zh" if len(_HAN.findall(text)) * 10 >= len(text) else "en"


def _tell(say: Say, path: Path, track: Track, limits: Limits, found: tuple[Finding, ...]) -> None:
    from pipeline.subtitles.quality import figures, summary

    totals, counts = summary(found), figures(track, limits)
    rows = [(one.level, one.rule, f"{one.cue or ''}", one.sentence) for one in found[:_MOST_ROWS]]
    if rows:
        say.table(f"{path.name} against {limits.name}", ("level", "rule", "cue", "what"), rows)
    if len(found) > _MOST_ROWS:
        say.line(f"… and {len(found) - _MOST_ROWS} more (--json has them all).")
    say.line(
        f"{path.name} [{track.language}]: {counts['cues']} cues, {totals['errors']} errors, {totals['warnings']} warnings; fastest "
        f"{counts['fastest_cps']} cps, widest {counts['widest_visual']:g} visual, {counts['widest_strict']:g} strict."
    )
