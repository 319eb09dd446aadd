"""`episode subtitle`, `narrate`, `render`: one episode, as far as asked."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.build import Order, StepRun
from pipeline.cli.app import Machine, ProjectFolder, Quiet, TranscriptPath, guarded, project_at
from pipeline.cli.console import Say
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.build import Outcome

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,3})?)")
_MEGABYTE = 1_000_000
_MOST_DOUBTS = 40

VoiceOption = Annotated[
    str, typer.Option("--voice", metavar="ENGINE[:NAME]", help="auto, edge, espeak, openai, sherpa, silence, or recording:FILE.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Make everything again.")]
ExplainOption = Annotated[bool, typer.Option("--explain", help="Say why each step ran or did not.")]
PaceOption = Annotated[
    int, typer.Option("--pace", metavar="N", help="Syllables a minute where no audio tells the time.", show_default=False)
]
DurationOption = Annotated[str, typer.Option("--duration", metavar="M:SS", help="Fit estimated times to this length.", show_default=False)]


KaraokeOption = Annotated[bool, typer.Option("--karaoke", help="Words light up as they are heard, in the ASS and the picture.")]
ProfileOption = Annotated[str, typer.Option("--profile", metavar="NAME", help="verbatim, netflix-zh or ted-zh.", show_default="verbatim")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the app."""
    app.command(epilog=_SUBTITLE)(guarded(subtitle))
    app.command(epilog=_NARRATE)(guarded(narrate))
    app.command(epilog=_RENDER)(guarded(render))


_SUBTITLE = "Examples: [bold]episode subtitle transcript/talk.txt[/bold]   [bold]episode subtitle talk.txt --duration 14:30[/bold]"
_NARRATE = (
    "Examples: [bold]episode narrate transcript/talk.txt[/bold]   "
    "[bold]episode narrate talk.txt --voice edge:zh-CN-XiaoxiaoNeural[/bold]   [bold]episode narrate talk.txt --dry-run[/bold]"
)
_RENDER = (
    "Examples: [bold]episode render transcript/talk.txt[/bold]   [bold]episode render talk.txt --burn both --size 1280x720[/bold]   "
    "[bold]episode render talk.txt --no-voice[/bold]   "
    "[bold]episode render talk.txt --voice recording:host.mp4 --over recording[/bold]"
)


def subtitle(
    transcript: TranscriptPath,
    project: ProjectFolder = Path(),
    pace: PaceOption = 0,
    duration: DurationOption = "",
    karaoke: KaraokeOption = False,
    profile: ProfileOption = "",
    like: Annotated[Path | None, typer.Option(metavar="FILE", help="Pace and pauses of this timed episode.", dir_okay=False)] = None,
    force: ForceOption = False,
    explain: ExplainOption = False,
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Write the subtitle files: SRT, WebVTT and ASS, in every language there is a text for.

    Times come from the narration where one was made of this very text, else from an estimate.
    """
    changes = _given({"subtitles.pace": pace, "style.karaoke": karaoke, "subtitles.profile": profile})
    order = Order("subtitle", changes, force=force, duration=_seconds(duration), like=like)
    return make(transcript, project, order, Say(quiet, machine), explain=explain)


def narrate(
    transcript: TranscriptPath,
    project: ProjectFolder = Path(),
    voice: VoiceOption = "",
    formats: Annotated[str, typer.Option("--formats", metavar="m4a,mp3,wav", help="Files to write.", show_default="m4a")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be said for each row.")] = False,
    force: ForceOption = False,
    explain: ExplainOption = False,
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Speak the transcript: a mastered narration, and subtitles timed to it."""
    changes = changes_of(voice=voice)
    if dry_run:
        return _dry_run(transcript, project, changes, Say(quiet, machine))
    if formats:
        changes["sound.formats"] = tuple(one.strip().lower() for one in formats.split(","))
    order = Order("narrate", changes, force=force)
    return make(transcript, project, order, Say(quiet, machine), explain=explain)


def render(
    transcript: TranscriptPath,
    project: ProjectFolder = Path(),
    voice: VoiceOption = "",
    no_voice: Annotated[bool, typer.Option("--no-voice", help="A silent video with estimated times.")] = False,
    over: Annotated[
        str, typer.Option(metavar="slides|recording", help="Captions over slides, or over the host's own video.", show_default="slides")
    ] = "",
    burn: Annotated[str, typer.Option(metavar="zh|en|both|none", help="Captions drawn into the picture.", show_default="zh")] = "",
    size: Annotated[str, typer.Option(metavar="WxH", help="1920x1080, 1080x1920, 1080x1080 …", show_default="1920x1080")] = "",
    fps: Annotated[int, typer.Option(metavar="N", help="Frames a second, constant.", show_default="30")] = 0,
    quality: Annotated[str, typer.Option(metavar="draft|good|best", help="Effort and size of the encoding.", show_default="good")] = "",
    codec: Annotated[
        str, typer.Option(metavar="h264|hevc|av1", help="h264 is made by holding states: far faster.", show_default="h264")
    ] = "",
    cfr: Annotated[str, typer.Option(metavar="held|plain", help="plain encodes every frame the ordinary way.", show_default="held")] = "",
    keyframes: Annotated[
        int, typer.Option("--keyframe-interval", metavar="S", help="No seek decodes more than this many seconds.", show_default="10")
    ] = 0,
    karaoke: KaraokeOption = False,
    profile: ProfileOption = "",
    theme: Annotated[str, typer.Option(metavar="dark|light", help="Palette of cards and captions.", show_default="dark")] = "",
    pace: PaceOption = 0,
    duration: DurationOption = "",
    force: ForceOption = False,
    explain: ExplainOption = False,
    quiet: Quiet = False,
    machine: Machine = False,
) -> int:
    """Make everything: subtitles, narration and the video, with chapters, poster and report."""
    changes = changes_of(voice=voice, size=size)
    changes |= _given(
        {
            "picture.over": over,
            "picture.burn": burn,
            "picture.fps": fps,
            "picture.quality": quality,
            "picture.codec": codec,
            "picture.cfr": cfr,
            "picture.keyframe_interval": keyframes,
            "style.karaoke": karaoke,
            "style.theme": theme,
            "subtitles.profile": profile,
            "subtitles.pace": pace,
        }
    )
    order = Order("render", changes, voice=not no_voice, force=force, duration=_seconds(duration))
    return make(transcript, project, order, Say(quiet, machine), explain=explain)


def _dry_run(transcript: Path, folder: Path, changes: dict[str, Any], say: Say) -> int:
    """Show shown and spoken form side by side, utterance by utterance."""
    from pipeline.script import read_script, read_settings
    from pipeline.speech.utterances import utterances
    from pipeline.text.words import Segmenter

    episode = project_at(folder).episode(transcript)
    script = read_script(episode, read_settings(episode, changes), Segmenter())
    groups = utterances(script.spoken, script.transcript, script.chapters)
    lines = [(number, row) for number, group in enumerate(groups, 1) for row in group.rows]
    cells = [(str(number), str(row.row), row.shown, row.spoken if row.spoken != row.shown else "=") for number, row in lines]
    say.table(f"{episode.name}: what is said", ("utterance", "row", "shown", "spoken"), cells)
    say.json([{"utterance": number, "row": row.row, "shown": row.shown, "spoken": row.spoken} for number, row in lines])
    return 0


def make(transcript: Path, folder: Path, order: Order, say: Say, *, explain: bool) -> int:
    """Run an order on one episode and tell what came of it; return the exit code."""
    from pipeline.build import build

    project = project_at(folder)
    episode = project.episode(transcript)
    with say.progress() as observe:
        outcome = build(project, episode, order, observe)
    for notice in outcome.notices:
        say.notice(notice)
    if explain:
        steps = outcome.steps or (StepRun("everything", ""),)
        say.table("Steps", ("step", "ran because"), [(step.name, step.why or "– up to date") for step in steps])
    _tell_doubts(say, (outcome.report.get("voice") or {}).get("flagged_rows", ()))
    _summary(say, outcome)
    say.json(
        {
            "episode": outcome.name,
            "folder": str(outcome.folder),
            "files": outcome.files,
            "report": outcome.report,
            "notices": outcome.notices,
            "steps": [dataclasses.asdict(step) for step in outcome.steps],
        }
    )
    return 0


def _summary(say: Say, outcome: Outcome) -> None:
    report = outcome.report
    proof = ", ".join(f"{one['language']} {one['covered']}/{one['rows']}" for one in report["proof"])
    rows = [
        ("length", f"{_clock(report['seconds'])} · {report['frames']} frames at {report['fps']} fps"),
        ("rows covered", proof),
        ("cues", ", ".join(f"{one['language']} {one['cues']}" for one in report["proof"])),
    ]
    voice = report.get("voice")
    if voice:
        rows.append(("voice", f"{voice['engine']} {voice['name']}"))
        if "flagged_rows" in voice:
            rows += [("rows found by", voice["version"]), ("rows to look at", str(len(voice["flagged_rows"])))]
    sound = report.get("sound")
    if sound and sound["integrated_lufs"] is not None:
        rows.append(("sound", f"{sound['integrated_lufs']:.1f} LUFS, peak {sound['true_peak_dbtp']:.1f} dBTP"))
    rows.append(("warnings", str(report.get("warnings", 0))))
    rows.append(("files", f"{len(outcome.files)} in {_near(outcome.folder)}"))
    rows += [("", f"{name}  {_size(outcome.folder / name)}") for name in outcome.files]
    say.pairs(f"{outcome.name}: {'made' if outcome.steps else 'nothing to do, all is up to date'}", rows)


def _tell_doubts(say: Say, flagged: Sequence[Mapping[str, Any]]) -> None:
    """List the rows of a recording that a person should look at."""
    cells = [(str(one["row"]), _tenths(one["start_ms"]), one["text"], _beside(one)) for one in flagged[:_MOST_DOUBTS]]
    if cells:
        say.table("Rows to look at", ("row", "time", "text", "why"), cells)
    if len(flagged) > _MOST_DOUBTS:
        say.line(f"… and {len(flagged) - _MOST_DOUBTS} more: report.json has them all.")


def _beside(flagged: Mapping[str, Any]) -> str:
    """Return why a row is flagged, and from when to when something else is heard."""
    why = flagged["sentence"].partition(": ")[2]
    heard = flagged.get("heard_ms")
    return f"{why} ({_tenths(heard[0])}–{_tenths(heard[1])})" if heard else why


def _tenths(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}.{ms % 1000 // 100}"


def _near(folder: Path) -> str:
    """Return a folder's name as seen from here."""
    try:
        return str(folder.relative_to(Path.cwd()))
    except ValueError:
        return str(folder)


def _size(path: Path) -> str:
    count = path.stat().st_size
    return f"{count / 1e6:.1f} MB" if count >= _MEGABYTE else f"{count / 1e3:.1f} kB"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def changes_of(*, voice: str = "", size: str = "") -> dict[str, Any]:
    """Return the settings that --voice and --size change, by dotted name. Raises InputError."""
    changes: dict[str, Any] = {}
    if voice:
        engine, _, name = voice.partition(":")
        changes["voice.engine"] = engine
        if name and engine == "recording":
            changes["voice.file"] = str(Path(name).absolute())
        elif name:
            changes["voice.name"] = name
    if size:
        width, cross, height = size.lower().partition("x")
        if not (cross and width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
            raise InputError(f"--size {size} is not WIDTHxHEIGHT.", "For example 1920x1080.")
        changes |= {"picture.width": int(width[:9]), "picture.height": int(height[:9])}
    return changes


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given; what was not said is left to the settings file."""
    return {key: value for key, value in options.items() if value}


def _seconds(clock: str) -> float | None:
    """Return a length such as 14:30 or 1:02:03.5 in seconds; None where none was given."""
    if not clock:
        return None
    match = _CLOCK.fullmatch(clock)
    if match is None:
        raise InputError(f"--duration {clock} is not M:SS.", "For example 14:30 or 1:02:30.")
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
