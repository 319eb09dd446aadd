"""What the held stream relies on in x264 and swscale.

Each test names what to look up when a new version changes it.
"""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.picture.encode.h264 import (
    IDR,
    PPS,
    SLICE,
    SPS,
    nal_type,
    read_slices,
    split_nal_units,
)
from pipeline.picture.encode.segment_encoder import decode_last_picture
from pipeline.picture.encode.x264_encoder import PRESETS, X264Encoder
from pipeline.picture.encode.yuv import frame_from_planes, yuv_from_rgb

SEI = 6


def grain(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return planes of 128 × 96 px that are all grain."""
    return np.random.default_rng(seed).integers(40, 210, (144, 128), dtype=np.uint8)


@pytest.mark.parametrize("quality", sorted(PRESETS))
def test_pictures_come_back_at_once_as_one_slice(quality: str) -> None:
    """No lookahead and no reordering.

    Each picture given is the packet returned, one slice, an IDR where it is asked for.
    """
    encoder = X264Encoder(128, 96, PRESETS[quality])
    for number in range(6):
        units = [
            nal_type(nal)
            for nal in split_nal_units(
                encoder.encode_packet(frame_from_planes(grain(number)), idr=number in {0, 3})
            )
        ]
        assert [unit for unit in units if unit != SEI] == [IDR if number in {0, 3} else SLICE]


def test_parameter_sets_are_in_the_extradata_alone() -> None:
    """Global headers: SPS and PPS stand in the extradata and never in a packet."""
    encoder = X264Encoder(128, 96, PRESETS["good"])
    assert [nal_type(nal) for nal in split_nal_units(encoder.parameter_sets.extradata)] == [
        SPS,
        PPS,
    ]
    assert not {SPS, PPS} & {
        nal_type(nal)
        for nal in split_nal_units(encoder.encode_packet(frame_from_planes(grain(0)), idr=True))
    }


@pytest.mark.parametrize("quality", sorted(PRESETS))
def test_a_first_picture_has_the_same_bits_from_every_encoder(quality: str) -> None:
    """A new encoder is as good as one set back: the centre of a segment is encoded by several."""
    packets = set()
    for _ in range(3):
        encoder = X264Encoder(128, 96, PRESETS[quality])
        packets.add(
            read_slices(
                encoder.encode_packet(frame_from_planes(grain(1)), idr=True), encoder.parameter_sets
            )[0].macroblock_bits
        )
    assert len(packets) == 1


@pytest.mark.parametrize("quality", sorted(PRESETS))
def test_quality_does_not_depend_on_what_came_before(quality: str) -> None:
    """With `qcomp=1` and `ipratio=1` a slice's quantiser does not depend on earlier pictures.

    It is the same after calm and after restless pictures.
    """
    quantisers = set()
    for before in ([], [grain(2)] * 4, [np.full((144, 128), 90, np.uint8)] * 4):
        encoder = X264Encoder(128, 96, PRESETS[quality])
        for number, planes in enumerate(before):
            encoder.encode_packet(frame_from_planes(planes), idr=not number)
        quantisers.add(
            read_slices(
                encoder.encode_packet(frame_from_planes(grain(3)), idr=True), encoder.parameter_sets
            )[0].qp_delta
        )
    assert len(quantisers) == 1


@pytest.mark.parametrize("quality", sorted(PRESETS))
def test_what_is_given_as_it_was_decoded_is_skipped(quality: str) -> None:
    """A picture equal to the decoded one before it is made of skips only.

    It takes some bytes, and the pixels are the same.
    """
    encoder = X264Encoder(128, 96, PRESETS[quality])
    first = encoder.encode_packet(frame_from_planes(grain(4)), idr=True)
    before = decode_last_picture(first, encoder.parameter_sets)
    second = encoder.encode_packet(frame_from_planes(before))
    assert len(read_slices(second, encoder.parameter_sets)[0].macroblock_bits) < 12
    assert np.array_equal(before, decode_last_picture(first, encoder.parameter_sets, second))


def test_chroma_is_the_mean_of_two_by_two() -> None:
    """Swscale's AREA filter takes chroma from just the four pixels it covers.

    It is within a step of rounding; luma is BT.709 in limited range.
    """
    pixels = np.random.default_rng(9).integers(0, 255, (16, 32, 3), dtype=np.uint8)
    planes = yuv_from_rgb(pixels, 32, 16)
    red, green, blue = (pixels[..., channel].astype(float) for channel in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    blueness = ((blue - luma) / 1.8556).reshape(8, 2, 16, 2).mean((1, 3))
    assert np.abs(planes[:16] - (luma * 219 / 255 + 16)).max() <= 0.6
    assert np.abs(planes[16:20].reshape(8, 16) - (blueness * 224 / 255 + 128)).max() <= 1.1
