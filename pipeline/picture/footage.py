"""A clip's pictures by time, as a slide shows them: upright, fitted, looped or held."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.picture.clips import opened, pictures_of
from pipeline.picture.stills import fitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    from pipeline.picture.scene import Footage

_NEAR = 4.0  # seconds: what lies further ahead is sought, not decoded through
_UNSPECIFIED = 2  # ITU-T H.273, matrix coefficients
_HIGH_DEFINITION = 720


class Player:
    """Gives a clip's pictures; times that rise are decoded once through."""

    def __init__(self, footage: Footage, size: tuple[int, int]) -> None:
        """Open the clip; `size` is the video's (width, height). Raises InputError where it cannot be read."""
        import av

        self._footage = footage
        self._size = size
        path = Path(footage.path)
        try:
            self._container: InputContainer = opened(path, path)
            stream = pictures_of(self._container)
        except (av.FFmpegError, OSError) as fault:
            raise self._broken() from fault
        if stream is None:
            raise self._broken()
        self._stream = stream
        self._stream.thread_type = "AUTO"
        self._frames: Iterator[VideoFrame] = iter(())
        self._shown: VideoFrame | None = None
        self._coming: VideoFrame | None = None

    def close(self) -> None:
        """Close the clip."""
        self._container.close()

    def at(self, seconds: float) -> NDArray[np.uint8]:
        """Return the picture shown so many seconds after the clip began, RGB, shape (height, width, 3).

        Raises InputError where nothing can be decoded any more.
        """
        import av
        from PIL import Image

        try:
            frame = self._frame(self._within(seconds))
        except av.FFmpegError as fault:
            raise self._broken() from fault
        matrix = "ITU709" if frame.colorspace == _UNSPECIFIED and frame.height >= _HIGH_DEFINITION else None
        picture = Image.fromarray(frame.reformat(format="rgb24", src_colorspace=matrix).to_ndarray())
        turn = round(frame.rotation or 0)
        return fitted(picture.rotate(turn, expand=True) if turn else picture, self._size, self._footage.fit, self._footage.ground)

    def _within(self, seconds: float) -> float:
        """Return the time inside the clip: from its beginning again, or its last frame's; a film's own, however its frames lie."""
        clip = self._footage
        if clip.play == "film":
            return min(max(seconds - float(clip.late), 0.0), float(clip.frames / clip.fps))
        frame = int(seconds * clip.fps + 1e-6)
        return float((frame % clip.frames if clip.play == "loop" else min(frame, clip.frames - 1)) / clip.fps)

    def _frame(self, seconds: float) -> VideoFrame:
        """Return the last frame that begins at a time or before."""
        half = 0.0 if self._footage.play == "film" else 0.5 / float(self._footage.fps)
        if self._shown is None or not self._time(self._shown) - half <= seconds <= self._time(self._shown) + _NEAR:
            self._seek(seconds)
        while self._coming is not None and (self._shown is None or self._time(self._coming) <= seconds + half):
            self._shown, self._coming = self._coming, next(self._frames, None)
        if self._shown is None:
            raise self._broken()
        return self._shown

    def _seek(self, seconds: float) -> None:
        base = self._stream.time_base
        start = self._stream.start_time or 0
        self._container.seek(start + (0 if base is None else int(seconds / base)), stream=self._stream, backward=True)
        self._frames = self._container.decode(self._stream)
        self._shown, self._coming = None, next(self._frames, None)

    def _time(self, frame: VideoFrame) -> float:
        base = self._stream.time_base
        return float(((frame.pts or 0) - (self._stream.start_time or 0)) * base) if base is not None else 0.0

    def _broken(self) -> InputError:
        return InputError("The clip breaks off.", "Save it again as MP4 with H.264.", where=self._footage.path)
