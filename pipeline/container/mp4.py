"""Pictures, sound, soft subtitles and chapters in one MP4, its index first.

libav's muxer could not be used as it is: it enables a subtitle track where none is wanted, has no whole language codes, and through PyAV
takes ten times as long for packets that need only be copied. What is written here is read back by libav (`check`) before it is published.
"""

from __future__ import annotations

import struct
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

from pipeline.container.boxes import box
from pipeline.container.index import mvhd, trak, udta
from pipeline.container.lay import Laid, lay_chapters, lay_sound, lay_subtitles, lay_video
from pipeline.timebase import samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.container.video import EncodedVideo
    from pipeline.model import ChapterMark, Observe, Track

_BRANDS = b"isom" + struct.pack(">I", 0x200) + b"isomiso2mp41"
_FOUR_GIB = 2**32
_INDEX_ROOM = 2**27


def mux(  # noqa: PLR0913 - everything the file is made of
    video: EncodedVideo,
    audio: Path | None,
    tracks: Sequence[Track],
    chapters: Sequence[ChapterMark],
    *,
    title: str,
    language: str,
    poster: Path | None,
    burnt: bool,
    out: Path,
    observe: Observe | None = None,
    artist: str = "",
    description: str = "",
) -> None:
    """Write an MP4: the video, the AAC of an m4a file (None: a silent film), a soft track for each subtitle track, chapters, cover.

    `language` (BCP 47) is that of sound and chapters; `poster` a PNG or JPEG. Where captions are `burnt` in, no soft track is on by
    default, otherwise the first one is. One pass over the packets, through an unnamed file beside `out`; the bytes depend on nothing but
    what goes in. Raises OutputFault where the packets are not as many as the video says, or cues overlap.
    """
    length = samples_from_frame(video.frames, video.fps)
    with ExitStack() as open_files:
        spool = open_files.enter_context(tempfile.TemporaryFile(dir=out.parent))
        laid = [lay_video(video, spool, language, len(tracks) + 2 + (audio is not None) if chapters else None, observe)]
        if audio is not None:
            laid.append(lay_sound(audio, open_files.enter_context(audio.open("rb")), language))
        laid += [lay_subtitles(track, length, video, on=not burnt and place == 0) for place, track in enumerate(tracks)]
        if chapters:
            laid.append(lay_chapters(chapters, length, language))
        labels = [(b"\xa9nam", title), (b"\xa9ART", artist), (b"desc", description)]
        shown = udta(labels, poster.read_bytes() if poster else None, [(mark.at, mark.chapter.title) for mark in chapters])
        _write(out, laid, shown, length)


def _write(out: Path, laid: Sequence[Laid], shown: bytes, length: int) -> None:
    """Write the index, then the tracks' chunks second by second, so that a player needs no more of the file than it plays."""
    order, sizes = _interleaved(laid)
    media = int(sizes.sum())
    wide = media > _FOUR_GIB - _INDEX_ROOM
    head = box(b"ftyp", _BRANDS)
    length_of_index = len(_moov(laid, order, sizes * 0, shown, length, wide=wide))
    first = len(head) + length_of_index + 16
    offsets = sizes.cumsum() - sizes + first
    with out.open("wb") as file:
        file.write(head)
        file.write(_moov(laid, order, offsets, shown, length, wide=wide))
        file.write(struct.pack(">I4sQ", 1, b"mdat", media + 16))
        for track, chunk in order:
            _, sample, count = laid[track].index.chunks[chunk]
            file.write(laid[track].read(int(sample), int(count)))


def _interleaved(laid: Sequence[Laid]) -> tuple[list[tuple[int, int]], NDArray[np.int64]]:
    """Return (track, chunk) in the order of the file, and the bytes of each."""
    import numpy as np

    order: list[tuple[int, int, int]] = []
    sizes: dict[tuple[int, int], int] = {}
    for number, one in enumerate(laid):
        ends = np.concatenate([[0], np.cumsum(one.index.sizes)])
        for chunk, (second, sample, count) in enumerate(one.index.chunks):
            order.append((int(second), number, chunk))
            sizes[number, chunk] = int(ends[sample + count] - ends[sample])
    order.sort()
    return [(number, chunk) for _, number, chunk in order], np.array([sizes[number, chunk] for _, number, chunk in order], np.int64)


def _moov(
    laid: Sequence[Laid], order: Sequence[tuple[int, int]], offsets: NDArray[np.int64], shown: bytes, length: int, *, wide: bool
) -> bytes:
    import numpy as np

    numbers = np.array([number for number, _ in order])
    traks = [trak(number + 1, one.index, offsets[numbers == number], wide=wide) for number, one in enumerate(laid)]
    return box(b"moov", mvhd(length, len(laid)), *traks, shown)
