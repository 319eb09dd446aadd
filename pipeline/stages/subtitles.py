"""The subtitle files in the formats that the settings ask for, and the chapters for YouTube."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.atomic import publish_bytes
from pipeline.cache import digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.model import Track
    from pipeline.stages.context import EpisodeContext


def write_subtitles(context: EpisodeContext) -> None:
    """Write the files whose text has changed. Raises EnvironmentFault."""
    texts = _subtitle_texts(context)
    inputs = {"text": digest([[path.name, text] for path, text in texts.items()])}

    def publish_files() -> None:
        for path, text in texts.items():
            publish_bytes(path, text.encode())

    context.run.run_step("subtitles", inputs, list(texts), publish_files)


def _subtitle_texts(context: EpisodeContext) -> dict[Path, str]:
    """Return the text of every file by its path, in the formats that the settings ask for."""
    from pipeline.subtitles.formats import youtube_chapters

    script, tracks = context.script, context.tracks
    texts: dict[Path, str] = {}
    for track in (*tracks.monolingual, *tracks.bilingual):
        texts |= _texts_of_formats(context, "track", [track], f".{track.language}")
    for track in tracks.monolingual:
        texts |= _texts_of_formats(context, "language", [track], f".{track.language}")
    texts |= _texts_of_formats(context, "episode", tracks.monolingual[:2], "")
    if context.timeline.chapters:
        texts[script.episode.output / "chapters.txt"] = youtube_chapters.compose_chapters(
            context.timeline
        )
        context.run.notices.extend(youtube_chapters.chapter_problems(context.timeline))
    return texts


def _texts_of_formats(
    context: EpisodeContext, holds: str, tracks: Sequence[Track], language_suffix: str
) -> dict[Path, str]:
    """Return the files of the formats that hold this much, one each, by path."""
    from pipeline.subtitles.formats.base import ComposeOptions
    from pipeline.subtitles.formats.format_table import written_formats

    script, settings = context.script, context.script.settings
    options = ComposeOptions(
        width=settings.picture.width,
        height=settings.picture.height,
        fps=settings.picture.fps,
        title=script.title,
        karaoke=settings.style.karaoke,
        bom=settings.subtitles.bom,
    )
    return {
        context.output_path(language_suffix + known.suffixes[0]): known.compose(tracks, options)
        for known in written_formats(settings.subtitles.formats)
        if known.holds == holds and known.compose is not None
    }
