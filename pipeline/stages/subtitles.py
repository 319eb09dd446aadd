"""The subtitle files: every language and pair as SRT and WebVTT, one ASS, and the chapters to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.atomic import publish_bytes
from pipeline.cache import digest

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.stages.context import EpisodeContext


def write_subtitles(context: EpisodeContext) -> None:
    """Write the files whose text has changed. Raises EnvironmentFault where they cannot be written."""
    texts = _subtitle_texts(context)
    inputs = {"text": digest([[path.name, text] for path, text in texts.items()])}

    def publish_files() -> None:
        for path, text in texts.items():
            publish_bytes(path, text.encode())

    context.run.run_step("subtitles", inputs, list(texts), publish_files)


def _subtitle_texts(context: EpisodeContext) -> dict[Path, str]:
    from pipeline.subtitles.formats import ass, plain_text, srt, vtt, youtube_chapters

    script, picture = context.script, context.script.settings.picture
    bom = script.settings.subtitles.bom
    texts = {}
    for track in (*context.tracks.monolingual, *context.tracks.bilingual):
        texts[context.output_path(f".{track.language}.srt")] = srt.compose(track, bom=bom)
        texts[context.output_path(f".{track.language}.vtt")] = vtt.compose(track, bom=bom)
    for track in context.tracks.monolingual:
        texts[context.output_path(f".{track.language}.txt")] = plain_text.compose(track)
    texts[context.output_path(".ass")] = ass.compose(
        context.tracks.monolingual[:2],
        width=picture.width,
        height=picture.height,
        fps=picture.fps,
        title=script.title,
        karaoke=script.settings.style.karaoke,
        bom=bom,
    )
    if context.timeline.chapters:
        texts[script.episode.output / "chapters.txt"] = youtube_chapters.compose_chapters(
            context.timeline
        )
        context.run.notices.extend(youtube_chapters.chapter_problems(context.timeline))
    return texts
