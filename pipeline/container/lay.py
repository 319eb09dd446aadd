"""The tracks of a film as they are laid into the file: an index each, and where their bytes come from."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from pipeline.container import text_track
from pipeline.container.aac import read_aac
from pipeline.container.boxes import box
from pipeline.container.index import TrackIndex, chunks_by_second
from pipeline.container.video import as_samples, sample_entry
from pipeline.errors import OutputFault
from pipeline.language import language_name
from pipeline.timebase import SAMPLE_RATE, samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.container.video import EncodedVideo
    from pipeline.model import ChapterMark, Observe, Track

_FRAME = 1000
"""Units of the video's time scale in a frame: the scale is fps × 1000, so that every frame lasts exactly as long as every other."""

_SUBTITLES = 2
"""The group of tracks of which a player shows one."""

_UTF_8 = box(b"encd", struct.pack(">I", 0x100))
"""Marks the text of a QuickTime chapter as UTF-8."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A track's index, and the function that gives the bytes of its samples from a first one on, asked for in order."""

    index: TrackIndex
    read: Callable[[int, int], bytes]


def lay_video(video: EncodedVideo, spool: BinaryIO, language: str, chapters: int | None, observe: Observe | None) -> Laid:
    """Take the packets into `spool` and return the track; `chapters` is the number of the chapter track. Raises OutputFault."""
    import numpy as np

    sizes = np.zeros(video.frames, np.int64)
    keys: list[int] = []
    stored = as_samples(video)
    entry = b""
    frame = -1
    for frame, (packet, is_key) in enumerate(video.packets):
        if frame >= video.frames:
            break
        if not frame:
            entry = sample_entry(video, packet)
        sample = stored(packet)
        sizes[frame] = spool.write(sample)
        if is_key:
            keys.append(frame)
        if observe is not None and frame % 3_000 == 0:
            observe("container", frame, video.frames)
    if frame + 1 != video.frames or keys[:1] != [0]:
        raise OutputFault(
            f"The video has {frame + 1} pictures instead of {video.frames}, or does not begin with a whole one.", "Report this."
        )
    if observe is not None:
        observe("container", video.frames, video.frames)
    spool.seek(0)
    durations = np.full(video.frames, _FRAME, np.int64)
    index = TrackIndex(
        handler=b"vide",
        name="Video",
        language=language,
        timescale=video.fps * _FRAME,
        entry=entry,
        sizes=sizes,
        durations=durations,
        chunks=chunks_by_second(durations, video.fps * _FRAME),
        heard=samples_from_frame(video.frames, video.fps),
        keys=np.array(keys, np.int64),
        size=(video.width, video.height),
        chapters=chapters,
    )
    return Laid(index, lambda first, count: spool.read(int(sizes[first : first + count].sum())))


def lay_sound(path: Path, file: BinaryIO, language: str) -> Laid:
    """Return the AAC track of an m4a file, copied frame by frame. Raises OutputFault."""
    found = read_aac(path)

    def read(first: int, count: int) -> bytes:
        parts = []
        while count:
            start = int(found.offsets[first])
            together = 1
            size = int(found.sizes[first])
            while together < count and int(found.offsets[first + together]) == start + size:
                size += int(found.sizes[first + together])
                together += 1
            file.seek(start)
            parts.append(file.read(size))
            first += together
            count -= together
        return b"".join(parts)

    index = TrackIndex(
        handler=b"soun",
        name="Narration",
        language=language,
        timescale=SAMPLE_RATE,
        entry=found.entry,
        sizes=found.sizes,
        durations=found.durations,
        chunks=chunks_by_second(found.durations, SAMPLE_RATE),
        heard=found.length,
        delay=found.delay,
        group=1,
    )
    return Laid(index, read)


def lay_subtitles(track: Track, length: int, video: EncodedVideo, *, on: bool) -> Laid:
    """Return a soft track over the lower part of the picture, on by default or not. Raises OutputFault where cues overlap."""
    height = video.height // 5
    return _text(
        text_track.samples(track.cues, length),
        length,
        handler=b"sbtl",
        name=language_name(track.language),
        language=track.language,
        entry=text_track.sample_entry(video.height),
        enabled=on,
        group=_SUBTITLES,
        size=(video.width, height),
        top=video.height - height - video.height // 30,
        titled=True,
    )


def lay_chapters(chapters: Sequence[ChapterMark], length: int, language: str) -> Laid:
    """Return the track that QuickTime and Apple's players read chapters from; never shown itself."""
    starts = [mark.at for mark in chapters]
    spans = [end - start for start, end in zip(starts, [*starts[1:], length], strict=True)]
    if starts[0] < 0 or min(spans) <= 0:
        raise OutputFault("Chapters are not in order, or begin where the episode has ended.", "Report this with the transcript.")
    titles = [mark.chapter.title.encode("utf-8", "replace")[:0xFFFF] for mark in chapters]
    samples = [(span, struct.pack(">H", len(title)) + title + _UTF_8) for span, title in zip(spans, titles, strict=True)]
    # black text of no size, left, without a box or name: nothing draws it (QuickTime File Format, text sample description)
    entry = box(b"text", bytes(6), struct.pack(">H", 1), struct.pack(">Ii", 1, 0), bytes(6 + 8 + 8 + 2 + 2 + 1 + 2 + 6 + 1))
    return _text(samples, length, handler=b"text", name="Chapters", language=language, entry=entry, enabled=False, gap=starts[0])


def _text(samples: Sequence[tuple[int, bytes]], length: int, *, gap: int = 0, **described: Any) -> Laid:  # noqa: ANN401 - TrackIndex's own
    import numpy as np

    durations = np.array([duration for duration, _ in samples], np.int64)
    index = TrackIndex(
        timescale=SAMPLE_RATE,
        sizes=np.array([len(data) for _, data in samples], np.int64),
        durations=durations,
        chunks=chunks_by_second(durations, SAMPLE_RATE),
        heard=length - gap,
        gap=gap,
        **described,
    )
    return Laid(index, lambda first, count: b"".join(data for _, data in samples[first : first + count]))
