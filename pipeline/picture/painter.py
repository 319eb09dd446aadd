"""Draws the states of one episode: a slide from the store, the chapters' bar, captions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.picture import captions
from pipeline.picture.canvas import Press
from pipeline.picture.fonts import fingerprint
from pipeline.picture.glyphs import version
from pipeline.picture.progress import draw_bar, parts, weights
from pipeline.picture.slides import fetch
from pipeline.store import Store, digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import Chapter, Transcript
    from pipeline.picture.captions import CaptionStyle
    from pipeline.picture.fonts import Faces
    from pipeline.picture.look import Look
    from pipeline.picture.scene import State
    from pipeline.picture.theme import Theme
    from pipeline.settings import Settings

_KEPT = 2


def painter_of(look: Look, store: Store, settings: Settings, transcript: Transcript, chapters: Sequence[Chapter]) -> EpisodePainter:
    """Return the painter of an episode; its slides come from `store`."""
    lengths = weights(transcript, chapters) if settings.style.progress else ()
    return EpisodePainter(store.root, look.faces, look.captions, look.theme, lengths)


@dataclass(frozen=True)
class EpisodePainter:
    """Draws states (see `scene.Painter`); it travels as the store's folder, the fonts' paths, styles and the chapters' lengths."""

    store: Path
    faces: Faces
    style: CaptionStyle
    theme: Theme
    chapters: tuple[int, ...] = ()

    @cached_property
    def key(self) -> str:
        """Digest of everything but the state that decides the pixels."""
        bar = [asdict(self.theme), self.chapters] if self.chapters else []
        return digest("painter 1", captions.VERSION, asdict(self.style), bar, fingerprint(self.faces), version())

    @cached_property
    def _press(self) -> Press:
        return Press.of(self.faces)

    @cached_property
    def _decoded(self) -> dict[str, NDArray[np.uint8]]:
        return {}

    def __getstate__(self) -> dict[str, object]:
        """Travel without what was opened and decoded."""
        return {name: value for name, value in {**self.__dict__, "key": self.key}.items() if name not in {"_press", "_decoded"}}

    def base(self, slide: str) -> NDArray[np.uint8]:
        """Return a slide's pixels, RGB, shape (height, width, 3). Raises OutputFault where the store has lost it."""
        kept = self._decoded
        if slide not in kept:
            while len(kept) >= _KEPT:
                kept.pop(next(iter(kept)))
            key, chapter = parts(slide)
            pixels = fetch(Store(self.store), key)
            kept[slide] = draw_bar(pixels, chapter, self.chapters, self.theme) if chapter else pixels
        return kept[slide]

    def band(self, state: State) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the even top row and the RGB pixels of the rows that captions change, or None for the bare slide."""
        return captions.draw_captions(self.base(state.slide), state.captions, self.style, self._press) if state.captions else None

    def over(self, state: State, pixels: NDArray[np.uint8]) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the same over a picture in the slide's place, such as a frame of a clip; the chapters' bar is drawn as well."""
        _, chapter = parts(state.slide)
        if not chapter:
            return captions.draw_captions(pixels, state.captions, self.style, self._press)
        page = draw_bar(pixels, chapter, self.chapters, self.theme)
        drawn = captions.draw_captions(page, state.captions, self.style, self._press)
        if drawn is not None:
            top, band = drawn
            page[top : top + band.shape[0]] = band
        return 0, page
