"""ASS files as libass draws them: the places of the languages, and the words in karaoke colour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import pipeline
from pipeline.model import Track, Word
from pipeline.process import run_ffmpeg
from pipeline.subtitles.formats import ass
from tests.subtitles.factories import frames, make_cue

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 360
FONTS = Path(pipeline.__file__).parent / "fonts"


def picture(text: str, folder: Path, frame: int) -> NDArray[np.uint8]:
    """Return one frame of the subtitles over black, RGB."""
    (folder / "a.ass").write_text(text, encoding="utf-8")
    filters = f"subtitles={folder / 'a.ass'}:fontsdir={FONTS},select=eq(n\\,{frame})"
    source = f"color=c=black:s={WIDTH}x{HEIGHT}:r=30:d=4"
    arguments = [
        "-f",
        "lavfi",
        "-i",
        source,
        "-vf",
        filters,
        "-frames:v",
        "1",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "pipe:1",
    ]
    raw, _ = run_ffmpeg(arguments, timeout=60)
    return np.frombuffer(raw, np.uint8).reshape(HEIGHT, WIDTH, 3)


def bands(shown: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Return the rows of the picture that lines of text take: (top, below the bottom) of each."""
    lit = (shown.max(axis=(1, 2)) > 128).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], lit, [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def test_libass_shows_the_first_language_above_the_second(tmp_path: Path) -> None:
    """Two larger lines of Chinese above one of English, inside the margins, without overlap."""
    first, second = (
        Track("zh", (make_cue(1, 0, 90, "先把豆腐", "切成小块口口"),)),
        Track("en", (make_cue(1, 0, 90, "HELLO HELLO"),)),
    )
    line_bands = bands(
        picture(ass.compose([first, second], width=WIDTH, height=HEIGHT, fps=30), tmp_path, 30)
    )
    heights = [bottom - top for top, bottom in line_bands]
    assert len(line_bands) == 3
    assert min(heights[:2]) > heights[2]
    assert line_bands[-1][1] <= HEIGHT * 0.96


def test_libass_shows_a_cue_on_its_own_frames_only(tmp_path: Path) -> None:
    """Frame 31 is the first and frame 58 the last one with the cue."""
    text = ass.compose(
        [Track("zh", (make_cue(1, 31, 59, "豆腐"),))], width=WIDTH, height=HEIGHT, fps=30
    )
    assert [bool(bands(picture(text, tmp_path, frame))) for frame in (30, 31, 58, 59)] == [
        False,
        True,
        True,
        False,
    ]


def test_libass_colours_the_words_already_heard(tmp_path: Path) -> None:
    """Half way through, the first word has the karaoke colour and the second does not."""
    words = [Word(0, 2, frames(0, 45)), Word(2, 4, frames(45, 90))]
    text = ass.compose(
        [Track("zh", (make_cue(1, 0, 90, "豆腐牛肉", words=words),))],
        width=WIDTH,
        height=HEIGHT,
        fps=30,
        karaoke=True,
    )
    shown = picture(text, tmp_path, 20).astype(np.int16)
    yellow = (shown[..., 0] > 200) & (shown[..., 2] < 120)
    white = shown.min(axis=2) > 200
    assert np.flatnonzero(yellow.any(axis=0)).max() < np.flatnonzero(white.any(axis=0)).min()
