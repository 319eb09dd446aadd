"""What a worker, or the server itself, loads before it is asked for anything."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.studio.bench import Bench

_NEEDED = (
    *("numpy", "av", "PIL.Image", "uharfbuzz", "freetype", "fontTools.ttLib", "jieba", "pypinyin", "srt", "imageio_ffmpeg", "tomlkit"),
    *("pipeline.stages", "pipeline.stages.picture", "pipeline.stages.sound", "pipeline.stages.speech", "pipeline.stages.subtitles"),
    *("pipeline.speech.narrate", "pipeline.audio.narration", "pipeline.audio.export", "pipeline.audio.assemble"),
    *("pipeline.picture.assign", "pipeline.picture.deck", "pipeline.picture.held", "pipeline.picture.painter", "pipeline.picture.poster"),
    *("pipeline.picture.reel", "pipeline.picture.moves", "pipeline.picture.refit", "pipeline.container", "pipeline.review"),
)


def warm() -> None:
    """Import what a render needs; it takes a second or two, once."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42 has invalid escapes and asks for pkg_resources
        for name in _NEEDED:
            import_module(name)


def heat(bench: Bench) -> None:
    """Have a bench read its dictionaries: of words, and of how they sound."""
    from pipeline.model import Row
    from pipeline.text.spoken import spoken_rows
    from pipeline.timing.estimate import estimate_takes

    bench.words("开始了")
    estimate_takes(spoken_rows((Row(1, 1, "二〇二四年的 Studio"),), {}, "zh"))
