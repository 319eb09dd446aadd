"""RGB to the encoder's pixels and back: BT.709, limited range, 4:2:0, in one array of planes.

A picture of height h and width w is an array of shape (3h/2, w): h rows of luma, then both chroma
planes. Chroma is the mean of two by two pixels, so that a band of even rows alone converts to just
what it is inside the whole picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray


def yuv_from_rgb(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Return RGB pixels as planes of a size at least theirs, the edges repeated.

    Pixels have shape (even rows, even columns, 3).
    """
    import av
    import numpy as np

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
    converted = frame.reformat(
        format="yuv420p",
        src_colorspace="ITU709",
        dst_colorspace="ITU709",
        src_color_range="JPEG",
        dst_color_range="MPEG",
        interpolation="AREA",
        threads=1,
    )
    return _pad_planes(planes_from_frame(converted), width, height)


def planes_from_frame(frame: VideoFrame) -> NDArray[np.uint8]:
    """Return a 4:2:0 picture as planes."""
    import numpy as np

    return np.asarray(frame.to_ndarray(), np.uint8)


def _pad_planes(planes: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    import numpy as np

    rows, columns = planes.shape[0] * 2 // 3, planes.shape[1]
    below, right = height - rows, width - columns
    if not below and not right:
        return planes
    luma = np.pad(planes[:rows], ((0, below), (0, right)), mode="edge")
    chroma = np.pad(
        planes[rows:].reshape(2, rows // 2, columns // 2),
        ((0, 0), (0, below // 2), (0, right // 2)),
        mode="edge",
    )
    return np.concatenate([luma, chroma.reshape(-1, width)])


def frame_from_planes(planes: NDArray[np.uint8]) -> VideoFrame:
    """Return planes as a picture for the encoder, its colours named."""
    import av
    import numpy as np

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(planes), format="yuv420p")
    tag_colours(frame)
    return frame


def crop_rows(planes: NDArray[np.uint8], top: int, below: int) -> NDArray[np.uint8]:
    """Return rows [top, below) of a picture as planes of their own; both even."""
    import numpy as np

    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    chroma = planes[height:].reshape(2, height // 2, width // 2)[:, top // 2 : below // 2]
    return np.concatenate([planes[top:below], chroma.reshape(-1, width)])


def paste_rows(planes: NDArray[np.uint8], patch: NDArray[np.uint8], top: int) -> NDArray[np.uint8]:
    """Return a picture with a part of it replaced from an even row on."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    rows = patch.shape[0] * 2 // 3
    result = planes.copy()
    result[top : top + rows] = patch[:rows]
    chroma = result[height:].reshape(2, height // 2, width // 2)
    chroma[:, top // 2 : (top + rows) // 2] = patch[rows:].reshape(2, rows // 2, width // 2)
    return result


BT709 = 1
"""ITU-T H.273: primaries, transfer and matrix of BT.709.

The same number is libavutil's limited range.
"""


def tag_colours(picture: VideoCodecContext | VideoFrame) -> None:
    """Name the colours a picture or a stream has."""
    picture.color_primaries = picture.color_trc = picture.colorspace = picture.color_range = BT709
