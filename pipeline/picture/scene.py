"""What is on the screen, as values: states, how long each is held, and segments to encode."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Caption:
    """One language's lines on the screen.

    `highlighted` is a range of characters of the joined lines.
    """

    language: str
    lines: tuple[str, ...]
    highlighted: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ScreenState:
    """One still picture: a slide (by the digest of its pixels and size) and captions, top first."""

    slide: str
    captions: tuple[Caption, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A state shown for a number of frames, at least one."""

    state: ScreenState
    frames: int


SlideFrames = tuple[tuple[int, str], ...]
"""(First frame, slide) in order: which slide is shown from which frame on."""

CropBox = tuple[float, float, float, float]
"""Left, top, width and height of a part of a slide, in parts of the slide's width and height."""


@dataclass(frozen=True, slots=True)
class SlideTransition:
    """One slide gives way to another; with `ease` only what differs fades in."""

    kind: Literal["crossfade", "push", "fade", "ease"]
    slide_before: str
    slide_after: str


@dataclass(frozen=True, slots=True)
class PanZoom:
    """The picture goes from one part of a slide to another."""

    slide: str
    start_box: CropBox
    end_box: CropBox


@dataclass(frozen=True, slots=True)
class ClipPlayback:
    """A clip that is played; `digest` is that of its file.

    The first `skipped_frames` frames, at the composition's rate, are left out.

    With play mode `film` it plays by its own time stamps, which a variable frame rate needs, and
    stays on its last picture; its first picture is shown for the `start_delay` seconds by which it
    begins after the file's sound.
    """

    path: str
    digest: str
    fps: Fraction
    frames: int
    play_mode: Literal["loop", "hold", "film"]
    fit_mode: Literal["fit", "fill", "blur"]
    background: tuple[int, int, int]
    skipped_frames: int = 0
    start_delay: Fraction = Fraction(0)


Movement = SlideTransition | PanZoom | ClipPlayback


@dataclass(frozen=True, slots=True)
class TimedMovement:
    """A movement on the screen for a number of frames from a frame on."""

    movement: Movement
    first_frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class MovementPart:
    """The part of a movement that a segment shows, from frame `first_frame` of `frames` on."""

    movement: Movement
    first_frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Holds that share one slide: encoded as one piece that begins with an IDR.

    In a segment that moves every frame is a picture of its own, and the holds say which captions
    lie over them.
    """

    holds: tuple[Hold, ...]
    movement_part: MovementPart | None = None

    @property
    def frames(self) -> int:
        """Length in frames."""
        return sum(hold.frames for hold in self.holds)

    @property
    def states(self) -> tuple[ScreenState, ...]:
        """The distinct states in order of appearance; the first one is shown by the IDR."""
        return tuple(dict.fromkeys(hold.state for hold in self.holds))

    @property
    def content(self) -> Segment:
        """What decides the encoded pictures: without time, except where something moves."""
        return (
            self if self.movement_part else Segment(tuple(Hold(state, 1) for state in self.states))
        )


@dataclass(frozen=True, slots=True)
class Composition:
    """The whole picture: segments in order, at a constant frame rate."""

    width: int
    height: int
    fps: int
    segments: tuple[Segment, ...]

    @property
    def frames(self) -> int:
        """Length in frames."""
        return sum(segment.frames for segment in self.segments)


class FrameRenderer(Protocol):
    """Draws states.

    It is pickled for worker processes, so it carries paths and values and no open files.
    """

    @property
    def key(self) -> str:
        """Digest of all that decides the pixels except the state: size, style, fonts, code."""

    def slide_pixels(self, slide: str) -> NDArray[np.uint8]:
        """Return a slide's pixels, RGB, shape (height, width, 3)."""

    def caption_band(self, state: ScreenState) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the rows that captions change: the even top row, and their RGB pixels.

        The pixels have shape (even number of rows, width, 3).

        None where the state shows the bare slide.
        """

    def caption_band_over(
        self, state: ScreenState, pixels: NDArray[np.uint8]
    ) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the same as `caption_band` over the pixels of a moving picture.

        `pixels` is RGB of shape (height, width, 3).
        """
