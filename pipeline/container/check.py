"""The finished file, read back by libav: nothing is published that does not hold what it was meant to hold."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.container import text_track
from pipeline.container.boxes import top_level
from pipeline.errors import OutputFault
from pipeline.language import iso_639_2, language_name
from pipeline.process import file_name
from pipeline.timebase import SAMPLE_RATE, samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.model import ChapterMark, Track

_PROFILES = {"h264": "High", "hevc": "Main", "av1": "Main"}
_DEFAULT, _ATTACHED = 1, 1024

Packets = dict[int, list[tuple[int, int, int, bytes]]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a finished file was found to hold: pictures, keyframes, sound in samples at 48 kHz, cues a track, chapters, bytes.

    `drift` is by how many frames pictures and sound differ in length.
    """

    frames: int
    keyframes: int
    samples: int
    drift: float
    cues: tuple[int, ...]
    chapters: int
    size: int


def verify(  # noqa: PLR0913 - everything the file was made of
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
) -> Checked:
    """Read a file back and compare it with what it was made of; `samples` is the narration's length (None: a silent film).

    Every packet is read: the time of each picture and cue, the texts, the length of the sound. Raises OutputFault with the first
    difference.
    """
    import av

    check = _Check(path)
    try:
        with av.open(file_name(path)) as film:
            covers = [stream for stream in film.streams.video if stream.disposition & _ATTACHED]
            pictures = [stream for stream in film.streams.video if not stream.disposition & _ATTACHED]
            check.equal(len(covers), int(poster), "cover pictures")
            check.equal(len(pictures), 1, "video tracks")
            check.equal(len(film.streams.audio), int(samples is not None), "sound tracks")
            check.pictures(pictures[0], codec, fps, (width, height))
            for heard_stream in film.streams.audio:
                check.sound(heard_stream)
            check.head(film, title, chapters)
            check.subtitles(film.streams.subtitles, tracks, burnt=burnt)
            packets = _packets(film)
            keyframes = check.frames(
                packets.get(pictures[0].index, []), frames, (pictures[0].time_base or Fraction(1, fps)).denominator // fps
            )
            heard = sum(packets[film.streams.audio[0].index][-1][:2]) if samples is not None else 0
            check.equal(heard, samples or 0, "samples of sound")
            length = samples_from_frame(frames, fps)
            for stream, track in zip(film.streams.subtitles, tracks, strict=True):
                check.cues(packets.get(stream.index, []), track, length)
            film.seek(0)
            pictures[0].codec_context.options = {"err_detect": "explode"}  # the decoder would rather show something than nothing
            next(film.decode(pictures[0]))
    except (av.FFmpegError, StopIteration) as fault:
        raise OutputFault(
            f"The film cannot be read back ({fault or 'no picture in it'}).", "Run again with --force.", where=path
        ) from fault
    check.index()
    drift = abs(frames - heard * fps / SAMPLE_RATE) if samples is not None else 0.0
    if drift > 1:
        check.equal(f"{drift:.1f}", "at most 1", "frames between the ends of pictures and sound")
    return Checked(frames, keyframes, heard, drift, tuple(len(track.cues) for track in tracks), len(chapters), path.stat().st_size)


def _packets(film: Any) -> Packets:  # noqa: ANN401 - PyAV's container
    """Return (time, duration, size, bytes of text tracks) of every packet by track; size is negative for keyframes of the video."""
    found: Packets = {}
    for packet in film.demux():
        if packet.size and packet.pts is not None:
            text = bytes(packet) if packet.stream.type == "subtitle" else b""
            size = -packet.size if packet.is_keyframe else packet.size
            found.setdefault(packet.stream_index, []).append((packet.pts, packet.duration or 0, size, text))
    return found


class _Check:
    """Compares, and raises with the file's name and the first difference."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def equal(self, found: object, wanted: object, what: str) -> None:
        if found != wanted:
            raise OutputFault(f"The film has {found} instead of {wanted}: {what}.", "Report this with the transcript.", where=self._path)

    def pictures(self, stream: Any, codec: str, fps: int, size: tuple[int, int]) -> None:  # noqa: ANN401 - PyAV's stream
        context = stream.codec_context
        self.equal(context.name.removeprefix("lib").replace("dav1d", "av1"), codec, "video codec")
        self.equal(context.profile, _PROFILES[codec], "video profile")
        self.equal(context.pix_fmt, "yuv420p", "pixel format")
        self.equal((context.width, context.height), size, "picture size")
        self.equal(stream.average_rate, fps, "frames a second")

    def frames(self, packets: Sequence[tuple[int, int, int, bytes]], frames: int, unit: int) -> int:
        self.equal(len(packets), frames, "pictures")
        uneven = next((at for at, (time, duration, _, _) in enumerate(packets) if (time, duration) != (at * unit, unit)), None)
        self.equal(uneven, None, "first picture that is not where a constant frame rate puts it")
        keyframes = sum(size < 0 for _, _, size, _ in packets)
        self.equal("a keyframe" if packets[0][2] < 0 else "another picture", "a keyframe", "at the beginning")
        return keyframes

    def sound(self, stream: Any) -> None:  # noqa: ANN401 - PyAV's stream
        context = stream.codec_context
        found = (context.name, context.profile, context.sample_rate, context.layout.name)
        self.equal(found, ("aac", "LC", SAMPLE_RATE, "stereo"), "sound format")

    def subtitles(self, streams: Sequence[Any], tracks: Sequence[Track], *, burnt: bool) -> None:
        found = [(one.codec_context.name, one.language, one.metadata.get("title"), bool(one.disposition & _DEFAULT)) for one in streams]
        wanted = [
            ("mov_text", iso_639_2(track.language), language_name(track.language), not burnt and place == 0)
            for place, track in enumerate(tracks)
        ]
        self.equal(found, wanted, "subtitle tracks")

    def cues(self, packets: Sequence[tuple[int, int, int, bytes]], track: Track, length: int) -> None:
        found = [(time, duration, text) for time, duration, _, text in packets if text != text_track.GAP]
        wanted = [(cue.span.start, cue.span.length, text_track.sample(cue)) for cue in track.cues]
        first = next((row for row, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other), None)
        self.equal(first, None, f"first cue of the {track.language} track that differs")
        self.equal(len(found), len(wanted), f"cues of the {track.language} track")
        self.equal(sum(duration for _, duration, _, _ in packets), length, f"samples covered by the {track.language} track")

    def head(self, film: Any, title: str, chapters: Sequence[ChapterMark]) -> None:  # noqa: ANN401 - PyAV's container
        self.equal(film.metadata.get("title", ""), title, "title")
        self.equal(film.metadata.get("creation_time"), None, "date")
        found = [(one["start"] * one["time_base"] * SAMPLE_RATE, one["metadata"].get("title", "")) for one in film.chapters()]
        self.equal(found, [(mark.at, mark.chapter.title) for mark in chapters], "chapters")

    def index(self) -> None:
        """Check that the index comes before the media: players can begin before they have the whole file."""
        with self._path.open("rb") as file:
            kinds = [found.kind for found in top_level(file)]
        self.equal(kinds, [b"ftyp", b"moov", b"mdat"], "order of the file")
