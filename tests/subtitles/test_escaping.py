"""Escaped text as the decoders of players read it: the text itself, without styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.model import Track
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from pipeline.subtitles.formats import ass, srt, vtt
from pipeline.subtitles.formats.ass import parse
from pipeline.text.line_joining import WORD_JOINER
from tests.subtitles.factories import HOSTILE, make_cue

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [f"前 {text} 后" for text in HOSTILE]
TRACK = Track(
    "zh", tuple(make_cue(row, row * 30, row * 30 + 20, text) for row, text in enumerate(TEXTS, 1))
)
COMPOSED = {
    "srt": srt.compose(TRACK),
    "vtt": vtt.compose(TRACK),
    "ass": ass.compose([TRACK], width=640, height=360, fps=30),
}


@pytest.mark.parametrize("suffix", list(COMPOSED))
def test_ffmpeg_decodes_escaped_text_as_written(suffix: str, tmp_path: Path) -> None:
    """The decoder that mpv and VLC use returns every text complete and without styles."""
    source, target = tmp_path / f"in.{suffix}", tmp_path / "out.ass"
    source.write_text(COMPOSED[suffix], encoding="utf-8")
    run_ffmpeg(["-i", ffmpeg_file_url(source), "-f", "ass", ffmpeg_file_url(target)], timeout=60)
    cues = parse(target.read_text("utf-8"), "x")
    assert [cue.text.replace(WORD_JOINER, "") for cue in cues] == TEXTS
