"""RGB to the encoder's pixels and back: BT.709, limited range, 4:2:0, packed as one array of planes.

A picture of height h and width w is an array of shape (3h/2, w): h rows of luma, then both chroma planes. Chroma is the mean of two by
two pixels, so that a band of even rows alone converts to just what it is inside the whole picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.encoder import tag_colours

if TYPE_CHECKING:
    import numpy as np
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray


def yuv_from_rgb(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Return RGB pixels of shape (even rows, even columns, 3) as planes of at least that size, the edges repeated where they are larger."""
    import av
    import numpy as np

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
    made = frame.reformat(
        format="yuv420p",
        src_colorspace="ITU709",
        dst_colorspace="ITU709",
        src_color_range="JPEG",
        dst_color_range="MPEG",
        interpolation="AREA",
        threads=1,
    )
    return _padded(planes_of(made), width, height)


def planes_of(frame: VideoFrame) -> NDArray[np.uint8]:
    """Return a 4:2:0 picture as planes."""
    import numpy as np

    return np.asarray(frame.to_ndarray(), np.uint8)


def _padded(planes: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    import numpy as np

    rows, columns = planes.shape[0] * 2 // 3, planes.shape[1]
    below, right = height - rows, width - columns
    if not below and not right:
        return planes
    luma = np.pad(planes[:rows], ((0, below), (0, right)), mode="edge")
    chroma = np.pad(planes[rows:].reshape(2, rows // 2, columns // 2), ((0, 0), (0, below // 2), (0, right // 2)), mode="edge")
    return np.concatenate([luma, chroma.reshape(-1, width)])


def rgb_from_frame(frame: VideoFrame) -> NDArray[np.uint8]:
    """Return a decoded picture's RGB pixels, shape (height, width, 3)."""
    import numpy as np

    made = frame.reformat(format="rgb24", src_colorspace="ITU709", dst_colorspace="ITU709", src_color_range="MPEG", dst_color_range="JPEG")
    return np.asarray(made.to_ndarray(), np.uint8)


def frame_of(planes: NDArray[np.uint8]) -> VideoFrame:
    """Return planes as a picture for the encoder, its colours named."""
    import av
    import numpy as np

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(planes), format="yuv420p")
    tag_colours(frame)
    return frame


def rows_of(planes: NDArray[np.uint8], top: int, below: int) -> NDArray[np.uint8]:
    """Return rows [top, below) of a picture as planes of their own; both even."""
    import numpy as np

    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    chroma = planes[height:].reshape(2, height // 2, width // 2)[:, top // 2 : below // 2]
    return np.concatenate([planes[top:below], chroma.reshape(-1, width)])


def pasted(planes: NDArray[np.uint8], part: NDArray[np.uint8], top: int) -> NDArray[np.uint8]:
    """Return a picture with a part of it replaced from an even row on."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    rows = part.shape[0] * 2 // 3
    made = planes.copy()
    made[top : top + rows] = part[:rows]
    chroma = made[height:].reshape(2, height // 2, width // 2)
    chroma[:, top // 2 : (top + rows) // 2] = part[rows:].reshape(2, rows // 2, width // 2)
    return made
