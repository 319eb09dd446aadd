"""The encoded video, decoded.

Every frame shows its state, states repeat exactly, and no decoder writes a message.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.cache import Store
from pipeline.picture.encode import video_encoding
from pipeline.picture.encode.bitstream import BitReader
from pipeline.picture.encode.h264 import nal_type, split_nal_units, unescape_nal
from pipeline.picture.encode.packetizer import idr_frames
from pipeline.picture.encode.x264_encoder import PRESETS, X264Encoder, X264Preset
from pipeline.picture.encode.yuv import (
    crop_rows,
    frame_from_planes,
    paste_rows,
    planes_from_frame,
    yuv_from_rgb,
)
from pipeline.picture.scene import Segment
from pipeline.settings.sections import PictureSettings
from tests.compositions import (
    composition_of,
    decoded_by,
    decoders,
    digests,
    pictures,
    psnr,
    rgb_from_frame,
    written,
)
from tests.still_renderer import StillRenderer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.mux.encoded_video import EncodedVideo
    from pipeline.picture.scene import Composition, ScreenState
    from tests.compositions import Planned

COOKING: list[Planned] = [
    ("kitchen", "", 20),
    ("kitchen", "先把水烧开", 33),
    ("kitchen", "", 2),
    ("kitchen", "再放一勺盐", 1),
    ("kitchen", "", 1),
    ("kitchen", "最后关火", 24),
    ("photo of soup", "汤要趁热喝", 17),
    ("photo of soup", "", 2),
    ("photo of soup", "小心烫", 19),
    ("photo of soup", "慢慢来", 21),
    ("photo of soup", "再盛一碗", 18),
    ("end", "", 25),
]


def encoded(
    composition: Composition, store: Store, renderer: StillRenderer | None = None, **picture: object
) -> EncodedVideo:
    """Return the encoded video of a composition, encoded in this process."""
    chosen = PictureSettings().model_copy(update=picture)
    return video_encoding.encode_video(
        composition,
        renderer or StillRenderer(composition.width, composition.height),
        store,
        chosen,
        lambda *_: None,
        workers=1,
    )


def states_of(composition: Composition) -> list[ScreenState]:
    """Return the state of every frame."""
    return [
        hold.state
        for segment in composition.segments
        for hold in segment.holds
        for _ in range(hold.frames)
    ]


def drawn(state: ScreenState, renderer: StillRenderer) -> NDArray[np.uint8]:
    """Return a whole state as planes, drawn and converted at once."""
    pixels = renderer.slide_pixels(state.slide).copy()
    band = renderer.caption_band(state)
    if band is not None:
        pixels[band[0] : band[0] + band[1].shape[0]] = band[1]
    return yuv_from_rgb(pixels, renderer.width, renderer.height)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


def plainly(
    composition: Composition, renderer: StillRenderer, preset: X264Preset
) -> list[NDArray[np.uint8]]:
    """Return the pictures of an ordinary encode with the same settings.

    Every frame is given to x264, with an IDR where the slide changes.
    """
    import av

    encoder = X264Encoder(composition.width, composition.height, preset, composition.fps)
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = encoder.parameter_sets.extradata
    made: list[NDArray[np.uint8]] = []
    before = None
    pixels = {state: drawn(state, renderer) for state in set(states_of(composition))}
    for state in states_of(composition):
        packet = encoder.encode_packet(
            frame_from_planes(pixels[state]), idr=before is None or before.slide != state.slide
        )
        made += [planes_from_frame(frame) for frame in decoder.decode(av.Packet(packet))]
        before = state
    return [*made, *map(planes_from_frame, decoder.decode(None))]


@pytest.mark.parametrize("quality", sorted(PRESETS))
def test_encode_video_shows_the_frames_of_an_ordinary_encode(
    store: Store, tmp_path: Path, quality: str
) -> None:
    """Every frame has at least 50 dB against the same states held the ordinary way.

    It is never less like the states themselves.

    A draft quantises so coarsely that no two encodes are 50 dB alike: it is held to the states.
    """
    renderer = StillRenderer(640, 352)
    composition = composition_of(COOKING, width=640, height=352)
    written(encoded(composition, store, renderer, quality=quality), tmp_path / "held.h264")
    made, ordinary = (
        list(pictures(tmp_path / "held.h264")),
        plainly(composition, renderer, PRESETS[quality]),
    )
    assert len(made) == len(ordinary) == composition.frames
    assert min(psnr(one, other) for one, other in zip(made, ordinary, strict=True)) >= (
        44 if quality == "draft" else 50
    )
    wanted = {state: drawn(state, renderer) for state in set(states_of(composition))}
    for state, one, other in zip(states_of(composition), made, ordinary, strict=True):
        assert psnr(one, wanted[state]) >= psnr(other, wanted[state]) - 0.6


def test_encode_video_repeats_a_state_with_the_same_pixels(store: Store, tmp_path: Path) -> None:
    """Within a segment equal states decode to equal pictures, different ones to different.

    A change comes with its frame.
    """
    composition = composition_of(COOKING)
    written(encoded(composition, store), tmp_path / "held.h264")
    found = digests(tmp_path / "held.h264")
    at = 0
    for segment in composition.segments:
        shown: dict[ScreenState, str] = {}
        for hold in segment.holds:
            assert set(found[at : at + hold.frames]) == {shown.setdefault(hold.state, found[at])}
            at += hold.frames
        assert len(set(shown.values())) == len(shown)
    assert at == len(found) == composition.frames


def test_encode_video_keeps_pixels_that_captions_do_not_touch(store: Store, tmp_path: Path) -> None:
    """Over a noisy photograph, pixels far above the caption do not change with it.

    Far means 48 rows or more.
    """
    composition = composition_of(
        [("photo", "", 3), ("photo", "一", 3), ("photo", "", 3), ("photo", "二", 3)]
    )
    written(encoded(composition, store), tmp_path / "held.h264")
    every = [picture[:96] for picture in pictures(tmp_path / "held.h264")]
    assert all(np.array_equal(every[0], other) for other in every)


@pytest.mark.parametrize("decoder", decoders())
def test_encode_video_is_decoded_alike_by_all_decoders(
    store: Store, tmp_path: Path, decoder: str
) -> None:
    """Ffmpeg's own decoder and openh264 give the same pictures with no warning.

    Frame numbers wrap, and IDRs are put into holds.
    """
    composition = composition_of(COOKING, interval=1)
    written(encoded(composition, store, keyframe_interval=1), tmp_path / "held.h264")
    made = decoded_by(decoder, tmp_path / "held.h264")
    assert made.said == ""
    assert made.digests == digests(tmp_path / "held.h264")


@settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.sampled_from(["", "", "一", "二", "三四"]), st.integers(1, 40)
        ),
        min_size=1,
        max_size=25,
    ),
    st.integers(1, 3),
)
def test_encode_video_decodes_any_sequence_of_states_as_planned(
    tmp_path: Path, shown: list[Planned], interval: int
) -> None:
    """Any sequence of states of any length is encoded as planned.

    The frame count, the changes and the IDR interval are right, without a warning.
    """
    composition = composition_of(
        [shown[0], *(after for before, after in pairwise(shown) if before[:2] != after[:2])],
        interval=interval,
    )
    keys = written(
        encoded(composition, Store(tmp_path / "kept"), keyframe_interval=interval),
        tmp_path / "held.h264",
    )
    found = decoded_by("h264", tmp_path / "held.h264")
    assert found.said == ""
    assert [len(list(same)) for _, same in groupby(found.digests)] == [
        len(list(same)) for _, same in groupby(states_of(composition))
    ]
    places = [frame for frame, key in enumerate(keys) if key]
    assert (
        max(after - before for before, after in pairwise([*places, len(keys)]))
        <= interval * composition.fps
    )


def test_packetize_alternates_idr_numbers(store: Store) -> None:
    """Neighbouring IDRs have different values of idr_pic_id (clause 7.4.3).

    The same holds where one segment gives both; frame_num begins at 0.
    """
    numbers = []
    for packet, key in encoded(
        composition_of(COOKING, interval=1), store, keyframe_interval=1
    ).packets:
        for nal in split_nal_units(packet):
            bits = BitReader(unescape_nal(nal)[1:20])
            assert (nal_type(nal) == 5) == key
            if key:
                _, _, _, frame_num, number = bits.ue(), bits.ue(), bits.ue(), bits.u(4), bits.ue()
                assert frame_num == 0
                numbers.append(number)
    pictures_of_two_slices = [a for a, _ in groupby(numbers)]
    assert len(pictures_of_two_slices) > 6
    assert all(a != b for a, b in pairwise(pictures_of_two_slices))


def test_packetize_puts_idrs_at_slide_changes_and_in_long_holds(store: Store) -> None:
    """Each slide begins with an IDR, and a long state has more of them.

    A state of 70 s with an interval of 10 s has one at least every 300 frames.
    """
    keys = [
        key
        for _, key in encoded(
            composition_of([("a", "", 5), ("a", "长", 2_100), ("b", "", 5)]), store
        ).packets
    ]
    places = [frame for frame, key in enumerate(keys) if key]
    assert {0, 5, 2_105} <= set(places)
    assert max(after - before for before, after in pairwise([*places, len(keys)])) == 300
    assert len(places) == 3 + 6


def test_idr_frames_are_as_few_as_possible() -> None:
    """With gaps every 100 frames and room for 300, an IDR is put at the end of every third gap."""
    (segment,) = composition_of(
        [("a", text, frames) for n in range(8) for text, frames in (("", 2), (f"第{n}", 98))]
    ).segments
    assert idr_frames(segment, 300) == {0, 300, 600}
    assert idr_frames(Segment(segment.holds[:1]), 300) == {0}


def test_encode_video_takes_one_state_of_one_frame(store: Store, tmp_path: Path) -> None:
    """The shortest video there is."""
    written(encoded(composition_of([("a", "", 1)]), store), tmp_path / "held.h264")
    assert decoded_by("h264", tmp_path / "held.h264").said == ""
    assert len(digests(tmp_path / "held.h264")) == 1


def test_encode_video_holds_a_state_for_twenty_minutes_in_little_memory(store: Store) -> None:
    """36,000 frames of one state are 36,000 packets, nearly all of them the same few objects."""
    packets = [
        packet
        for packet, key in encoded(composition_of([("a", "长", 36_000)]), store).packets
        if not key
    ]
    assert len(packets) == 36_000 - 120
    assert len({id(packet) for packet in packets}) <= 16
    assert max(map(len, packets)) < 100


@pytest.mark.slow
def test_encode_video_takes_five_thousand_states(store: Store, tmp_path: Path) -> None:
    """5,000 different captions of one frame each are all shown.

    There is one frame between two of them, and one slide.
    """
    composition = composition_of(
        [("a", text, 1) for n in range(5_000) for text in (f"第{n}句", "")], width=128, height=160
    )
    written(encoded(composition, store, keyframe_interval=600), tmp_path / "held.h264")
    found = decoded_by("h264", tmp_path / "held.h264")
    assert found.said == ""
    assert len(found.digests) == 10_000
    assert len(set(found.digests)) >= 5_000


@pytest.mark.parametrize(
    ("width", "height"),
    [(320, 180), (180, 320), (200, 200), (1080, 1080), (322, 242), (1080, 1920), (1280, 720)],
)
def test_encode_video_crops_sizes_that_are_not_whole_macroblocks(
    store: Store, tmp_path: Path, width: int, height: int
) -> None:
    """Every size decodes at that size, its edges those of the states."""
    renderer = StillRenderer(width, height)
    composition = composition_of([("a", "", 2), ("a", "边上", 2)], width=width, height=height)
    written(encoded(composition, store, renderer), tmp_path / "held.h264")
    made = list(pictures(tmp_path / "held.h264"))
    assert made[0].shape == (height * 3 // 2, width)
    for state, picture in zip(states_of(composition), made, strict=True):
        wanted = drawn(state, renderer)
        assert psnr(picture, wanted) >= 38
        edges = np.abs(picture[:height].astype(int) - wanted[:height])
        assert (
            max(
                edges[0].mean(),
                edges[height - 1].mean(),
                edges[:, 0].mean(),
                edges[:, width - 1].mean(),
            )
            < 4
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "height", "fps"),
    [(2560, 1440, 60), (3840, 2160, 30), (1920, 1080, 24), (1920, 1080, 50), (1920, 1080, 25)],
)
def test_encode_video_takes_large_sizes_and_other_frame_rates(
    store: Store, tmp_path: Path, width: int, height: int, fps: int
) -> None:
    """Large pictures and the usual frame rates, in every decoder there is."""
    composition = composition_of(
        [("a", "", 2), ("a", "大", fps), ("photo", "图", 3)], width=width, height=height, fps=fps
    )
    written(
        encoded(composition, store, StillRenderer(width, height, lift=60)), tmp_path / "held.h264"
    )
    for decoder in decoders():
        made = decoded_by(decoder, tmp_path / "held.h264")
        assert made.said == ""
        assert [len(list(same)) for _, same in groupby(made.digests)] == [2, fps, 3]


def test_encode_video_takes_captions_high_up(store: Store, tmp_path: Path) -> None:
    """A caption near the top leaves no rows to skip: one slice a picture, and the same proof."""
    composition = composition_of(COOKING)
    video = encoded(composition, store, StillRenderer(320, 192, lift=150))
    assert written(video, tmp_path / "held.h264").count(True) >= 3
    found = decoded_by("h264", tmp_path / "held.h264")
    assert found.said == ""
    assert [len(list(same)) for _, same in groupby(found.digests)] == [
        len(list(same)) for _, same in groupby(states_of(composition))
    ]


def test_encode_video_keeps_colours(store: Store, tmp_path: Path) -> None:
    """Eight full colours drawn as a slide come back within a few steps in RGB.

    They are read as BT.709 in limited range.
    """
    import av

    colours = np.array(
        [(r, g, b) for r in (20, 235) for g in (20, 235) for b in (20, 235)], np.uint8
    )

    class Bars(StillRenderer):
        def slide_pixels(self, _: str) -> NDArray[np.uint8]:
            return np.broadcast_to(colours.repeat(40, 0), (self.height, 320, 3)).copy()

    written(encoded(composition_of([("a", "", 2)]), store, Bars()), tmp_path / "held.h264")
    with av.open(str(tmp_path / "held.h264")) as container:
        frame = next(iter(container.decode(video=0)))
        assert (frame.colorspace, frame.color_range) == (1, 1)
        middles = rgb_from_frame(frame)[100, 20::40]
    assert np.abs(middles.astype(int) - colours).max() <= 4


def test_yuv_from_rgb_converts_a_band_as_inside_the_picture() -> None:
    """Even rows converted alone equal those of the whole picture, bit for bit.

    Two more rows below are converted with them.
    """
    pixels = np.random.default_rng(3).integers(0, 255, (192, 320, 3), dtype=np.uint8)
    whole = yuv_from_rgb(pixels, 320, 192)
    part = crop_rows(yuv_from_rgb(pixels[100:142], 320, 42), 0, 40)
    assert np.array_equal(part, crop_rows(whole, 100, 140))
    assert np.array_equal(whole, paste_rows(whole, part, 100))
