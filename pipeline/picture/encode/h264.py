"""The parts of ITU-T H.264 that are edited here: NAL units, parameter sets, slice headers.

Macroblocks are never touched. With CABAC a slice's macroblock bits begin on a byte boundary, so a
slice can be given another header: other first macroblock, frame number, IDR number, reference.
Features that we do not write ourselves are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.picture.encode.bitstream import BitReader, BitWriter

START_CODE = b"\0\0\0\1"
_START_CODE_PATTERN = re.compile(rb"\x00{2,}\x01")
_NEEDS_ESCAPE = re.compile(rb"\x00\x00(?=[\x00-\x03])")
MACROBLOCK = 16
"""Rows and columns of pixels in a macroblock."""

SLICE, IDR, SPS, PPS = 1, 5, 7, 8
"""Types of NAL units (table 7-1)."""

_P_SLICE, _I_SLICE = 5, 7  # slice_type where every slice of the picture has that type (table 7-6)
_HIGH_PROFILE = 100
_LONG_TERM_PICTURE = 2  # modification_of_pic_nums_idc: a long-term picture follows (table 7-7)
_END_OF_MODIFICATIONS = 3
ReferencePicture = Literal["previous", "centre"]
"""What a P slice predicts from: the picture before it, or the IDR picture.

The IDR picture is kept as a long-term reference.
"""


def split_nal_units(stream: bytes) -> list[bytes]:
    """Return the NAL units of an Annex B byte stream, without start codes."""
    starts = [match.span() for match in _START_CODE_PATTERN.finditer(stream)]
    ends = [start for start, _ in starts[1:]] + [len(stream)]
    return [stream[start:end] for (_, start), end in zip(starts, ends, strict=True)]


def to_annexb(units: list[bytes]) -> bytes:
    """Return NAL units as an Annex B byte stream."""
    return b"".join(START_CODE + unit for unit in units)


def nal_type(nal: bytes) -> int:
    """Return a NAL unit's type."""
    return nal[0] & 31


def escape_nal(raw: bytes) -> bytes:
    """Return bytes with emulation prevention, so that they contain no start code (clause 7.4.1)."""
    return _NEEDS_ESCAPE.sub(b"\0\0\3", raw)


def unescape_nal(nal: bytes) -> bytes:
    """Return bytes without emulation prevention."""
    return nal.replace(b"\0\0\3", b"\0\0")


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """A sequence and a picture parameter set, and the fields of them that slice headers need."""

    sps: bytes
    pps: bytes
    frame_num_bits: int
    max_references: int
    default_references: int
    columns: int
    rows: int

    @property
    def extradata(self) -> bytes:
        """Both sets as an Annex B stream."""
        return to_annexb([self.sps, self.pps])


def read_parameters(extradata: bytes) -> ParameterSets:
    """Return the parameter sets of an encoder's Annex B extradata.

    Raises OutputFault if they use features that we do not edit.
    """
    units = split_nal_units(extradata)
    sps = next((unit for unit in units if nal_type(unit) == SPS), b"")
    pps = next((unit for unit in units if nal_type(unit) == PPS), b"")
    _require(bool(sps) and bool(pps), "parameter sets")
    bits = BitReader(unescape_nal(sps)[1:])
    profile, _, _ = bits.u(8), bits.u(8), bits.u(8)
    _require(profile == _HIGH_PROFILE and bits.ue() == 0, "High profile")
    _require(
        (bits.ue(), bits.ue(), bits.ue()) == (1, 0, 0) and (bits.u(1), bits.u(1)) == (0, 0),
        "8-bit 4:2:0 without scaling lists",
    )
    frame_num_bits = bits.ue() + 4
    _require(bits.ue() == 2, "picture order count type 2")  # noqa: PLR2004 - the standard's number of the type
    references = bits.ue()
    _require(bits.u(1) == 0, "no gaps in frame numbers")
    columns, rows = bits.ue() + 1, bits.ue() + 1
    _require(bits.u(1) == 1, "progressive frames")
    bits = BitReader(unescape_nal(pps)[1:])
    _require(
        (bits.ue(), bits.ue(), bits.u(1), bits.u(1), bits.ue()) == (0, 0, 1, 0, 0),
        "CABAC in one slice group",
    )
    default_references = bits.ue() + 1
    bits.ue()
    _require((bits.u(1), bits.u(2)) == (0, 0), "no weighted prediction")
    bits.se()
    bits.se()
    bits.se()
    _require(
        (bits.u(1), bits.u(1), bits.u(1)) == (1, 0, 0),
        "deblocking control and no redundant pictures",
    )
    return ParameterSets(sps, pps, frame_num_bits, references, default_references, columns, rows)


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice without its position: its macroblock bits, and the header fields that belong to them.

    `deblock` is disable_deblocking_filter_idc with the two offsets; 2 keeps the filter inside the
    slice, 1 switches it off.
    """

    intra: bool
    first_macroblock: int
    reference_count: int
    cabac_init_idc: int
    qp_delta: int
    deblock: tuple[int, int, int]
    macroblock_bits: bytes

    def starting_at(self, first_macroblock: int) -> Slice:
        """Return the slice beginning at another macroblock.

        Its edges are no longer filtered against its neighbours'.
        """
        return replace(
            self,
            first_macroblock=first_macroblock,
            deblock=(self.deblock[0] or 2, *self.deblock[1:]),
        )


def read_slice(nal: bytes, parameter_sets: ParameterSets) -> Slice:
    """Return the slice that a NAL unit contains.

    Raises OutputFault if its header uses features that we do not edit.
    """
    raw = unescape_nal(nal)
    bits = BitReader(raw[1:65])
    idr = nal_type(nal) == IDR
    first_macroblock, slice_type = bits.ue(), bits.ue() % 5
    _require(
        (idr or nal_type(nal) == SLICE)
        and slice_type in {_P_SLICE % 5, _I_SLICE % 5}
        and nal[0] >> 5 > 0,
        "reference slices of types I and P",
    )
    intra = slice_type == _I_SLICE % 5
    _require(bits.ue() == 0, "one picture parameter set")
    bits.u(parameter_sets.frame_num_bits)
    references = 0
    if idr:
        bits.ue()
    if not intra:
        references = bits.ue() + 1 if bits.u(1) else parameter_sets.default_references
        _require(bits.u(1) == 0, "references in their own order")
    _require(bits.u(2 if idr else 1) == 0, "a sliding window of references")
    cabac = 0 if intra else bits.ue()
    qp, idc = bits.se(), bits.ue()
    offsets = (bits.se(), bits.se()) if idc != 1 else (0, 0)
    return Slice(
        intra,
        first_macroblock,
        references,
        cabac,
        qp,
        (idc, *offsets),
        raw[1 + -(-bits.position // 8) :],
    )


def write_slice(
    coded_slice: Slice,
    parameter_sets: ParameterSets,
    *,
    frame_num: int = 0,
    idr: int | None = None,
    reference: ReferencePicture = "previous",
    long_term: bool = False,
) -> bytes:
    """Return a slice as a NAL unit.

    `frame_num` counts reference pictures since the IDR picture (it wraps here); `idr` is idr_pic_id
    of an IDR picture, which is kept as a long-term reference if `long_term` is true.
    """
    bits = BitWriter()
    bits.ue(coded_slice.first_macroblock)
    bits.ue(_I_SLICE if coded_slice.intra else _P_SLICE)
    bits.ue(0)
    bits.u(parameter_sets.frame_num_bits, frame_num & ((1 << parameter_sets.frame_num_bits) - 1))
    if idr is not None:
        bits.ue(idr)
    if not coded_slice.intra:
        override = coded_slice.reference_count != parameter_sets.default_references
        bits.u(1, override)
        if override:
            bits.ue(coded_slice.reference_count - 1)
        bits.u(1, reference == "centre")
        if reference == "centre":
            bits.ue(_LONG_TERM_PICTURE)
            bits.ue(0)  # long_term_pic_num: there is one, the IDR picture
            bits.ue(_END_OF_MODIFICATIONS)
    if idr is not None:
        bits.u(2, int(long_term))  # no_output_of_prior_pics_flag 0, long_term_reference_flag
    else:
        bits.u(1, 0)
    if not coded_slice.intra:
        bits.ue(coded_slice.cabac_init_idc)
    bits.se(coded_slice.qp_delta)
    idc, alpha, beta = coded_slice.deblock
    bits.ue(idc)
    if idc != 1:
        bits.se(alpha)
        bits.se(beta)
    nal_header = (
        2 << 5 | SLICE if idr is None else 3 << 5 | IDR
    )  # nal_ref_idc as x264 has it: all are references
    return escape_nal(bytes([nal_header]) + bits.to_bytes(1) + coded_slice.macroblock_bits)


def round_up_to_macroblocks(length: int) -> int:
    """Return a length in pixels filled up to whole macroblocks, as a decoder sees it."""
    return -(-length // MACROBLOCK) * MACROBLOCK


def read_slices(packet: bytes, parameter_sets: ParameterSets) -> list[Slice]:
    """Return the slices of one encoded picture."""
    return [
        read_slice(nal, parameter_sets)
        for nal in split_nal_units(packet)
        if nal_type(nal) in {SLICE, IDR}
    ]


def _require(condition: bool, feature: str) -> None:  # noqa: FBT001 - a condition
    if not condition:
        raise OutputFault(message("picture.unknown_bitstream", feature=feature))
