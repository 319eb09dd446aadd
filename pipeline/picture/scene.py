"""What is on the screen, as values: states, how long each holds, and the segments an encoder takes one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Caption:
    """One language's lines on the screen; `lit` is a range of characters of the joined lines that is highlighted."""

    language: str
    lines: tuple[str, ...]
    lit: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """One still picture: a slide (by the digest of its pixels and size) and the captions over it, first one on top."""

    slide: str
    captions: tuple[Caption, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A state shown for a number of frames, at least one."""

    state: State
    frames: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Holds that share one slide: encoded as one piece that begins with an IDR."""

    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class Reel:
    """The whole picture: segments in order, at a constant frame rate."""

    width: int
    height: int
    fps: int
    segments: tuple[Segment, ...]

    @property
    def frames(self) -> int:
        """Length in frames."""
        return sum(hold.frames for segment in self.segments for hold in segment.holds)


class Painter(Protocol):
    """Draws states. It travels to worker processes, so it pickles and carries paths and values, not open files."""

    @property
    def key(self) -> str:
        """Digest of everything but the state that decides the pixels: size, style, font file, drawing version."""

    def base(self, slide: str) -> NDArray[np.uint8]:
        """Return a slide's pixels, RGB, shape (height, width, 3)."""

    def band(self, state: State) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the rows of the picture that captions change: the (even) top row, and RGB pixels of shape (even rows, width, 3).

        None where the state shows the bare slide.
        """
