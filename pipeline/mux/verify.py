"""The finished file, read back by libav: nothing is published that does not hold what it was meant to hold."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.errors import OutputFault
from pipeline.language import iso_639_2, language_name
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
    """What a finished file was found to hold: pictures, keyframes, sound in samples at 48 kHz, cues a track, chapters, bytes.

    `drift` is by how many frames pictures and sound differ in length.
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
    """Read a file back and compare it with what it was made of; `samples` is the narration's length (None: a silent film).

    Every packet is read: the time of each picture and cue, the texts, the length of the sound. Raises OutputFault with the first
    difference.
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
            verifier.require_equal(len(covers), int(poster), "cover pictures")
            verifier.require_equal(len(video_streams), 1, "video tracks")
            verifier.require_equal(
                len(film.streams.audio), int(samples is not None), "sound tracks"
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
            verifier.require_equal(audio_samples, samples or 0, "samples of sound")
            length = samples_from_frame(frames, fps)
            for stream, track in zip(film.streams.subtitles, tracks, strict=True):
                verifier.check_cues(packets.get(stream.index, []), track, length)
            film.seek(0)
            video_streams[0].codec_context.options = {
                "err_detect": "explode"
            }  # the decoder would rather show something than nothing
            next(film.decode(video_streams[0]))
    except (av.FFmpegError, StopIteration) as fault:
        raise OutputFault(
            f"The film cannot be read back ({fault or 'no picture in it'}).",
            "Run again with --force.",
            where=path,
        ) from fault
    verifier.check_box_order()
    drift = abs(frames - audio_samples * fps / SAMPLE_RATE) if samples is not None else 0.0
    if drift > 1:
        verifier.require_equal(
            f"{drift:.1f}", "at most 1", "frames between the ends of pictures and sound"
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
    """Return (time, duration, size, bytes of text tracks) of every packet by track; size is negative for keyframes of the video."""
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
    """Compares, and raises with the file's name and the first difference."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def require_equal(self, found: object, expected: object, subject: str) -> None:
        if found != expected:
            raise OutputFault(
                f"The film has {found} instead of {expected}: {subject}.",
                "Report this with the transcript.",
                where=self._path,
            )

    def check_video_stream(self, stream: Any, codec: str, fps: int, size: tuple[int, int]) -> None:  # noqa: ANN401 - PyAV's stream
        context = stream.codec_context
        self.require_equal(
            context.name.removeprefix("lib").replace("dav1d", "av1"), codec, "video codec"
        )
        self.require_equal(context.profile, _CODEC_PROFILES[codec], "video profile")
        self.require_equal(context.pix_fmt, "yuv420p", "pixel format")
        self.require_equal((context.width, context.height), size, "picture size")
        self.require_equal(stream.average_rate, fps, "frames a second")

    def check_frames(
        self, packets: Sequence[tuple[int, int, int, bytes]], frames: int, unit: int
    ) -> int:
        self.require_equal(len(packets), frames, "pictures")
        first_uneven = next(
            (
                frame
                for frame, (time, duration, _, _) in enumerate(packets)
                if (time, duration) != (frame * unit, unit)
            ),
            None,
        )
        self.require_equal(
            first_uneven, None, "first picture that is not where a constant frame rate puts it"
        )
        keyframes = sum(size < 0 for _, _, size, _ in packets)
        self.require_equal(
            "a keyframe" if packets[0][2] < 0 else "another picture",
            "a keyframe",
            "at the beginning",
        )
        return keyframes

    def check_audio_stream(self, stream: Any) -> None:  # noqa: ANN401 - PyAV's stream
        context = stream.codec_context
        found = (context.name, context.profile, context.sample_rate, context.layout.name)
        self.require_equal(found, ("aac", "LC", SAMPLE_RATE, "stereo"), "sound format")

    def check_subtitle_streams(
        self, streams: Sequence[Any], tracks: Sequence[Track], *, burnt: bool
    ) -> None:
        found = [
            (
                stream.codec_context.name,
                stream.language,
                stream.metadata.get("title"),
                bool(stream.disposition & _DEFAULT_DISPOSITION),
            )
            for stream in streams
        ]
        wanted = [
            (
                "mov_text",
                iso_639_2(track.language),
                language_name(track.language),
                not burnt and position == 0,
            )
            for position, track in enumerate(tracks)
        ]
        self.require_equal(found, wanted, "subtitle tracks")

    def check_cues(
        self, packets: Sequence[tuple[int, int, int, bytes]], track: Track, length: int
    ) -> None:
        found = [
            (time, duration, text)
            for time, duration, _, text in packets
            if text != text_track.EMPTY_SAMPLE
        ]
        wanted = [
            (cue.span.start, cue.span.length, text_track.cue_sample(cue)) for cue in track.cues
        ]
        first_difference = next(
            (
                row
                for row, (found_cue, wanted_cue) in enumerate(zip(found, wanted, strict=False))
                if found_cue != wanted_cue
            ),
            None,
        )
        self.require_equal(
            first_difference, None, f"first cue of the {track.language} track that differs"
        )
        self.require_equal(len(found), len(wanted), f"cues of the {track.language} track")
        self.require_equal(
            sum(duration for _, duration, _, _ in packets),
            length,
            f"samples covered by the {track.language} track",
        )

    def check_metadata(self, film: Any, title: str, chapters: Sequence[ChapterMark]) -> None:  # noqa: ANN401 - PyAV's container
        self.require_equal(film.metadata.get("title", ""), title, "title")
        self.require_equal(film.metadata.get("creation_time"), None, "date")
        found = [
            (
                chapter["start"] * chapter["time_base"] * SAMPLE_RATE,
                chapter["metadata"].get("title", ""),
            )
            for chapter in film.chapters()
        ]
        self.require_equal(
            found, [(mark.start_sample, mark.chapter.title) for mark in chapters], "chapters"
        )

    def check_box_order(self) -> None:
        """Check that the index comes before the media: players can begin before they have the whole file."""
        with self._path.open("rb") as file:
            kinds = [top_box.kind for top_box in top_level_boxes(file)]
        self.require_equal(kinds, [b"ftyp", b"moov", b"mdat"], "order of the file")
