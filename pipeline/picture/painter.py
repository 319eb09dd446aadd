"""Draws the states of one episode: a slide from the store, the chapters' progress bar, captions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.picture import captions
from pipeline.picture.canvas import Press
from pipeline.picture.fonts import fingerprint
from pipeline.picture.glyphs import version
from pipeline.picture.slides import fetch
from pipeline.store import Store, digest

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.captions import CaptionStyle
    from pipeline.picture.fonts import Faces
    from pipeline.picture.scene import State

_KEPT = 2


@dataclass(frozen=True)
class EpisodePainter:
    """Draws states (see `scene.Painter`); it travels as the store's folder, the fonts' paths and the captions' style."""

    store: Path
    faces: Faces
    style: CaptionStyle

    @cached_property
    def key(self) -> str:
        """Digest of everything but the state that decides the pixels."""
        return digest("painter 1", captions.VERSION, asdict(self.style), fingerprint(self.faces), version())

    @cached_property
    def _press(self) -> Press:
        return Press.of(self.faces)

    @cached_property
    def _decoded(self) -> dict[str, NDArray[np.uint8]]:
        return {}

    def __getstate__(self) -> tuple[Path, Faces, CaptionStyle, str]:
        """Travel without what was opened and decoded."""
        return self.store, self.faces, self.style, self.key

    def __setstate__(self, state: tuple[Path, Faces, CaptionStyle, str]) -> None:
        """Arrive with nothing opened yet."""
        self.__dict__.update(zip(("store", "faces", "style", "key"), state, strict=True))

    def base(self, slide: str) -> NDArray[np.uint8]:
        """Return a slide's pixels, RGB, shape (height, width, 3). Raises OutputFault where the store has lost it."""
        kept = self._decoded
        if slide not in kept:
            while len(kept) >= _KEPT:
                kept.pop(next(iter(kept)))
            kept[slide] = fetch(Store(self.store), slide)
        return kept[slide]

    def band(self, state: State) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the even top row and the RGB pixels of the rows that captions change, or None for the bare slide."""
        return captions.draw_captions(self.base(state.slide), state.captions, self.style, self._press) if state.captions else None
