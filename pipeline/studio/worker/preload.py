"""Modules and dictionaries that are loaded before the first request."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.studio.view.row_break_cache import RowBreakCache

_PRELOADED_MODULES = (
    *(
        "numpy",
        "av",
        "PIL.Image",
        "uharfbuzz",
        "freetype",
        "fontTools.ttLib",
        "jieba",
        "pypinyin",
        "srt",
        "imageio_ffmpeg",
        "tomlkit",
    ),
    *(
        "pipeline.stages",
        "pipeline.stages.video",
        "pipeline.stages.audio",
        "pipeline.stages.timeline",
        "pipeline.stages.subtitles",
    ),
    *(
        "pipeline.speech.narrator",
        "pipeline.audio.final_mix",
        "pipeline.audio.export",
        "pipeline.audio.assembly",
    ),
    *(
        "pipeline.picture.slides.slide_schedule",
        "pipeline.picture.slides.deck",
        "pipeline.picture.encode.video_encoding",
        "pipeline.picture.frame_renderer",
        "pipeline.picture.cards.poster",
    ),
    *(
        "pipeline.picture.composition",
        "pipeline.picture.motion.motion_plan",
        "pipeline.picture.captions.reflow",
        "pipeline.mux",
        "pipeline.stages.review_page",
    ),
)


def import_render_modules() -> None:
    """Import the modules that a render needs; it takes one or two seconds, once."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42 has invalid escapes and asks for pkg_resources
        for name in _PRELOADED_MODULES:
            import_module(name)


def load_dictionaries(segmenter: RowBreakCache) -> None:
    """Load a segmenter's dictionaries of words and pronunciations."""
    from pipeline.model import Row
    from pipeline.text.normalization.spoken_form import spoken_rows
    from pipeline.timing.duration_estimate import estimate_takes

    segmenter.words("开始了")
    estimate_takes(spoken_rows((Row(1, 1, "二〇二四年的 Studio"),), {}, "zh"))
