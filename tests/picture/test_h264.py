"""The bitstream parts of the encoded video: numbers, escapes, NAL units, slice headers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import OutputFault
from pipeline.picture.encode import h264
from pipeline.picture.encode.bitstream import BitReader, BitWriter
from pipeline.picture.encode.h264 import (
    escape_nal,
    read_parameters,
    read_slice,
    read_slices,
    split_nal_units,
    to_annexb,
    unescape_nal,
    write_slice,
)
from pipeline.picture.encode.x264_encoder import PRESETS, X264Encoder
from pipeline.picture.encode.yuv import frame_from_planes

ZEROS = st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 4, 255]), min_size=1, max_size=60).map(bytes)


@pytest.fixture(scope="module")
def encoded() -> tuple[X264Encoder, list[bytes]]:
    """Return an encoder and three of its pictures: an IDR and two others."""
    encoder = X264Encoder(64, 48, PRESETS["good"])
    chance = np.random.default_rng(5)
    return encoder, [
        encoder.encode_packet(
            frame_from_planes(chance.integers(30, 220, (72, 64), dtype=np.uint8)), idr=not number
        )
        for number in range(3)
    ]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("ue"), st.integers(0, 70_000)),
            st.tuples(st.just("se"), st.integers(-40_000, 40_000)),
        )
    )
)
def test_bit_reader_reads_what_the_writer_wrote(numbers: list[tuple[str, int]]) -> None:
    """Exponential-Golomb numbers, unsigned and signed, come back in order."""
    bits = BitWriter()
    for kind, value in numbers:
        getattr(bits, kind)(value)
    reader = BitReader(bits.to_bytes(1) + b"\0")
    assert numbers == [(kind, getattr(reader, kind)()) for kind, _ in numbers]


def test_bit_writer_writes_the_codes_of_the_standard() -> None:
    """Code words of ITU-T H.264 table 9-2 and 9-3."""
    bits = BitWriter()
    for value in (0, 1, 2, 3, 7):
        bits.ue(value)
    for signed in (1, -1, 2):
        bits.se(signed)
    codes = ["1", "010", "011", "00100", "0001000", "010", "011", "00100", "11"]
    assert bits.to_bytes(1) == int("".join(codes), 2).to_bytes(4, "big")


def test_bit_reader_refuses_a_short_stream() -> None:
    """Reading past the end is an error that says so, not zeros."""
    with pytest.raises(OutputFault, match="ended early"):
        BitReader(b"\0\0").ue()


@given(ZEROS)
def test_escape_nal_leaves_no_start_code(raw: bytes) -> None:
    """Emulation prevention hides every 00 00 00–03 and is taken away again without loss."""
    escaped = escape_nal(raw)
    assert not any(
        escaped[place : place + 2] == b"\0\0" and escaped[place + 2] < 3
        for place in range(len(escaped) - 2)
    )
    assert raw == unescape_nal(escaped)


@given(
    st.lists(ZEROS.map(lambda raw: b"\x41" + escape_nal(raw) + b"\x80"), min_size=1, max_size=6),
    st.booleans(),
)
def test_split_nal_units_undoes_to_annexb(units: list[bytes], short: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """Start codes of three and of four bytes part a stream into the units it was made of."""
    stream = to_annexb(units)
    assert units == split_nal_units(
        stream.replace(h264.START_CODE, h264.START_CODE[1:]) if short else stream
    )


def test_write_slice_reproduces_the_encoders_bits(
    encoded: tuple[X264Encoder, list[bytes]],
) -> None:
    """A slice read and written with its own numbers is the encoder's slice."""
    encoder, packets = encoded
    for number, packet in enumerate(packets):
        (nal,) = [
            unit
            for unit in split_nal_units(packet)
            if h264.nal_type(unit) in {h264.SLICE, h264.IDR}
        ]
        assert nal == write_slice(
            read_slice(nal, encoder.parameter_sets),
            encoder.parameter_sets,
            frame_num=number,
            idr=None if number else 0,
        )


@pytest.mark.parametrize("number", [0, 1, 14, 15, 16, 17, 255, 36_001])
@pytest.mark.parametrize("reference", ["previous", "centre"])
def test_write_slice_wraps_frame_numbers(
    encoded: tuple[X264Encoder, list[bytes]], number: int, reference: h264.ReferencePicture
) -> None:
    """A renumbered P slice holds the number modulo 16.

    Its macroblocks are untouched, whatever it predicts from.
    """
    encoder, packets = encoded
    (piece,) = read_slices(packets[1], encoder.parameter_sets)
    raw = unescape_nal(
        write_slice(piece, encoder.parameter_sets, frame_num=number, reference=reference)
    )
    bits = BitReader(raw[1:20])
    assert (0, 5, 0, number % 16) == (bits.ue(), bits.ue(), bits.ue(), bits.u(4))
    assert raw.endswith(piece.macroblock_bits)


def test_write_slice_escapes_across_the_header(
    encoded: tuple[X264Encoder, list[bytes]],
) -> None:
    """Macroblock bits that begin with zeros, after any header, make no start code and come back."""
    encoder, packets = encoded
    (piece,) = read_slices(packets[1], encoder.parameter_sets)
    for zeros in range(5):
        for last in (0, 1, 3, 4):
            sent = dataclasses.replace(
                piece, macroblock_bits=bytes(zeros) + bytes([last]) + piece.macroblock_bits
            )
            for number in range(16):
                nal = write_slice(sent, encoder.parameter_sets, frame_num=number)
                assert [nal] == split_nal_units(to_annexb([nal]))
                assert sent == read_slice(nal, encoder.parameter_sets)


def test_slice_starting_at_stops_filtering_across_slices(
    encoded: tuple[X264Encoder, list[bytes]],
) -> None:
    """A slice put at another macroblock says so, and keeps the deblocking filter inside itself."""
    encoder, packets = encoded
    (piece,) = read_slices(packets[0], encoder.parameter_sets)
    moved = piece.starting_at(40)
    assert (moved.first_macroblock, moved.deblock[0]) == (40, 2)
    assert moved == read_slice(
        write_slice(moved, encoder.parameter_sets, idr=1), encoder.parameter_sets
    )


def test_parameter_sets_have_profile_colours_and_size() -> None:
    """The stream has High profile, two references, BT.709 limited range and a fixed rate.

    Players and decoders are told so.
    """
    import av

    encoder = X264Encoder(1920, 1080, PRESETS["good"], 30)
    assert (
        encoder.parameter_sets.max_references,
        encoder.parameter_sets.columns,
        encoder.parameter_sets.rows,
    ) == (2, 120, 68)
    packet = encoder.encode_packet(frame_from_planes(np.full((1620, 1920), 90, np.uint8)), idr=True)
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = encoder.parameter_sets.extradata
    (frame,) = [*decoder.decode(av.Packet(packet)), *decoder.decode(None)]
    assert (decoder.profile, decoder.level, frame.width, frame.height) == ("High", 40, 1920, 1080)
    assert (frame.colorspace, frame.color_range, frame.color_trc, frame.color_primaries) == (
        1,
        1,
        1,
        1,
    )
    assert decoder.framerate == 30


@pytest.mark.parametrize(
    ("width", "height", "fps", "level"),
    [
        (1280, 720, 30, 31),
        (2560, 1440, 30, 50),
        (3840, 2160, 30, 51),
        (3840, 2160, 60, 52),
        (1080, 1920, 30, 40),
        (1080, 1080, 60, 42),
    ],
)
def test_parameter_sets_have_a_level_for_size_and_rate(
    width: int, height: int, fps: int, level: int
) -> None:
    """The level in the parameter set is the lowest of table A-1 that is enough.

    It must allow the size, the rate and two references.
    """
    assert (
        level
        == split_nal_units(
            X264Encoder(width, height, PRESETS["good"], fps).parameter_sets.extradata
        )[0][3]
    )


@pytest.mark.parametrize("quality", sorted(PRESETS))
def test_parameter_sets_are_shared_by_parts_of_a_picture(quality: str) -> None:
    """Encoders for bands and for whole pictures write the same picture parameter set.

    The sets are equal byte by byte.
    """
    whole, part = (
        X264Encoder(320, height, PRESETS[quality], fps).parameter_sets
        for height, fps in ((180, 60), (64, 25))
    )
    assert whole.pps == part.pps
    assert whole.frame_num_bits == part.frame_num_bits


def test_read_parameters_refuses_another_kind_of_stream() -> None:
    """Unsupported parameter sets are refused with a sentence.

    Slice headers could not be written for them, and nothing is guessed.
    """
    import av

    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt, context.time_base = 64, 48, "yuv420p", 1  # type: ignore[assignment]
    context.flags |= 1 << 22
    context.options = {"preset": "veryfast"}
    context.open()
    with pytest.raises(OutputFault, match="did not write picture order count type 2"):
        read_parameters(context.extradata or b"")


def test_read_slice_refuses_other_slice_types(encoded: tuple[X264Encoder, list[bytes]]) -> None:
    """A slice outside the references, as B slices are, is not taken apart."""
    encoder, packets = encoded
    (nal,) = [unit for unit in split_nal_units(packets[1]) if h264.nal_type(unit) == h264.SLICE]
    with pytest.raises(OutputFault, match="reference slices"):
        read_slice(bytes([nal[0] & 31]) + nal[1:], encoder.parameter_sets)
