"""What the held stream relies on in x264 and swscale, each with a sentence to look up when a new version breaks it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.picture.encoder import PRESETS, Encoder
from pipeline.picture.h264 import IDR, PPS, SLICE, SPS, kind, nals, slices
from pipeline.picture.segment import decoded
from pipeline.picture.yuv import frame_of, yuv_from_rgb

SEI = 6


def grain(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return planes of 128 × 96 px that are all grain."""
    return np.random.default_rng(seed).integers(40, 210, (144, 128), dtype=np.uint8)


@pytest.mark.parametrize("quality", sorted(PRESETS))
def test_pictures_come_back_at_once_as_one_slice(quality: str) -> None:
    """No lookahead and no reordering: each picture given is the packet returned, one slice, an IDR where it is asked for."""
    encoder = Encoder(128, 96, PRESETS[quality])
    for number in range(6):
        units = [kind(nal) for nal in nals(encoder.packet(frame_of(grain(number)), idr=number in {0, 3}))]
        assert [unit for unit in units if unit != SEI] == [IDR if number in {0, 3} else SLICE]


def test_parameter_sets_are_in_the_extradata_alone() -> None:
    """Global headers: SPS and PPS stand in the extradata and never in a packet."""
    encoder = Encoder(128, 96, PRESETS["good"])
    assert [kind(nal) for nal in nals(encoder.sets.extradata)] == [SPS, PPS]
    assert not {SPS, PPS} & {kind(nal) for nal in nals(encoder.packet(frame_of(grain(0)), idr=True))}


@pytest.mark.parametrize("quality", sorted(PRESETS))
def test_a_first_picture_has_the_same_bits_from_every_encoder(quality: str) -> None:
    """A new encoder is as good as one set back: the centre of a segment is encoded by several."""
    packets = set()
    for _ in range(3):
        encoder = Encoder(128, 96, PRESETS[quality])
        packets.add(slices(encoder.packet(frame_of(grain(1)), idr=True), encoder.sets)[0].bits)
    assert len(packets) == 1


@pytest.mark.parametrize("quality", sorted(PRESETS))
def test_quality_does_not_depend_on_what_came_before(quality: str) -> None:
    """With `qcomp=1` and `ipratio=1` a slice's quantiser is the same after calm and after restless pictures."""
    quantisers = set()
    for before in ([], [grain(2)] * 4, [np.full((144, 128), 90, np.uint8)] * 4):
        encoder = Encoder(128, 96, PRESETS[quality])
        for number, planes in enumerate(before):
            encoder.packet(frame_of(planes), idr=not number)
        quantisers.add(slices(encoder.packet(frame_of(grain(3)), idr=True), encoder.sets)[0].qp)
    assert len(quantisers) == 1


@pytest.mark.parametrize("quality", sorted(PRESETS))
def test_what_is_given_as_it_was_decoded_is_skipped(quality: str) -> None:
    """A picture equal to the decoded one before it is nothing but skips: some bytes, and the same pixels."""
    encoder = Encoder(128, 96, PRESETS[quality])
    first = encoder.packet(frame_of(grain(4)), idr=True)
    before = decoded(first, encoder.sets)
    second = encoder.packet(frame_of(before))
    assert len(slices(second, encoder.sets)[0].bits) < 12
    assert np.array_equal(before, decoded(first, encoder.sets, second))


def test_chroma_is_the_mean_of_two_by_two() -> None:
    """Swscale's AREA filter takes chroma from just the four pixels it covers, within a step of rounding; luma is BT.709, limited."""
    pixels = np.random.default_rng(9).integers(0, 255, (16, 32, 3), dtype=np.uint8)
    planes = yuv_from_rgb(pixels, 32, 16)
    red, green, blue = (pixels[..., channel].astype(float) for channel in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    blueness = ((blue - luma) / 1.8556).reshape(8, 2, 16, 2).mean((1, 3))
    assert np.abs(planes[:16] - (luma * 219 / 255 + 16)).max() <= 0.6
    assert np.abs(planes[16:20].reshape(8, 16) - (blueness * 224 / 255 + 128)).max() <= 1.1
