"""Checks the finished MP4 file: libav reads it back, and it is compared with its sources."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.errors import OutputFault
from pipeline.language import iso_639_2, language_name
from pipeline.messages import message
from pipeline.mux import text_track
from pipeline.mux.boxes import top_level_boxes
from pipeline.process import ffmpeg_file_url
from pipeline.timebase import SAMPLE_RATE, samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.model import ChapterMark, Track

_CODEC_PROFILES = {"h264": "High", "hevc": "Main", "av1": "Main"}
_DEFAULT_DISPOSITION, _ATTACHED_PICTURE = 1, 1024
PacketsByStream = dict[int, list[tuple[int, int, int, bytes]]]


@dataclass(frozen=True, slots=True)
class VerifiedMp4:
    """What a finished file contains.

    `audio_samples` is in samples at 48 kHz; `drift_frames` is the difference in length between
    video and audio, in frames; `cue_counts` has one value per subtitle track.
    """

    frames: int
    keyframes: int
    audio_samples: int
    drift_frames: float
    cue_counts: tuple[int, ...]
    chapter_count: int
    size_bytes: int


def verify_mp4(  # noqa: PLR0913 - everything the file was made of
    path: Path,
    *,
    frames: int,
    fps: int,
    width: int,
    height: int,
    samples: int | None,
    tracks: Sequence[Track],
    chapters: Sequence[ChapterMark],
    title: str = "",
    poster: bool = False,
    burnt: bool = True,
    codec: str = "h264",
) -> VerifiedMp4:
    """Read a file back and compare it with its sources.

    `samples` is the narration's length at 48 kHz, or None for a silent video. Every packet is read:
    the time of each frame and cue, the texts, the length of the audio. Raises OutputFault at the
    first difference.
    """
    import av

    verifier = _Mp4Verifier(path)
    try:
        with av.open(ffmpeg_file_url(path)) as film:
            covers = [
                stream for stream in film.streams.video if stream.disposition & _ATTACHED_PICTURE
            ]
            video_streams = [
                stream
                for stream in film.streams.video
                if not stream.disposition & _ATTACHED_PICTURE
            ]
            verifier.require_equal(len(covers), int(poster), message("mux.cover_pictures"))
            verifier.require_equal(len(video_streams), 1, message("mux.video_tracks"))
            verifier.require_equal(
                len(film.streams.audio), int(samples is not None), message("mux.audio_tracks")
            )
            verifier.check_video_stream(video_streams[0], codec, fps, (width, height))
            for audio_stream in film.streams.audio:
                verifier.check_audio_stream(audio_stream)
            verifier.check_metadata(film, title, chapters)
            verifier.check_subtitle_streams(film.streams.subtitles, tracks, burnt=burnt)
            packets = _read_packets(film)
            keyframes = verifier.check_frames(
                packets.get(video_streams[0].index, []),
                frames,
                (video_streams[0].time_base or Fraction(1, fps)).denominator // fps,
            )
            audio_samples = (
                sum(packets[film.streams.audio[0].index][-1][:2]) if samples is not None else 0
            )
            verifier.require_equal(audio_samples, samples or 0, message("mux.audio_samples"))
            length = samples_from_frame(frames, fps)
            for stream, track in zip(film.streams.subtitles, tracks, strict=True):
                verifier.check_cues(packets.get(stream.index, []), track, length)
            film.seek(0)
            # by default the decoder conceals errors
            video_streams[0].codec_context.options = {"err_detect": "explode"}
            next(film.decode(video_streams[0]))
    except (av.FFmpegError, StopIteration) as fault:
        reason = message("mux.no_frame") if isinstance(fault, StopIteration) else str(fault)
        raise OutputFault(message("mux.unreadable", reason=reason), where=path) from fault
    verifier.check_box_order()
    drift = abs(frames - audio_samples * fps / SAMPLE_RATE) if samples is not None else 0.0
    if drift > 1:
        verifier.require_equal(
            f"{drift:.1f}", message("mux.at_most", value=1), message("mux.drift")
        )
    return VerifiedMp4(
        frames,
        keyframes,
        audio_samples,
        drift,
        tuple(len(track.cues) for track in tracks),
        len(chapters),
        path.stat().st_size,
    )


def _read_packets(film: Any) -> PacketsByStream:  # noqa: ANN401 - PyAV's container
    """Return every packet as (time, duration, size, bytes), by the number of its track.

    Times are in the track's time base. The size is negative for keyframes; only packets of subtitle
    tracks have their bytes.
    """
    packets: PacketsByStream = {}
    for packet in film.demux():
        if packet.size and packet.pts is not None:
            text = bytes(packet) if packet.stream.type == "subtitle" else b""
            size = -packet.size if packet.is_keyframe else packet.size
            packets.setdefault(packet.stream_index, []).append(
                (packet.pts, packet.duration or 0, size, text)
            )
    return packets


class _Mp4Verifier:
    """Compares, and raises OutputFault with the file's path at the first difference."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def require_equal(self, actual: object, expected: object, subject: str) -> None:
        if actual != expected:
            raise OutputFault(
                message("mux.check_failed", actual=actual, expected=expected, subject=subject),
                where=self._path,
            )

    def check_video_stream(
        self,
        stream: Any,  # noqa: ANN401 - PyAV's stream
        codec: str,
        fps: int,
        size: tuple[int, int],
    ) -> None:
        context = stream.codec_context
        self.require_equal(
            context.name.removeprefix("lib").replace("dav1d", "av1"),
            codec,
            message("mux.video_codec"),
        )
        self.require_equal(context.profile, _CODEC_PROFILES[codec], message("mux.video_profile"))
        self.require_equal(context.pix_fmt, "yuv420p", message("mux.pixel_format"))
        self.require_equal((context.width, context.height), size, message("mux.picture_size"))
        self.require_equal(stream.average_rate, fps, message("mux.frame_rate"))

    def check_frames(
        self, packets: Sequence[tuple[int, int, int, bytes]], frames: int, unit: int
    ) -> int:
        self.require_equal(len(packets), frames, message("mux.frames"))
        first_uneven = next(
            (
                frame
                for frame, (time, duration, _, _) in enumerate(packets)
                if (time, duration) != (frame * unit, unit)
            ),
            None,
        )
        if first_uneven is not None:
            raise OutputFault(message("mux.frame_time", frame=first_uneven), where=self._path)
        keyframes = sum(size < 0 for _, _, size, _ in packets)
        self.require_equal(
            message("mux.keyframe") if packets[0][2] < 0 else message("mux.other_frame"),
            message("mux.keyframe"),
            message("mux.first_frame"),
        )
        return keyframes

    def check_audio_stream(self, stream: Any) -> None:  # noqa: ANN401 - PyAV's stream
        context = stream.codec_context
        actual = (context.name, context.profile, context.sample_rate, context.layout.name)
        expected = ("aac", "LC", SAMPLE_RATE, "stereo")
        self.require_equal(actual, expected, message("mux.audio_format"))

    def check_subtitle_streams(
        self, streams: Sequence[Any], tracks: Sequence[Track], *, burnt: bool
    ) -> None:
        actual = [
            (
                stream.codec_context.name,
                stream.language,
                stream.metadata.get("title"),
                bool(stream.disposition & _DEFAULT_DISPOSITION),
            )
            for stream in streams
        ]
        expected = [
            (
                "mov_text",
                iso_639_2(track.language),
                language_name(track.language),
                not burnt and position == 0,
            )
            for position, track in enumerate(tracks)
        ]
        self.require_equal(actual, expected, message("mux.subtitle_tracks"))

    def check_cues(
        self, packets: Sequence[tuple[int, int, int, bytes]], track: Track, length: int
    ) -> None:
        actual = [
            (time, duration, text)
            for time, duration, _, text in packets
            if text != text_track.EMPTY_SAMPLE
        ]
        expected = [
            (cue.span.start, cue.span.length, text_track.cue_sample(cue)) for cue in track.cues
        ]
        first_difference = next(
            (
                number
                for number, (actual_cue, expected_cue) in enumerate(
                    zip(actual, expected, strict=False), 1
                )
                if actual_cue != expected_cue
            ),
            None,
        )
        if first_difference is not None:
            raise OutputFault(
                message("mux.cue_differs", number=first_difference, language=track.language),
                where=self._path,
            )
        self.require_equal(
            len(actual), len(expected), message("mux.cue_count", language=track.language)
        )
        self.require_equal(
            sum(duration for _, duration, _, _ in packets),
            length,
            message("mux.track_samples", language=track.language),
        )

    def check_metadata(
        self,
        film: Any,  # noqa: ANN401 - PyAV's container
        title: str,
        chapters: Sequence[ChapterMark],
    ) -> None:
        self.require_equal(film.metadata.get("title", ""), title, message("mux.title"))
        self.require_equal(film.metadata.get("creation_time"), None, message("mux.date"))
        actual = [
            (
                chapter["start"] * chapter["time_base"] * SAMPLE_RATE,
                chapter["metadata"].get("title", ""),
            )
            for chapter in film.chapters()
        ]
        expected = [(mark.start_sample, mark.chapter.title) for mark in chapters]
        self.require_equal(actual, expected, message("mux.chapters"))

    def check_box_order(self) -> None:
        """Check that the index precedes the media, so that a player can start at once."""
        with self._path.open("rb") as file:
            kinds = [top_box.kind for top_box in top_level_boxes(file)]
        self.require_equal(kinds, [b"ftyp", b"moov", b"mdat"], message("mux.box_order"))
