"""The ways of making an episode's picture, ours and others'."""

from __future__ import annotations

import subprocess
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.render_episode import FPS, HEIGHT, WIDTH
from pipeline.cache import Store
from pipeline.picture.encode.x264_encoder import PRESETS
from pipeline.picture.frame_renderer import EpisodeFrameRenderer
from pipeline.picture.slides.slide_store import load_slide
from pipeline.process import ffmpeg_path
from pipeline.settings import Settings
from pipeline.timebase import seconds_from_samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.render_episode import Episode

CUT = 20
"""Seconds of the episode that moviepy is given."""

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")


def by_this_engine(episode: Episode, store: Path, out: Path) -> None:
    """Plan, encode what the store lacks, write the film."""
    from pipeline.mux.mp4 import write_mp4
    from pipeline.picture.composition import compose
    from pipeline.picture.encode.video_encoding import encode_video

    look = episode.look
    painter = EpisodeFrameRenderer(store, look.fonts, look.caption_style, look.theme)
    reel = compose(
        episode.timeline, episode.slides, [episode.track], width=WIDTH, height=HEIGHT, fps=FPS
    )
    picture = Settings().picture.model_copy(update={"quality": episode.quality})
    video = encode_video(reel, painter, Store(store), picture, lambda *_: None)
    write_mp4(video, None, (), (), title="", language="zh", poster=None, burnt=True, out=out)


def by_ffmpeg(episode: Episode, store: Path, out: Path, *, once: bool = False) -> None:
    """Render everything in one run of ffmpeg.

    The stills are looped and joined, and libass draws the captions.
    """
    folder = store.parent
    (folder / "cues.ass").write_text(_ass(episode), "utf-8")
    edges = [*(first for first, _ in episode.slides), episode.timeline.frames]
    inputs, chains = [], []
    colours = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    for number, (first, after) in enumerate(pairwise(edges)):
        path = str(folder / f"slide-{number:02}.png")
        if once:
            inputs += ["-framerate", str(FPS), "-i", path]
            chains.append(
                f"[{number}:v]{colours},loop={after - first - 1}:1,setpts=N/{FPS}/TB[s{number}];"
            )
        else:
            inputs += [
                "-loop",
                "1",
                "-framerate",
                str(FPS),
                "-t",
                f"{(after - first) / FPS:.6f}",
                "-i",
                path,
            ]
            chains.append(f"[{number}:v]null[s{number}];")
    joined = "".join(f"[s{number}]" for number in range(len(chains)))
    graph = (
        f"{''.join(chains)}{joined}concat=n={len(chains)},{'' if once else colours + ','}"
        "ass=cues.ass[v]"
    )
    preset = PRESETS[episode.quality]
    encoding = ["-c:v", "libx264", "-preset", preset.name, "-crf", str(preset.crf), "-r", str(FPS)]
    command = [
        ffmpeg_path(),
        "-v",
        "error",
        "-y",
        *inputs,
        "-filter_complex",
        graph,
        "-map",
        "[v]",
        *encoding,
        str(out),
    ]
    subprocess.run(command, check=True, cwd=folder)  # noqa: S603 - our own arguments


def by_moviepy(episode: Episode, store: Path, out: Path) -> None:
    """Compose and write the first seconds of slides and TextClips.

    Loading moviepy is not counted.
    """
    from moviepy import CompositeVideoClip, ImageClip, TextClip

    begun = time.perf_counter()
    clips = []
    edges = [*(first / FPS for first, _ in episode.slides), episode.timeline.frames / FPS]
    for (_, key), (start, end) in zip(episode.slides, pairwise(edges), strict=True):
        if start < CUT:
            clips.append(
                ImageClip(load_slide(Store(store), key), duration=min(end, CUT) - start).with_start(
                    start
                )
            )
    for cue in episode.track.cues:
        start, end = (
            seconds_from_samples(cue.span.start),
            min(seconds_from_samples(cue.span.end), CUT),
        )
        if start < end:
            text = "\n".join(cue.lines)
            letters = TextClip(
                str(FONT),
                text=text,
                font_size=56,
                color="white",
                stroke_color="black",
                stroke_width=3,
                margin=(8, 24),
            )
            clips.append(
                letters.with_start(start)
                .with_duration(end - start)
                .with_position(("center", 0.86), relative=True)
            )
    preset = PRESETS[episode.quality]
    film = CompositeVideoClip(clips, size=(WIDTH, HEIGHT)).with_duration(CUT)
    film.write_videofile(
        str(out),
        fps=FPS,
        codec="libx264",
        preset=preset.name,
        ffmpeg_params=["-crf", str(preset.crf)],
        audio=False,
        logger=None,
    )
    (store.parent / "wall").write_text(str(time.perf_counter() - begun), "ascii")


WAYS: dict[str, Callable[[Episode, Path, Path], None]] = {
    "a": by_this_engine,
    "b": by_this_engine,
    "c": by_this_engine,
    "d": by_ffmpeg,
    "d2": lambda episode, store, out: by_ffmpeg(episode, store, out, once=True),
    "e": by_moviepy,
}


def _ass(episode: Episode) -> str:
    """Return the cues as ASS, set as large as our captions."""
    head = (
        f"[Script Info]\nScriptType: v4.00+\nPlayResX: {WIDTH}\nPlayResY: {HEIGHT}\n[V4+ Styles]\n"
    )
    fields = (
        "Name, Fontname, Fontsize, PrimaryColour, OutlineColour, Bold, BorderStyle, Outline, "
        "Shadow, Alignment, MarginV"
    )
    style = "Main,Noto Sans CJK SC,80,&H00FFFFFF,&H00101010,-1,1,3,2,2,54"
    lines = [
        f"{head}Format: {fields}\nStyle: {style}\n[Events]\nFormat: Layer, Start, End, Style, Text"
    ]
    for cue in episode.track.cues:
        start, end = (_clock(seconds_from_samples(at)) for at in (cue.span.start, cue.span.end))
        text = r"\N".join(cue.lines)
        lines.append(f"Dialogue: 0,{start},{end},Main,{text}")
    return "\n".join(lines) + "\n"


def _clock(seconds: float) -> str:
    hundredths = round(seconds * 100)
    return (
        f"{hundredths // 360_000}:{hundredths // 6_000 % 60:02}:{hundredths // 100 % 60:02}"
        f".{hundredths % 100:02}"
    )
