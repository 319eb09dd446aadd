"""Files for listeners: in step, at their level, with what a player shows."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image

from pipeline.audio.export import export_narration
from pipeline.audio.mastering import master_voice
from pipeline.audio.riff import riff_chunks
from pipeline.errors import InputError
from pipeline.model import Chapter, ChapterMark
from pipeline.settings.sections import SoundSettings
from tests.audio.voices import RATE, decoded, ebur128, pcm16, voice, write_wav

if TYPE_CHECKING:
    from pathlib import Path

HARD = "猴子与芒果; a=b # c\\d \\\\ “引号” 'x'"
MARKS = [
    ChapterMark(Chapter(1, "开头"), 0),
    ChapterMark(Chapter(4, HARD), 100_001),
    ChapterMark(Chapter(9, "尾\\"), 230_000),
]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a mastered talk whose length is no multiple of any frame."""
    folder = tmp_path_factory.mktemp("talk")
    master_voice(
        write_wav(folder / "in.wav", pcm16(voice(6.02)[:288_777])),
        folder / "m.wav",
        SoundSettings(),
    )
    return folder / "m.wav"


@pytest.fixture(scope="module")
def cover(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small picture."""
    path = tmp_path_factory.mktemp("cover") / "poster.png"
    Image.new("RGB", (320, 180), (20, 60, 90)).save(path)
    return path


def made(talk: Path, out: Path, cover: Path | None = None, title: str = HARD) -> Path:
    """Export with everything a player shows."""
    export_narration(
        talk, out, title=title, artist="大飞; Ilya", chapters=MARKS, cover=cover, language="zh-Hans"
    )
    return out


@pytest.mark.parametrize("suffix", [".m4a", ".mp3", ".wav"])
def test_export_narration_keeps_samples_and_level_on_both_channels(
    talk: Path, tmp_path: Path, suffix: str
) -> None:
    """Decoded, a file has the master's samples: the same number, position and level."""
    sound = decoded(made(talk, tmp_path / f"n{suffix}")).astype(float)
    wanted = decoded(talk).astype(float)
    # ffmpeg's own stereo of a mono file is 3 dB down
    wanted *= np.sqrt(2)
    assert len(sound) == 288_777
    assert np.array_equal(sound[:, 0], sound[:, 1])
    lags = [
        float(np.dot(sound[2_000 + lag : 280_000 + lag, 0], wanted[2_000:280_000, 0]))
        for lag in range(-3, 4)
    ]
    assert int(np.argmax(lags)) - 3 == 0
    assert 20 * np.log10(np.sqrt((sound**2).mean() / (wanted**2).mean())) == pytest.approx(
        0, abs=0.05
    )


@pytest.mark.parametrize("suffix", [".m4a", ".mp3", ".wav"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_export_narration_keeps_loudness_and_peak_after_the_codec(
    tmp_path: Path, suffix: str, seed: int
) -> None:
    """The decoded file has -14 LUFS ± 0.5 and at most -1 dBTP by ffmpeg's meter."""
    master_voice(
        write_wav(tmp_path / "in.wav", pcm16(voice(8, seed, 0.9, pitch=90 * seed))),
        tmp_path / "m.wav",
        SoundSettings(),
    )
    loudness, peak, _ = ebur128(made(tmp_path / "m.wav", tmp_path / f"n{suffix}"))
    assert loudness == pytest.approx(-14, abs=0.2)
    assert peak <= -1


def test_export_narration_lowers_peaks_that_the_codec_raised(tmp_path: Path) -> None:
    """If the decoded peak exceeds the ceiling the file is written again, softer."""
    source = write_wav(tmp_path / "m.wav", pcm16(voice(3, level=0.75)))
    lowered = export_narration(
        source,
        tmp_path / "n.mp3",
        title="",
        artist="",
        chapters=[],
        cover=None,
        language="zh",
        ceiling=-3.0,
    )
    assert 0.3 < lowered < 2
    assert -3.4 < ebur128(tmp_path / "n.mp3")[1] <= -3


@pytest.mark.parametrize("suffix", [".m4a", ".mp3"])
def test_export_narration_writes_title_chapters_and_cover(
    talk: Path, tmp_path: Path, cover: Path, suffix: str
) -> None:
    """Every character of every title, chapters at their samples (ms in MP3), the picture."""
    with av.open(str(made(talk, tmp_path / f"n{suffix}", cover))) as file:
        assert (file.metadata["title"], file.metadata["artist"]) == (HARD, "大飞; Ilya")
        chapters = [
            (
                round(one["start"] * (one["time_base"] or 0) * 1000),
                one["metadata"]["title"].rstrip(),
            )
            for one in file.chapters()
        ]
        assert chapters == [(0, "开头"), (2083, HARD), (4792, "尾\\")]
        assert [
            (stream.codec_context.width, stream.codec_context.height)
            for stream in file.streams.video
        ] == [(320, 180)]
        assert (
            file.streams.audio[0].codec_context.sample_rate,
            file.streams.audio[0].codec_context.layout.name,
        ) == (RATE, "stereo")


def test_export_narration_tags_wav_files(talk: Path, tmp_path: Path, cover: Path) -> None:
    """Markers at their samples as editors read them, and an ID3 tag; samples are unchanged."""
    path = made(talk, tmp_path / "n.wav", cover)
    with path.open("rb") as file:
        found = {
            chunk.kind: (file.seek(chunk.start), file.read(chunk.size))[1]
            for chunk in list(riff_chunks(file))
        }
    assert int.from_bytes(path.read_bytes()[4:8], "little") == path.stat().st_size - 8
    points = [struct.unpack_from("<II4sIII", found[b"cue "], 4 + 24 * place) for place in range(3)]
    assert [(number, at, at_again) for number, at, _, _, _, at_again in points] == [
        (1, 0, 0),
        (2, 100_001, 100_001),
        (3, 230_000, 230_000),
    ]
    assert HARD.encode() + b"\0" in found[b"LIST"]
    assert HARD.encode("utf-16-le") in found[b"id3 "]
    assert found[b"id3 "].endswith(cover.read_bytes())
    assert len(found[b"data"]) == 4 * 288_777


def test_export_narration_writes_aac_lc_with_language_and_index_first(
    talk: Path, tmp_path: Path
) -> None:
    """What podcast players and phones expect."""
    path = made(talk, tmp_path / "n.m4a")
    with av.open(str(path)) as file:
        assert (
            file.streams.audio[0].codec_context.name,
            file.streams.audio[0].profile,
            file.streams.audio[0].language,
        ) == (
            "aac",
            "LC",
            "zho",
        )
        assert 60_000 < (file.streams.audio[0].codec_context.bit_rate or 0) < 240_000
    data = path.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_export_narration_keeps_two_different_channels(talk: Path, tmp_path: Path) -> None:
    """Music in stereo is not folded."""
    sides = np.stack([pcm16(voice(4, 1)), pcm16(voice(4, 8, pitch=200))], axis=1)
    sound = decoded(made(write_wav(tmp_path / "s.wav", sides), tmp_path / "n.m4a")).astype(float)
    for side in (0, 1):
        error = sound[:, side] - sides[:, side]
        assert 10 * np.log10((sides[:, side].astype(float) ** 2).mean() / (error**2).mean()) > 20
    assert talk.exists()


@pytest.mark.parametrize("suffix", [".m4a", ".mp3", ".wav"])
def test_export_narration_is_deterministic(
    talk: Path, tmp_path: Path, cover: Path, suffix: str
) -> None:
    """No date, no encoder's name, no chance."""
    first, second = (made(talk, tmp_path / f"{name}{suffix}", cover).read_bytes() for name in "ab")
    assert first == second
    assert b"Lavf6" not in first


@pytest.mark.parametrize(
    "title", ["", "-y", "a\nb", "$(rm -rf /)", "%s%n", "\u202ebidi", "\x00\x1b[2J", "名" * 3_000]
)
def test_export_narration_accepts_any_title(talk: Path, tmp_path: Path, title: str) -> None:
    """Nothing in a title is taken for an option, a key or a control code."""
    with av.open(str(made(talk, tmp_path / "n.m4a", title=title))) as file:
        shown = "".join(
            character for character in " ".join(title.split()) if character.isprintable()
        )
        assert (file.metadata.get("title", ""), file.metadata["artist"], len(file.chapters())) == (
            shown,
            "大飞; Ilya",
            3,
        )


def test_export_narration_accepts_odd_file_names(talk: Path, tmp_path: Path) -> None:
    """Names that ffmpeg would take for something else."""
    for name in ("-y.m4a", "concat:a.m4a", "a%03d.m4a", '它 \'s "名".m4a'):
        assert len(decoded(made(talk, tmp_path / name))) == 288_777


def test_export_narration_omits_chapters_after_the_end(talk: Path, tmp_path: Path) -> None:
    """A timeline longer than its sound does not stop the export."""
    marks = [*MARKS, ChapterMark(Chapter(12, "没有"), 300_000)]
    export_narration(
        talk, tmp_path / "n.m4a", title="t", artist="", chapters=marks, cover=None, language="zh"
    )
    with av.open(str(tmp_path / "n.m4a")) as file:
        assert len(file.chapters()) == 3


def test_export_narration_refuses_other_formats(talk: Path, tmp_path: Path) -> None:
    """Only what was asked for and is tested is written."""
    with pytest.raises(InputError, match=r"n\.ogg"):
        made(talk, tmp_path / "n.ogg")
