"""Draws the states of one episode: a slide from the store, the chapters' bar, captions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.cache import Store, digest
from pipeline.code_version import code_version
from pipeline.picture.captions import caption_drawing
from pipeline.picture.slides.chapter_bar import (
    count_chapter_characters,
    draw_chapter_bar,
    split_slide_key,
)
from pipeline.picture.slides.slide_store import load_slide
from pipeline.picture.typography.fonts import fonts_fingerprint
from pipeline.picture.typography.glyph_cache import rendering_library_versions
from pipeline.picture.typography.text_renderer import TextRenderer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import Chapter, Transcript
    from pipeline.picture.captions.caption_style import CaptionStyle
    from pipeline.picture.scene import ScreenState
    from pipeline.picture.style.look import EpisodeLook
    from pipeline.picture.style.theme import Theme
    from pipeline.picture.typography.fonts import FontSet
    from pipeline.settings import Settings

_MAX_CACHED_SLIDES = 2


def create_renderer(
    episode_look: EpisodeLook,
    store: Store,
    settings: Settings,
    transcript: Transcript,
    chapters: Sequence[Chapter],
) -> EpisodeFrameRenderer:
    """Return the renderer of an episode; its slides come from `store`."""
    lengths = count_chapter_characters(transcript, chapters) if settings.style.progress else ()
    return EpisodeFrameRenderer(
        store.root, episode_look.fonts, episode_look.caption_style, episode_look.theme, lengths
    )


@dataclass(frozen=True)
class EpisodeFrameRenderer:
    """Draws states (see `scene.FrameRenderer`).

    It is pickled as the store's folder, the fonts' paths, styles and the lengths of chapters.
    """

    store_folder: Path
    fonts: FontSet
    caption_style: CaptionStyle
    theme: Theme
    chapter_lengths: tuple[int, ...] = ()

    @cached_property
    def key(self) -> str:
        """Digest of everything but the state that decides the pixels."""
        bar = [asdict(self.theme), self.chapter_lengths] if self.chapter_lengths else []
        return digest(
            "frame renderer",
            code_version("pipeline.picture", "pipeline.text"),
            asdict(self.caption_style),
            bar,
            fonts_fingerprint(self.fonts),
            rendering_library_versions(),
        )

    @cached_property
    def _text_renderer(self) -> TextRenderer:
        return TextRenderer.for_fonts(self.fonts)

    @cached_property
    def _slide_cache(self) -> dict[str, NDArray[np.uint8]]:
        return {}

    def __getstate__(self) -> dict[str, object]:
        """Pickle without open fonts and decoded slides."""
        return {
            name: value
            for name, value in {**self.__dict__, "key": self.key}.items()
            if name not in {"_text_renderer", "_slide_cache"}
        }

    def slide_pixels(self, slide_key: str) -> NDArray[np.uint8]:
        """Return a slide's pixels, RGB, shape (height, width, 3).

        Raises OutputFault if the slide is missing from the store.
        """
        cached_slides = self._slide_cache
        if slide_key not in cached_slides:
            while len(cached_slides) >= _MAX_CACHED_SLIDES:
                cached_slides.pop(next(iter(cached_slides)))
            key, chapter = split_slide_key(slide_key)
            pixels = load_slide(Store(self.store_folder), key)
            cached_slides[slide_key] = (
                draw_chapter_bar(pixels, chapter, self.chapter_lengths, self.theme)
                if chapter
                else pixels
            )
        return cached_slides[slide_key]

    def caption_band(self, state: ScreenState) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the even top row and the RGB pixels of the rows that captions change.

        Returns None for the bare slide.
        """
        return (
            caption_drawing.draw_captions(
                self.slide_pixels(state.slide),
                state.captions,
                self.caption_style,
                self._text_renderer,
            )
            if state.captions
            else None
        )

    def caption_band_over(
        self, state: ScreenState, pixels: NDArray[np.uint8]
    ) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the same over other pixels than the slide's, such as a frame of a clip.

        The chapter bar is drawn as well.
        """
        _, chapter = split_slide_key(state.slide)
        if not chapter:
            return caption_drawing.draw_captions(
                pixels, state.captions, self.caption_style, self._text_renderer
            )
        page = draw_chapter_bar(pixels, chapter, self.chapter_lengths, self.theme)
        drawn = caption_drawing.draw_captions(
            page, state.captions, self.caption_style, self._text_renderer
        )
        if drawn is not None:
            top, band = drawn
            page[top : top + band.shape[0]] = band
        return 0, page
