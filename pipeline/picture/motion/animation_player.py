"""An animation's pictures by time, as a slide shows them: fitted, looped or held."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.picture.image_files import fit_picture, reading_faults, to_eight_bits
from pipeline.picture.motion.clip_player import ClipPlayer
from pipeline.picture.slides.animation_files import (
    ANIMATION_RATE,
    frame_durations,
    is_animation_file,
    open_animation,
)
from pipeline.picture.transparency import flatten_alpha, ground_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.scene import ClipPlayback

_MAX_KEPT_PICTURES = 16


def open_player(clip: ClipPlayback, size: tuple[int, int]) -> ClipPlayer | AnimationPlayer:
    """Return what plays a clip, a video or an animation, at a size (width, height) in px.

    Raises InputError if it cannot be read.
    """
    if is_animation_file(Path(clip.path)):
        return AnimationPlayer(clip, size)
    return ClipPlayer(clip, size)


class AnimationPlayer:
    """Gives an animation's pictures at any time; a short one's are fitted once."""

    def __init__(self, clip: ClipPlayback, size: tuple[int, int]) -> None:
        """Open the animation; `size` is the video's (width, height) in px.

        Raises InputError if it cannot be read.
        """
        self._clip = clip
        self._size = size
        self._path = Path(clip.path)
        self._file = open_animation(self._path, self._path)
        durations = frame_durations(self._file, self._path)
        self._starts = tuple(accumulate(durations[:-1], initial=0))
        self._length = sum(durations)
        self._pictures: dict[int, NDArray[np.uint8]] = {}
        self._file.seek(0)
        self._ground = ground_for(to_eight_bits(self._file), clip.background)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def picture_at(self, seconds: float) -> NDArray[np.uint8]:
        """Return the picture shown `seconds` after the start, RGB, shape (height, width, 3).

        Raises InputError where it cannot be decoded.
        """
        time = int(seconds * ANIMATION_RATE + 1e-6)
        inside = time % self._length if self._clip.play_mode == "loop" else time
        index = bisect_right(self._starts, inside) - 1
        if index not in self._pictures:
            if len(self._pictures) >= _MAX_KEPT_PICTURES:
                self._pictures.clear()
            self._pictures[index] = self._fitted_frame(index)
        return self._pictures[index]

    def _fitted_frame(self, index: int) -> NDArray[np.uint8]:
        with reading_faults(self._path):
            self._file.seek(index)
            frame = flatten_alpha(to_eight_bits(self._file), self._ground)
        return fit_picture(frame, self._size, self._clip.fit_mode, self._ground)
