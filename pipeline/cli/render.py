"""`episode render`: makes everything of one episode."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import ConsoleOutput
from pipeline.cli.episode_build import build_and_report
from pipeline.cli.help_text import help_text
from pipeline.cli.options import (
    DurationOption,
    ExplainOption,
    ForceOption,
    KaraokeOption,
    PaceOption,
    ProfileOption,
    ProjectOption,
    TranscriptArgument,
    VoiceOption,
    add_command,
    given_options,
    parse_duration,
    settings_changes,
)
from pipeline.run import BuildRequest


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    add_command(
        app,
        render,
        "episode render transcript/talk.txt",
        "episode render talk.txt --burn both --size 1280x720",
        "episode render talk.txt --no-voice",
        "episode render talk.txt --voice recording:host.mp4 --over recording",
    )


def render(
    say: ConsoleOutput,
    transcript: TranscriptArgument,
    project: ProjectOption = Path(),
    voice: VoiceOption = "",
    no_voice: Annotated[bool, typer.Option("--no-voice", help=help_text("no_voice"))] = False,
    over: Annotated[
        str,
        typer.Option(
            metavar="slides|recording", help=help_text("over", default="slides"), show_default=False
        ),
    ] = "",
    burn: Annotated[
        str,
        typer.Option(
            metavar="LANGUAGE",
            help=help_text("burn", default="first"),
            show_default=False,
        ),
    ] = "",
    size: Annotated[
        str,
        typer.Option(
            metavar="WxH", help=help_text("size", default="1920x1080"), show_default=False
        ),
    ] = "",
    fps: Annotated[
        int, typer.Option(metavar="N", help=help_text("fps", default="30"), show_default=False)
    ] = 0,
    quality: Annotated[
        str,
        typer.Option(
            metavar="draft|good|best", help=help_text("quality", default="good"), show_default=False
        ),
    ] = "",
    codec: Annotated[
        str,
        typer.Option(
            metavar="h264|hevc|av1", help=help_text("codec", default="h264"), show_default=False
        ),
    ] = "",
    cfr: Annotated[
        str,
        typer.Option(
            metavar="held|plain", help=help_text("cfr", default="held"), show_default=False
        ),
    ] = "",
    keyframes: Annotated[
        int,
        typer.Option(
            "--keyframe-interval",
            metavar="S",
            help=help_text("keyframe_interval", default="10"),
            show_default=False,
        ),
    ] = 0,
    karaoke: KaraokeOption = False,
    profile: ProfileOption = "",
    theme: Annotated[
        str,
        typer.Option(
            metavar="dark|light", help=help_text("theme", default="dark"), show_default=False
        ),
    ] = "",
    pace: PaceOption = 0,
    duration: DurationOption = "",
    force: ForceOption = False,
    explain: ExplainOption = False,
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
    return build_and_report(say, transcript, project, request, explain=explain)
