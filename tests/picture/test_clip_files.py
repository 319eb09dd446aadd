"""Video clips as slides: what is read from them, and which are refused."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.picture.slides.clip_files import probe_clip
from tests.slide_samples import RED, clip

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "libx264"), ("a.mov", "libx264"), ("a.webm", "libvpx-vp9")]
)
def test_probe_clip_gives_rate_length_and_first_picture(
    tmp_path: Path, name: str, codec: str
) -> None:
    """MP4, MOV and WebM give their frames a second, how many there are, and the first one."""
    path = clip(tmp_path / name, frames=12, fps=10, codec=codec)
    found = probe_clip(path, path)
    assert (found.fps, found.frames, found.first_picture.size) == (Fraction(10), 12, (64, 48))
    assert np.abs(np.asarray(found.first_picture)[20, 30].astype(int) - RED).max() < 30


def test_probe_clip_takes_odd_names(tmp_path: Path) -> None:
    """A name that looks like an option, a protocol or a pattern is a name."""
    path = clip(tmp_path / "a.mp4")
    for name in ("-i.mp4", "http:x.mp4", "%03d.mp4", "a'b\"c.mp4", "中 文\n.mp4"):
        odd = path.with_name(name)
        odd.write_bytes(path.read_bytes())
        assert probe_clip(odd, odd).frames == 10


def test_open_clip_does_not_follow_a_playlist(tmp_path: Path) -> None:
    """A text that sends players elsewhere is refused by its first bytes, whatever its name."""
    path = tmp_path / "01.mp4"
    for text in (
        "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        "ffconcat version 1.0\nfile /etc/passwd\n",
        "<xml/>",
    ):
        path.write_text(text)
        with pytest.raises(InputError, match="not an MP4, MOV, WebM or MKV"):
            probe_clip(path, path)


def test_probe_clip_refuses_broken_clips(tmp_path: Path) -> None:
    """A clip cut short before its index, and one whose pictures are rubbish, get one sentence."""
    whole = clip(tmp_path / "a.mp4").read_bytes()
    path = tmp_path / "01.mp4"
    for content in (whole[:200], whole[:8] + bytes(5_000), b"\x1a\x45\xdf\xa3" + bytes(300)):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"01\.mp4: The clip"):
            probe_clip(path, path)


def test_probe_clip_refuses_sound_without_video(tmp_path: Path) -> None:
    """A file with sound only is no slide."""
    import av

    path = tmp_path / "01.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48_000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(InputError, match="no video"):
        probe_clip(path, path)
