"""A renderer for tests of the stream.

Slides are textures made of their names, captions are blocks made of their texts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.scene import ScreenState


def _generator(text: str) -> np.random.Generator:
    import numpy as np

    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


@dataclass(frozen=True, slots=True)
class StillRenderer:
    """Draws slides named `photo…` grainy, others as a ramp with bars.

    A caption is a row of blocks, `lift` px from the bottom.
    """

    width: int = 320
    height: int = 192
    lift: int = 8

    @property
    def key(self) -> str:
        """Return what decides the pixels."""
        return f"still {self.width} {self.height} {self.lift}"

    def slide_pixels(self, slide: str) -> NDArray[np.uint8]:
        """Return a slide's pixels."""
        import numpy as np

        chance = _generator(slide)
        ramp = np.add.outer(np.linspace(0, 90, self.height), np.linspace(0, 90, self.width))[
            ..., None
        ] * chance.uniform(0.4, 1, 3)
        if slide.startswith("photo"):
            return (
                (ramp + chance.normal(40, 5, (self.height, self.width, 3)))
                .clip(0, 255)
                .astype(np.uint8)
            )
        pixels = ramp.astype(np.uint8)
        for left, top, wide, deep in chance.integers(0, min(self.width, self.height) // 2, (6, 4)):
            pixels[top : top + deep, left : left + wide] = chance.integers(0, 255, 3)
        return pixels

    def caption_band(self, state: ScreenState) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the rows a state's captions change."""
        return self.caption_band_over(state, self.slide_pixels(state.slide))

    def caption_band_over(
        self, state: ScreenState, pixels: NDArray[np.uint8]
    ) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the rows a state's captions change in a picture."""
        import numpy as np

        if not state.captions:
            return None
        deep = 12
        rows = 2 * deep * len(state.captions)
        top = self.height - self.lift - rows
        band = pixels[top : top + rows].copy()
        for number, caption in enumerate(state.captions):
            chance = _generator("\n".join(caption.lines) + str(caption.highlighted))
            blocks = chance.integers(0, 2, (deep // 2, self.width // 4)).repeat(2, 0).repeat(2, 1)
            place = band[
                2 * deep * number : 2 * deep * number + deep,
                self.width // 4 : self.width // 4 + blocks.shape[1],
            ]
            place[:] = np.where(blocks[..., None], 240, 10)
        return top, band
