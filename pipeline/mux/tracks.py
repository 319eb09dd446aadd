"""The tracks of a file: the index of each, and the source of its bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from pipeline.errors import OutputFault
from pipeline.language import language_name
from pipeline.messages import message
from pipeline.mux import text_track
from pipeline.mux.boxes import box
from pipeline.mux.encoded_video import packet_converter, video_sample_entry
from pipeline.mux.m4a_reader import read_aac_track
from pipeline.mux.track_box import TrackIndex, chunks_by_second
from pipeline.timebase import SAMPLE_RATE, samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.model import ChapterMark, ProgressCallback, Track
    from pipeline.mux.encoded_video import EncodedVideo

_FRAME_UNITS = 1000
"""Units of the video's time scale per frame.

The time scale is fps × 1000, so that all frames have exactly the same duration.
"""

_SUBTITLE_GROUP = 2
"""The alternate group of the subtitle tracks; a player shows one track of a group."""

_UTF_8_MARKER = box(b"encd", struct.pack(">I", 0x100))
"""Marks the text of a QuickTime chapter as UTF-8 (0x100 is its code)."""


@dataclass(frozen=True, slots=True)
class MuxTrack:
    """A track's index, and the function (first sample, count) that returns the bytes of samples.

    It is called for consecutive samples, from the first one on.
    """

    index: TrackIndex
    read_samples: Callable[[int, int], bytes]


def make_video_track(
    video: EncodedVideo,
    spool: BinaryIO,
    language: str,
    chapter_track_number: int | None,
    observe: ProgressCallback | None,
) -> MuxTrack:
    """Copy the packets to `spool` and return the track.

    Raises OutputFault if there are not `video.frames` packets or the first is no keyframe.
    """
    import numpy as np

    sizes = np.zeros(video.frames, np.int64)
    sync_samples: list[int] = []
    convert_packet = packet_converter(video)
    entry = b""
    frame = -1
    for frame, (packet, is_key) in enumerate(video.packets):
        if frame >= video.frames:
            break
        if not frame:
            entry = video_sample_entry(video, packet)
        sample = convert_packet(packet)
        sizes[frame] = spool.write(sample)
        if is_key:
            sync_samples.append(frame)
        if observe is not None and frame % 3_000 == 0:
            observe("container", frame, video.frames)
    if frame + 1 != video.frames or sync_samples[:1] != [0]:
        raise OutputFault(
            message("mux.packet_count", actual=frame + 1, expected=video.frames),
        )
    if observe is not None:
        observe("container", video.frames, video.frames)
    spool.seek(0)
    durations = np.full(video.frames, _FRAME_UNITS, np.int64)
    index = TrackIndex(
        handler=b"vide",
        name="Video",
        language=language,
        timescale=video.fps * _FRAME_UNITS,
        entry=entry,
        sizes=sizes,
        durations=durations,
        chunks=chunks_by_second(durations, video.fps * _FRAME_UNITS),
        playback_length=samples_from_frame(video.frames, video.fps),
        sync_samples=np.array(sync_samples, np.int64),
        size=(video.width, video.height),
        chapter_track_number=chapter_track_number,
    )
    return MuxTrack(index, lambda first, count: spool.read(int(sizes[first : first + count].sum())))


def make_audio_track(path: Path, file: BinaryIO, language: str) -> MuxTrack:
    """Return the AAC track of an m4a file, opened as `file`. Raises OutputFault."""
    aac_track = read_aac_track(path)

    def read_frames(first_sample: int, count: int) -> bytes:
        parts = []
        while count:
            start = int(aac_track.offsets[first_sample])
            run_length = 1
            size = int(aac_track.sizes[first_sample])
            while (
                run_length < count
                and int(aac_track.offsets[first_sample + run_length]) == start + size
            ):
                size += int(aac_track.sizes[first_sample + run_length])
                run_length += 1
            file.seek(start)
            parts.append(file.read(size))
            first_sample += run_length
            count -= run_length
        return b"".join(parts)

    index = TrackIndex(
        handler=b"soun",
        name="Narration",
        language=language,
        timescale=SAMPLE_RATE,
        entry=aac_track.entry,
        sizes=aac_track.sizes,
        durations=aac_track.durations,
        chunks=chunks_by_second(aac_track.durations, SAMPLE_RATE),
        playback_length=aac_track.length,
        delay=aac_track.delay,
        group=1,
    )
    return MuxTrack(index, read_frames)


def make_subtitle_track(
    track: Track, length: int, video: EncodedVideo, *, enabled: bool
) -> MuxTrack:
    """Return a soft track over the lowest fifth of the picture; `length` is in samples at 48 kHz.

    Raises OutputFault if cues overlap.
    """
    height = video.height // 5
    return _make_text_track(
        text_track.timed_text_samples(track.cues, length),
        length,
        handler=b"sbtl",
        name=language_name(track.language),
        language=track.language,
        entry=text_track.tx3g_sample_entry(video.height),
        enabled=enabled,
        group=_SUBTITLE_GROUP,
        size=(video.width, height),
        top=video.height - height - video.height // 30,
        titled=True,
    )


def make_chapter_track(chapters: Sequence[ChapterMark], length: int, language: str) -> MuxTrack:
    """Return the text track that QuickTime and Apple's players read chapters from.

    `length` is in samples at 48 kHz. Raises OutputFault if a chapter starts too late.
    """
    starts = [mark.start_sample for mark in chapters]
    spans = [end - start for start, end in zip(starts, [*starts[1:], length], strict=True)]
    if starts[0] < 0 or min(spans) <= 0:
        raise OutputFault(message("mux.chapters_out_of_order"))
    titles = [mark.chapter.title.encode("utf-8", "replace")[:0xFFFF] for mark in chapters]
    samples = [
        (span, struct.pack(">H", len(title)) + title + _UTF_8_MARKER)
        for span, title in zip(spans, titles, strict=True)
    ]
    # black text of size 0 without a box or font name, which no player draws
    # (QuickTime File Format, text sample description)
    entry = box(
        b"text",
        bytes(6),
        struct.pack(">H", 1),
        struct.pack(">Ii", 1, 0),
        bytes(6 + 8 + 8 + 2 + 2 + 1 + 2 + 6 + 1),
    )
    return _make_text_track(
        samples,
        length,
        handler=b"text",
        name="Chapters",
        language=language,
        entry=entry,
        enabled=False,
        gap=starts[0],
    )


def _make_text_track(
    samples: Sequence[tuple[int, bytes]],
    length: int,
    *,
    gap: int = 0,
    **track_fields: Any,  # noqa: ANN401 - fields of TrackIndex
) -> MuxTrack:
    import numpy as np

    durations = np.array([duration for duration, _ in samples], np.int64)
    index = TrackIndex(
        timescale=SAMPLE_RATE,
        sizes=np.array([len(data) for _, data in samples], np.int64),
        durations=durations,
        chunks=chunks_by_second(durations, SAMPLE_RATE),
        playback_length=length - gap,
        gap=gap,
        **track_fields,
    )
    return MuxTrack(
        index, lambda first, count: b"".join(data for _, data in samples[first : first + count])
    )
