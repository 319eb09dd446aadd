"""Compositions made by hand, and their streams decoded picture by picture.

The messages of two decoders are kept.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pipeline import process
from pipeline.picture.encode.segmentation import split_still_segments
from pipeline.picture.scene import Caption, Composition, Hold, ScreenState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    from pipeline.mux.encoded_video import EncodedVideo


def rgb_from_frame(frame: VideoFrame) -> NDArray[np.uint8]:
    """Return a decoded picture's RGB pixels, shape (height, width, 3)."""
    converted = frame.reformat(
        format="rgb24",
        src_colorspace="ITU709",
        dst_colorspace="ITU709",
        src_color_range="MPEG",
        dst_color_range="JPEG",
    )
    return np.asarray(converted.to_ndarray(), dtype=np.uint8)


Planned = tuple[str, str, int]
"""Slide, caption (none: the bare slide), frames."""


def composition_of(
    shown: Sequence[Planned],
    *,
    width: int = 320,
    height: int = 192,
    fps: int = 30,
    interval: int = 10,
) -> Composition:
    """Return a composition of states; one slide's states must follow each other."""
    visits: list[list[Hold]] = []
    for slide, caption, frames in shown:
        if not visits or visits[-1][0].state.slide != slide:
            visits.append([])
        visits[-1].append(
            Hold(ScreenState(slide, (Caption("zh", (caption,)),) if caption else ()), frames)
        )
    return Composition(
        width,
        height,
        fps,
        tuple(
            segment for visit in visits for segment in split_still_segments(visit, interval * fps)
        ),
    )


def written(video: EncodedVideo, path: Path) -> list[bool]:
    """Write a stream as Annex B and return which of its pictures are IDRs."""
    keys = []
    with path.open("wb") as file:
        file.write(video.extradata)
        for packet, key in video.packets:
            file.write(packet)
            keys.append(key)
    return keys


def pictures(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Yield every decoded picture as planes."""
    import av
    import numpy as np

    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(), np.uint8)


def digests(path: Path) -> list[str]:
    """Return a digest of every decoded picture."""
    return [
        hashlib.md5(picture.tobytes(), usedforsecurity=False).hexdigest()
        for picture in pictures(path)
    ]


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a decoder of ffmpeg made of a stream.

    A digest of every picture, and all that it said.
    """

    digests: list[str]
    said: str


def decoded_by(decoder: str, path: Path) -> Decoded:
    """Decode a file with one of ffmpeg's decoders, warnings shown and errors fatal."""
    command = [
        process.ffmpeg_path(),
        "-nostdin",
        "-hide_banner",
        "-v",
        "warning",
        "-xerror",
        "-c:v",
        decoder,
        "-i",
        str(path),
    ]
    done = subprocess.run(
        [*command, "-f", "framemd5", "-"], capture_output=True, timeout=240, check=False
    )
    said = done.stderr.decode() + ("" if done.returncode == 0 else f"exit {done.returncode}")
    return Decoded(re.findall(r"([0-9a-f]{32})$", done.stdout.decode(), re.MULTILINE), said)


@lru_cache
def decoders() -> tuple[str, ...]:
    """Return the H.264 decoders of the ffmpeg that came with the install.

    Its own, and openh264 where it is there.
    """
    listed = subprocess.run(
        [process.ffmpeg_path(), "-hide_banner", "-decoders"],
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout.decode()
    return ("h264", "libopenh264") if " libopenh264 " in listed else ("h264",)


def psnr(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the likeness of two pictures' luma in dB (100 for equal ones)."""
    import numpy as np

    rows = one.shape[0] * 2 // 3
    error = float(((one[:rows].astype(np.int32) - other[:rows]) ** 2).mean())
    return 100.0 if error == 0 else float(10 * np.log10(255**2 / error))
