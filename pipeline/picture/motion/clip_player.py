"""A clip's pictures by time, as a slide shows them: upright, fitted, looped or held."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.picture.image_files import fit_picture
from pipeline.picture.slides.clip_files import find_video_stream, open_clip

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    from pipeline.picture.scene import ClipPlayback

_SEEK_BEYOND_SECONDS = 4.0  # seconds: what lies further ahead is sought, not decoded through
_UNSPECIFIED_MATRIX = 2  # ITU-T H.273, matrix coefficients
_HD_HEIGHT = 720


class ClipPlayer:
    """Gives a clip's pictures; times that rise are decoded once through."""

    def __init__(self, clip: ClipPlayback, size: tuple[int, int]) -> None:
        """Open the clip; `size` is the video's (width, height) in px.

        Raises InputError if it cannot be read.
        """
        import av

        self._clip = clip
        self._size = size
        path = Path(clip.path)
        try:
            self._container: InputContainer = open_clip(path, path)
            stream = find_video_stream(self._container)
        except (av.FFmpegError, OSError) as fault:
            raise self._broken_clip_error() from fault
        if stream is None:
            raise self._broken_clip_error()
        self._stream = stream
        self._stream.thread_type = "AUTO"
        self._frames: Iterator[VideoFrame] = iter(())
        self._current_frame: VideoFrame | None = None
        self._next_frame: VideoFrame | None = None

    def close(self) -> None:
        """Close the clip."""
        self._container.close()

    def picture_at(self, seconds: float) -> NDArray[np.uint8]:
        """Return the picture shown `seconds` after the start, RGB, shape (height, width, 3).

        Raises InputError where nothing can be decoded any more.
        """
        import av
        from PIL import Image

        try:
            frame = self._frame_at(self._clip_time(seconds))
        except av.FFmpegError as fault:
            raise self._broken_clip_error() from fault
        matrix = (
            "ITU709"
            if frame.colorspace == _UNSPECIFIED_MATRIX and frame.height >= _HD_HEIGHT
            else None
        )
        picture = Image.fromarray(
            frame.reformat(format="rgb24", src_colorspace=matrix).to_ndarray()
        )
        turn = round(frame.rotation or 0)
        return fit_picture(
            picture.rotate(turn, expand=True) if turn else picture,
            self._size,
            self._clip.fit_mode,
            self._clip.background,
        )

    def _clip_time(self, seconds: float) -> float:
        """Return the time inside the clip: looped, or held at its last frame.

        The host's video has its own time stamps, so its time is not rounded to frames.
        """
        clip = self._clip
        if clip.play_mode == "film":
            return min(max(seconds - float(clip.start_delay), 0.0), float(clip.frames / clip.fps))
        frame = int(seconds * clip.fps + 1e-6)
        return float(
            (frame % clip.frames if clip.play_mode == "loop" else min(frame, clip.frames - 1))
            / clip.fps
        )

    def _frame_at(self, seconds: float) -> VideoFrame:
        """Return the last frame that begins at a time or before."""
        half = 0.0 if self._clip.play_mode == "film" else 0.5 / float(self._clip.fps)
        if (
            self._current_frame is None
            or not self._frame_time(self._current_frame) - half
            <= seconds
            <= self._frame_time(self._current_frame) + _SEEK_BEYOND_SECONDS
        ):
            self._seek(seconds)
        while self._next_frame is not None and (
            self._current_frame is None or self._frame_time(self._next_frame) <= seconds + half
        ):
            self._current_frame, self._next_frame = self._next_frame, next(self._frames, None)
        if self._current_frame is None:
            raise self._broken_clip_error()
        return self._current_frame

    def _seek(self, seconds: float) -> None:
        base = self._stream.time_base
        start = self._stream.start_time or 0
        self._container.seek(
            start + (0 if base is None else int(seconds / base)), stream=self._stream, backward=True
        )
        self._frames = self._container.decode(self._stream)
        self._current_frame, self._next_frame = None, next(self._frames, None)

    def _frame_time(self, frame: VideoFrame) -> float:
        base = self._stream.time_base
        return (
            float(((frame.pts or 0) - (self._stream.start_time or 0)) * base)
            if base is not None
            else 0.0
        )

    def _broken_clip_error(self) -> InputError:
        return InputError(message("picture.clip_breaks_off"), where=self._clip.path)
