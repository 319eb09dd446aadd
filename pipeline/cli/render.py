"""`episode subtitle`, `narrate`, `render`: one episode, as far as asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.episode_build import build_and_report
from pipeline.cli.narrate import NARRATE_EXAMPLES, narrate
from pipeline.cli.options import (
    DurationOption,
    ExplainOption,
    ForceOption,
    JsonOption,
    KaraokeOption,
    PaceOption,
    ProfileOption,
    ProjectOption,
    QuietOption,
    TranscriptArgument,
    VoiceOption,
    given_options,
    parse_duration,
    report_errors,
    settings_changes,
)
from pipeline.cli.subtitle import SUBTITLE_EXAMPLES, subtitle
from pipeline.run import BuildRequest


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the app."""
    app.command(epilog=SUBTITLE_EXAMPLES)(report_errors(subtitle))
    app.command(epilog=NARRATE_EXAMPLES)(report_errors(narrate))
    app.command(epilog=_RENDER_EXAMPLES)(report_errors(render))


_RENDER_EXAMPLES = (
    "Examples: [bold]episode render transcript/talk.txt[/bold]   [bold]episode render talk.txt --burn both --size 1280x720[/bold]   "
    "[bold]episode render talk.txt --no-voice[/bold]   "
    "[bold]episode render talk.txt --voice recording:host.mp4 --over recording[/bold]"
)


def render(
    transcript: TranscriptArgument,
    project: ProjectOption = Path(),
    voice: VoiceOption = "",
    no_voice: Annotated[
        bool, typer.Option("--no-voice", help="A silent video with estimated times.")
    ] = False,
    over: Annotated[
        str,
        typer.Option(
            metavar="slides|recording",
            help="Captions over slides, or over the host's own video.",
            show_default="slides",
        ),
    ] = "",
    burn: Annotated[
        str,
        typer.Option(
            metavar="zh|en|both|none", help="Captions drawn into the picture.", show_default="zh"
        ),
    ] = "",
    size: Annotated[
        str,
        typer.Option(
            metavar="WxH", help="1920x1080, 1080x1920, 1080x1080 …", show_default="1920x1080"
        ),
    ] = "",
    fps: Annotated[
        int, typer.Option(metavar="N", help="Frames a second, constant.", show_default="30")
    ] = 0,
    quality: Annotated[
        str,
        typer.Option(
            metavar="draft|good|best", help="Effort and size of the encoding.", show_default="good"
        ),
    ] = "",
    codec: Annotated[
        str,
        typer.Option(
            metavar="h264|hevc|av1",
            help="h264 is made by holding states: far faster.",
            show_default="h264",
        ),
    ] = "",
    cfr: Annotated[
        str,
        typer.Option(
            metavar="held|plain",
            help="plain encodes every frame the ordinary way.",
            show_default="held",
        ),
    ] = "",
    keyframes: Annotated[
        int,
        typer.Option(
            "--keyframe-interval",
            metavar="S",
            help="No seek decodes more than this many seconds.",
            show_default="10",
        ),
    ] = 0,
    karaoke: KaraokeOption = False,
    profile: ProfileOption = "",
    theme: Annotated[
        str,
        typer.Option(
            metavar="dark|light", help="Palette of cards and captions.", show_default="dark"
        ),
    ] = "",
    pace: PaceOption = 0,
    duration: DurationOption = "",
    force: ForceOption = False,
    explain: ExplainOption = False,
    quiet: QuietOption = False,
    machine: JsonOption = False,
) -> int:
    """Make everything: subtitles, narration and the video, with chapters, poster and report."""
    changes = settings_changes(voice=voice, size=size)
    changes |= given_options(
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
    request = BuildRequest(
        "render", changes, with_voice=not no_voice, force=force, duration=parse_duration(duration)
    )
    return build_and_report(
        transcript, project, request, ConsoleOutput(quiet, machine), explain=explain
    )
