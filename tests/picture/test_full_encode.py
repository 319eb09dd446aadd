"""The ordinary encode in three codecs: the same frames, in files players know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.cache import Store
from pipeline.mux.mp4 import write_mp4
from pipeline.picture.encode import video_encoding
from pipeline.picture.encode.segmentation import split_moving_segments, split_still_segments
from pipeline.picture.encode.yuv import yuv_from_rgb
from pipeline.picture.scene import Composition, Hold, ScreenState, SlideTransition, TimedMovement
from pipeline.settings.sections import PictureSettings
from tests.compositions import composition_of, pictures, psnr
from tests.still_renderer import StillRenderer

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.mux.encoded_video import EncodedVideo
    from tests.compositions import Planned

TALK: list[Planned] = [
    ("a", "", 9),
    ("a", "发酵", 25),
    ("a", "", 2),
    ("a", "四个小时", 20),
    ("b", "", 1),
    ("b", "烘烤", 13),
]
ORDINARY = [("h264", "plain"), ("hevc", "held"), ("av1", "held")]


def encoded(
    composition: Composition, tmp_path: Path, codec: str, cfr: str, **picture: object
) -> EncodedVideo:
    """Return a composition encoded the ordinary way."""
    chosen = PictureSettings().model_copy(update={"codec": codec, "cfr": cfr, **picture})
    return video_encoding.encode_video(
        composition,
        StillRenderer(composition.width, composition.height),
        Store(tmp_path / "store"),
        chosen,
        lambda *_: None,
    )


@pytest.mark.parametrize(("codec", "cfr"), ORDINARY)
@pytest.mark.parametrize(("width", "height"), [(320, 192), (270, 480)])
def test_encode_every_frame_shows_each_state(
    tmp_path: Path, codec: str, cfr: str, width: int, height: int
) -> None:
    """Each codec gives as many frames as planned, each like its state.

    The MP4 has a constant rate, and nothing goes into the store.
    """
    import av

    composition = composition_of(TALK, width=width, height=height, fps=25)
    renderer = StillRenderer(width, height)
    path = tmp_path / "film.mp4"
    write_mp4(
        encoded(composition, tmp_path, codec, cfr),
        None,
        (),
        (),
        title="t",
        language="zh",
        poster=None,
        burnt=True,
        out=path,
    )
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == {"av1": "libdav1d"}.get(codec, codec)
        assert (float(stream.average_rate or 0), stream.frames) == (25.0, composition.frames)
    made = list(pictures(path))
    states = [
        hold.state
        for segment in composition.segments
        for hold in segment.holds
        for _ in range(hold.frames)
    ]
    assert len(made) == len(states)
    for state, picture in zip(states, made, strict=True):
        pixels = renderer.slide_pixels(state.slide).copy()
        band = renderer.caption_band(state)
        if band is not None:
            pixels[band[0] : band[0] + band[1].shape[0]] = band[1]
        assert psnr(picture, yuv_from_rgb(pixels, width, height)) > 34
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(("codec", "cfr"), ORDINARY)
def test_encode_every_frame_puts_keyframes_at_slides_and_intervals(
    tmp_path: Path, codec: str, cfr: str
) -> None:
    """A keyframe where a slide begins and at least every second where one is asked for."""
    composition = composition_of([("a", "", 80), ("b", "", 50)])
    keys = [
        number
        for number, (_, key) in enumerate(
            encoded(composition, tmp_path, codec, cfr, keyframe_interval=1).packets
        )
        if key
    ]
    assert {0, 80} <= set(keys)
    assert max(np.diff([*keys, 130])) <= 30


@pytest.mark.parametrize(("codec", "cfr"), ORDINARY)
def test_encode_every_frame_is_deterministic(tmp_path: Path, codec: str, cfr: str) -> None:
    """The same composition gives the same bytes."""
    composition = composition_of(TALK[:3])
    one, other = (list(encoded(composition, tmp_path, codec, cfr).packets) for _ in range(2))
    assert one == other


def test_encode_every_frame_encodes_movements(tmp_path: Path) -> None:
    """Transitions come as they do in the encoded video; progress is reported in frames."""
    fade = TimedMovement(SlideTransition("fade", "a", "b"), 10, 12)
    segments = (
        *split_still_segments([Hold(ScreenState("a"), 10)], 300),
        *split_moving_segments([Hold(ScreenState("b"), 12)], fade, 0, 300),
        *split_still_segments([Hold(ScreenState("b"), 8)], 300),
    )
    seen: list[tuple[int, int]] = []
    chosen = PictureSettings().model_copy(update={"cfr": "plain"})
    composition = Composition(320, 192, 30, segments)
    video = video_encoding.encode_video(
        composition,
        StillRenderer(),
        Store(tmp_path),
        chosen,
        lambda _, done, total: seen.append((done, total)),
    )
    path = tmp_path / "film.h264"
    path.write_bytes(video.extradata + b"".join(packet for packet, _ in video.packets))
    light = [float(picture[:192].mean()) for picture in pictures(path)]
    assert len(light) == 30
    assert min(light[14:18]) < 22 < min(*light[:9], *light[23:])
    assert seen == [(0, 30), (30, 30)]


@pytest.mark.parametrize(("codec", "cfr"), ORDINARY)
def test_encode_every_frame_is_better_at_best_than_at_draft(
    tmp_path: Path, codec: str, cfr: str
) -> None:
    """In every codec `draft`, `good` and `best` rise in likeness."""
    composition = composition_of([("photo", "慢火", 4)])
    renderer = StillRenderer()
    pixels = renderer.slide_pixels("photo").copy()
    top, band = renderer.caption_band_over(composition.segments[0].holds[0].state, pixels) or (
        0,
        pixels,
    )
    pixels[top : top + band.shape[0]] = band
    likeness = []
    for quality in ("draft", "good", "best"):
        path = tmp_path / f"{quality}.mp4"
        video = encoded(composition, tmp_path, codec, cfr, quality=quality)
        write_mp4(video, None, (), (), title="t", language="zh", poster=None, burnt=True, out=path)
        likeness.append(psnr(next(iter(pictures(path))), yuv_from_rgb(pixels, 320, 192)))
    assert likeness == sorted(likeness)
    assert likeness[2] > likeness[0] + 2
