"""The film: what goes in comes out, by libav's reading, in any shape an episode can have."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.errors import OutputFault
from pipeline.mux import mp4, track_box
from pipeline.mux.encoded_video import EncodedVideo
from pipeline.mux.mp4 import write_mp4
from pipeline.mux.verify import verify_mp4
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from pipeline.timebase import samples_from_frame
from tests.audio.voices import decoded
from tests.mux.factories import Wanted, marks, narration, packets, track, two_tracks, video

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.model import ChapterMark, Track

TITLE = "Ilya是谁？<b>&{x}\\N; # = 'q'"
HARD = ["开头", "<b>粗</b> & {\\an8}", "a;b=c#d\\", "名" * 80, "\u202e反\u200b"]


def film(
    folder: Path,
    frames: int = 90,
    fps: int = 30,
    *,
    tracks: list[Track] | None = None,
    chapters: list[ChapterMark] | None = None,
    sound: bool = True,
    poster: Path | None = None,
    burnt: bool = True,
    encoder: str = "libx264",
) -> tuple[Path, Wanted]:
    """Mux a film; return it and what is to be found in it."""
    length = samples_from_frame(frames, fps)
    tracks = two_tracks(frames, fps) if tracks is None else tracks
    chapters = marks((0, "开头"), (length // 2, "后半")) if chapters is None else chapters
    out = folder / "film.mp4"
    audio = narration(folder, length) if sound else None
    write_mp4(
        video(frames, fps, encoder=encoder),
        audio,
        tracks,
        chapters,
        title=TITLE,
        language="zh",
        poster=poster,
        burnt=burnt,
        out=out,
    )
    wanted = Wanted(
        frames=frames,
        fps=fps,
        width=128,
        height=72,
        samples=length if sound else None,
        tracks=tracks,
        chapters=chapters,
        title=TITLE,
    )
    return out, wanted


def pictures(data: Path | bytes) -> NDArray[np.uint8]:
    """Return every decoded picture's brightness plane, from a film or a bare stream."""
    source = (
        ["-i", ffmpeg_file_url(data)]
        if not isinstance(data, bytes)
        else ["-f", "h264", "-i", "pipe:0"]
    )
    stdin = data if isinstance(data, bytes) else None
    arguments = [
        "-v",
        "warning",
        "-xerror",
        *source,
        "-map",
        "0:v:0",
        "-vf",
        "extractplanes=y",
        "-f",
        "rawvideo",
        "-fps_mode",
        "passthrough",
    ]
    out, said = run_ffmpeg([*arguments, "pipe:1"], timeout=60, stdin=stdin)
    assert said == ""
    return np.frombuffer(out, np.uint8).reshape(-1, 72, 128)


@pytest.mark.parametrize(
    ("frames", "fps"), [(9, 1), (61, 24), (9, 25), (90, 30), (61, 50), (90, 60), (61, 120)]
)
def test_write_mp4_reads_back_complete_at_any_rate(tmp_path: Path, frames: int, fps: int) -> None:
    """Video, audio, tracks, chapters and title are exact; video and audio end together."""
    out, wanted = film(tmp_path, frames, fps)
    found = verify_mp4(out, **wanted)
    assert (found.frames, found.audio_samples, found.cue_counts, found.chapter_count) == (
        frames,
        samples_from_frame(frames, fps),
        (3, 2),
        2,
    )
    assert (found.drift_frames, found.size_bytes) == (0, out.stat().st_size)


def test_write_mp4_keeps_the_pictures_of_the_stream(tmp_path: Path) -> None:
    """Not one decoded picture differs, and the decoder has nothing to say."""
    out, _ = film(tmp_path)
    head, made = packets(90, 30)
    assert np.array_equal(pictures(out), pictures(head + b"".join(packet for packet, _ in made)))


def test_write_mp4_keeps_the_samples_of_the_narration(tmp_path: Path) -> None:
    """The samples are those of the m4a file, although it has chapters between its frames."""
    out, wanted = film(tmp_path)
    sound = decoded(out)
    assert len(sound) == wanted["samples"]
    assert np.array_equal(sound, decoded(narration(tmp_path, 144_000)))


def test_write_mp4_joins_audio_stored_in_pieces(tmp_path: Path) -> None:
    """From a film, whose sound lies between its pictures second by second, the same samples."""
    out, wanted = film(tmp_path)
    again = tmp_path / "again.mp4"
    write_mp4(
        video(),
        out,
        wanted["tracks"],
        wanted["chapters"],
        title=TITLE,
        language="zh",
        poster=None,
        burnt=True,
        out=again,
    )
    assert again.read_bytes() == out.read_bytes()


def test_write_mp4_gives_every_frame_the_same_duration(tmp_path: Path) -> None:
    """Constant frame rate, as players and editors see it."""
    out, _ = film(tmp_path, 61, 25)
    with av.open(str(out)) as read:
        stream = read.streams.video[0]
        times = [
            (packet.pts, packet.dts, packet.duration)
            for packet in read.demux(stream)
            if packet.size
        ]
        unit = times[0][2]
        assert times == [(place * (unit or 0), place * (unit or 0), unit) for place in range(61)]
        assert [stream.average_rate, stream.base_rate] == [25, 25]
        assert (stream.frames, stream.codec_context.profile) == (61, "High")


@pytest.mark.parametrize(("burnt", "on"), [(True, [False, False]), (False, [True, False])])
def test_write_mp4_enables_soft_tracks_only_without_burnt_captions(
    tmp_path: Path,
    burnt: bool,  # noqa: FBT001 - a table
    on: list[bool],
) -> None:
    """And they carry language and title for the player's menu."""
    out, wanted = film(tmp_path, burnt=burnt)
    verify_mp4(out, **wanted, burnt=burnt)
    with pytest.raises(OutputFault, match="subtitle tracks"):
        verify_mp4(out, **wanted, burnt=not burnt)
    with av.open(str(out)) as read:
        shown = [
            (
                one.language,
                one.metadata["title"],
                one.metadata["handler_name"],
                bool(one.disposition & 1),
            )
            for one in read.streams.subtitles
        ]
    assert shown == [("zho", "中文", "中文", on[0]), ("eng", "English", "English", on[1])]


def test_write_mp4_writes_full_language_codes(tmp_path: Path) -> None:
    """Any BCP 47 code, known to ISO 639-2 or not."""
    length = samples_from_frame(90, 30)
    tracks = [track(code, (0, length, "x")) for code in ("ja", "pt-BR", "yue", "zh-Hant-TW", "xx")]
    out, wanted = film(tmp_path, tracks=tracks)
    verify_mp4(out, **wanted)
    with av.open(str(out)) as read:
        assert [one.language for one in read.streams.subtitles] == [
            "jpn",
            "por",
            "zho",
            "zho",
            "und",
        ]
    assert b"elng\0\0\0\0zh-Hant-TW\0" in out.read_bytes()


def test_text_track_is_literal_in_players_that_parse_markup(tmp_path: Path) -> None:
    """The decoder hands every character to libass: no tag, override or line break is added."""
    length = samples_from_frame(90, 30)
    out, _ = film(
        tmp_path, tracks=[track("zh", (0, length, "<b>粗</b> {\\an8}x C:\\new \\N dict = {}"))]
    )
    shown, _ = run_ffmpeg(
        ["-v", "error", "-i", ffmpeg_file_url(out), "-map", "0:s:0", "-f", "ass", "pipe:1"],
        timeout=60,
    )
    line = shown.decode().strip().splitlines()[-1].split(",,", maxsplit=2)[-1]
    joiner = "\N{WORD JOINER}"
    assert line.endswith(f"<b>粗</b> ｛\\{joiner}an8｝x C:\\{joiner}new \\{joiner}N dict = ｛｝")


@given(
    texts=st.lists(
        st.text(
            st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"),
            min_size=1,
            max_size=40,
        ),
        min_size=1,
        max_size=8,
    ),
    cuts=st.lists(st.integers(0, 144_000), min_size=16, max_size=16, unique=True),
)
@settings(max_examples=40, deadline=None)
def test_text_track_reads_back_any_cue(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], cuts: list[int]
) -> None:
    """Any characters, any times, with and without gaps."""
    times = sorted(cuts)
    cues = [(times[2 * place], times[2 * place + 1], text) for place, text in enumerate(texts)]
    out, wanted = film(tmp_path_factory.mktemp("film"), tracks=[track("zh", *cues)], sound=False)
    assert verify_mp4(out, **wanted).cue_counts == (len(texts),)


@pytest.mark.parametrize("first", [0, 1, 48_000])
def test_write_mp4_places_chapters_at_their_samples(tmp_path: Path, first: int) -> None:
    """Any title, the first one at the beginning or later."""
    out, wanted = film(
        tmp_path,
        chapters=marks(*((first + place * 7_001, title) for place, title in enumerate(HARD))),
    )
    assert verify_mp4(out, **wanted).chapter_count == 5


def test_write_mp4_keeps_three_hundred_chapters(tmp_path: Path) -> None:
    """Nero's list ends at 255; the chapter track does not."""
    out, wanted = film(
        tmp_path, chapters=marks(*((place * 400, f"第{place}章") for place in range(300)))
    )
    assert verify_mp4(out, **wanted).chapter_count == 300


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_write_mp4_adds_the_poster_as_cover(tmp_path: Path, form: str) -> None:
    """As attached picture, whole."""
    poster = tmp_path / "poster"
    Image.new("RGB", (64, 36), (200, 30, 30)).save(poster, form)
    out, wanted = film(tmp_path, poster=poster)
    verify_mp4(out, **wanted, poster=True)
    with pytest.raises(OutputFault, match="cover"):
        verify_mp4(out, **wanted)
    with av.open(str(out)) as read:
        cover = next(packet for packet in read.demux() if packet.stream.disposition & 1024)
        assert bytes(cover) == poster.read_bytes()


def test_write_mp4_works_without_audio_tracks_and_chapters(tmp_path: Path) -> None:
    """The silent film of estimated times."""
    out, wanted = film(tmp_path, sound=False, tracks=[], chapters=[])
    assert verify_mp4(out, **wanted).audio_samples == 0


def test_write_mp4_writes_a_track_without_cues(tmp_path: Path) -> None:
    """A translation of which nothing is there yet."""
    out, wanted = film(tmp_path, tracks=[track("zh"), track("en")])
    assert verify_mp4(out, **wanted).cue_counts == (0, 0)


def test_write_mp4_writes_a_video_of_one_frame(tmp_path: Path) -> None:
    """The shortest episode there can be."""
    out, wanted = film(
        tmp_path, 1, 30, tracks=[track("zh", (0, 1_600, "一"))], chapters=marks((0, "一"))
    )
    assert verify_mp4(out, **wanted).frames == 1


@pytest.mark.parametrize("encoder", ["libx265", "libsvtav1"])
def test_write_mp4_accepts_hevc_and_av1(tmp_path: Path, encoder: str) -> None:
    """HEVC and AV1, described as ffmpeg describes them, decode to the same number of pictures."""
    if encoder not in av.codecs_available:
        pytest.skip(f"this PyAV has no {encoder}")
    out, wanted = film(tmp_path, 30, encoder=encoder)
    assert (
        verify_mp4(out, **wanted, codec={"libx265": "hevc", "libsvtav1": "av1"}[encoder]).frames
        == 30
    )
    assert len(pictures(out)) == 30
    with av.open(str(out)) as read:
        stored = [bytes(packet) for packet in read.demux(read.streams.video[0]) if packet.size]
    assert not any(
        sample.startswith((b"\x12\0", b"\0\0\0\1")) for sample in stored
    )  # neither delimiters nor start codes


def test_write_mp4_copies_a_stream_in_mp4_form(tmp_path: Path) -> None:
    """An avcC record and lengths before NAL units, taken from a film, make the same film again."""
    out, wanted = film(tmp_path)
    with av.open(str(out)) as read:
        stream = read.streams.video[0]
        made = [
            (bytes(packet), bool(packet.is_keyframe))
            for packet in read.demux(stream)
            if packet.size
        ]
        head = bytes(stream.codec_context.extradata or b"")
    again = tmp_path / "again.mp4"
    one = EncodedVideo("h264", head, 128, 72, 30, 90, made)
    tracks, chapters = list(wanted["tracks"]), list(wanted["chapters"])
    write_mp4(
        one,
        narration(tmp_path, 144_000),
        tracks,
        chapters,
        title=TITLE,
        language="zh",
        poster=None,
        burnt=True,
        out=again,
    )
    assert again.read_bytes() == out.read_bytes()


def test_write_mp4_is_deterministic(tmp_path: Path) -> None:
    """No date, no chance; and no file is left beside it."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = (film(tmp_path / name)[0] for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [
        "film.mp4",
        "n.wav",
        "narration-144000.m4a",
    ]


def test_write_mp4_uses_64_bit_offsets_over_four_gigabytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the limit made small, every offset is a long one, and the film reads back the same."""
    monkeypatch.setattr(mp4, "_FOUR_GIB", 0)
    out, wanted = film(tmp_path)
    assert b"co64" in out.read_bytes()
    assert b"stco" not in out.read_bytes()
    verify_mp4(out, **wanted)


@pytest.mark.parametrize("missing", [1, -1])
def test_write_mp4_refuses_another_number_of_packets(tmp_path: Path, missing: int) -> None:
    """A stream that was cut short never becomes a shorter film."""
    head, made = packets(90, 30)
    one = EncodedVideo("h264", head, 128, 72, 30, 90 + missing, iter(made))
    with pytest.raises(OutputFault, match="frames instead of"):
        write_mp4(
            one,
            None,
            [],
            [],
            title="",
            language="zh",
            poster=None,
            burnt=True,
            out=tmp_path / "film.mp4",
        )
    assert not (tmp_path / "film.mp4").exists()


@pytest.mark.parametrize(
    "cues", [[(0, 2_000, "a"), (1_999, 3_000, "b")], [(0, 144_001, "a")], [(5, 5, "a")]]
)
def test_text_track_refuses_cues_that_overlap_or_leave_the_episode(
    tmp_path: Path, cues: list[tuple[int, int, str]]
) -> None:
    """A track never shifts what follows."""
    with pytest.raises(OutputFault, match="overlaps"):
        film(tmp_path, tracks=[track("zh", *cues)], sound=False)


def test_write_mp4_needs_little_memory_for_four_hours(tmp_path: Path) -> None:
    """432,000 frames of the size of held pictures: the tables alone are kept."""
    head, made = packets(90, 30)

    def long() -> Iterator[tuple[bytes, bool]]:
        for number in range(432_000):
            yield (made[0][0], True) if not number % 250 else (made[1][0][:70], False)

    one = EncodedVideo("h264", head, 128, 72, 30, 432_000, long())
    tracemalloc.start()
    try:
        write_mp4(
            one,
            None,
            [],
            [],
            title="",
            language="zh",
            poster=None,
            burnt=True,
            out=tmp_path / "film.mp4",
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000
    with av.open(str(tmp_path / "film.mp4")) as read:
        assert read.streams.video[0].frames == 432_000


def test_write_mp4_reports_progress_to_the_end(tmp_path: Path) -> None:
    """Reported by the frame."""
    seen: list[tuple[str, int, int]] = []
    write_mp4(
        video(),
        None,
        [],
        [],
        title="",
        language="zh",
        poster=None,
        burnt=True,
        out=tmp_path / "f.mp4",
        observe=lambda *step: seen.append(step),
    )
    assert seen[-1] == ("container", 90, 90)


def test_chunks_by_second_groups_samples_by_second() -> None:
    """A player reads audio and video side by side, because the samples of a second are together."""
    rows = track_box.chunks_by_second(np.array([500, 500, 1_000, 2_500, 10]), 1_000)
    assert rows.tolist() == [[0, 0, 2], [1, 2, 1], [2, 3, 1], [4, 4, 1]]
