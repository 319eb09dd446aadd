"""The subtitle files: every language and pair as SRT and WebVTT, one ASS, and the chapters to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.store import digest, publish_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.stages.made import Made


def write(made: Made) -> None:
    """Write the files whose text has changed. Raises EnvironmentFault where they cannot be written."""
    texts = _texts(made)
    inputs = {"text": digest([[path.name, text] for path, text in texts.items()])}

    def make() -> None:
        for path, text in texts.items():
            publish_bytes(path, text.encode())

    made.run.step("subtitles", inputs, list(texts), make)


def _texts(made: Made) -> dict[Path, str]:
    from pipeline.subtitles import ass, plain, srt, vtt, youtube

    script, picture = made.script, made.script.settings.picture
    bom = script.settings.subtitles.bom
    texts = {}
    for track in (*made.tracks.single, *made.tracks.pairs):
        texts[made.output(f".{track.language}.srt")] = srt.compose(track, bom=bom)
        texts[made.output(f".{track.language}.vtt")] = vtt.compose(track, bom=bom)
    for track in made.tracks.single:
        texts[made.output(f".{track.language}.txt")] = plain.compose(track)
    texts[made.output(".ass")] = ass.compose(
        made.tracks.single[:2],
        width=picture.width,
        height=picture.height,
        fps=picture.fps,
        title=script.title,
        karaoke=script.settings.style.karaoke,
        bom=bom,
    )
    if made.timeline.chapters:
        texts[script.episode.output / "chapters.txt"] = youtube.chapters(made.timeline)
        made.run.notices.extend(youtube.problems(made.timeline))
    return texts
