"""The part of ITU-T H.264 the held stream edits: NAL units, parameter sets, slice headers.

Macroblocks are never touched. With CABAC a slice's macroblock bits begin on a byte boundary, so a slice can be given another
header: other first macroblock, frame number, IDR number, reference. What we do not write ourselves is refused, not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.errors import OutputFault
from pipeline.picture.bits import BitReader, BitWriter

START = b"\0\0\0\1"
_START = re.compile(rb"\x00{2,}\x01")
_NEEDS_ESCAPE = re.compile(rb"\x00\x00(?=[\x00-\x03])")

MACROBLOCK = 16
"""Rows and columns of pixels in a macroblock."""

SLICE, IDR, SPS, PPS = 1, 5, 7, 8
"""Types of NAL units (table 7-1)."""

_P, _I = 5, 7  # slice_type where every slice of the picture has that type (table 7-6)
_HIGH = 100
_CENTRE = 2  # modification_of_pic_nums_idc: a long-term picture follows (table 7-7)
_END = 3

Reference = Literal["previous", "centre"]
"""What a P slice predicts from: the picture before it, or the IDR picture, which is kept as a long-term reference."""


def nals(stream: bytes) -> list[bytes]:
    """Return the NAL units of an Annex B byte stream, without start codes."""
    starts = [match.span() for match in _START.finditer(stream)]
    ends = [start for start, _ in starts[1:]] + [len(stream)]
    return [stream[start:end] for (_, start), end in zip(starts, ends, strict=True)]


def annexb(units: list[bytes]) -> bytes:
    """Return NAL units as an Annex B byte stream."""
    return b"".join(START + unit for unit in units)


def kind(nal: bytes) -> int:
    """Return a NAL unit's type."""
    return nal[0] & 31


def escape(raw: bytes) -> bytes:
    """Return bytes with emulation prevention: no start code can be read into them (clause 7.4.1)."""
    return _NEEDS_ESCAPE.sub(b"\0\0\3", raw)


def unescape(nal: bytes) -> bytes:
    """Return bytes without emulation prevention."""
    return nal.replace(b"\0\0\3", b"\0\0")


@dataclass(frozen=True, slots=True)
class Parameters:
    """A sequence and a picture parameter set as the encoder wrote them, and what slice headers need of them."""

    sps: bytes
    pps: bytes
    frame_num_bits: int
    references: int
    default_references: int
    columns: int
    rows: int

    @property
    def extradata(self) -> bytes:
        """Both sets as an Annex B stream."""
        return annexb([self.sps, self.pps])


def read_parameters(extradata: bytes) -> Parameters:
    """Return the parameter sets of an encoder's Annex B extradata. Raises OutputFault where they are not of the kind we edit."""
    units = nals(extradata)
    sps = next((unit for unit in units if kind(unit) == SPS), b"")
    pps = next((unit for unit in units if kind(unit) == PPS), b"")
    _want(bool(sps) and bool(pps), "parameter sets")
    bits = BitReader(unescape(sps)[1:])
    profile, _, _ = bits.u(8), bits.u(8), bits.u(8)
    _want(profile == _HIGH and bits.ue() == 0, "High profile")
    _want((bits.ue(), bits.ue(), bits.ue()) == (1, 0, 0) and (bits.u(1), bits.u(1)) == (0, 0), "8-bit 4:2:0 without scaling lists")
    frame_num_bits = bits.ue() + 4
    _want(bits.ue() == 2, "picture order count type 2")  # noqa: PLR2004 - the standard's number of the type
    references = bits.ue()
    _want(bits.u(1) == 0, "no gaps in frame numbers")
    columns, rows = bits.ue() + 1, bits.ue() + 1
    _want(bits.u(1) == 1, "progressive frames")
    bits = BitReader(unescape(pps)[1:])
    _want((bits.ue(), bits.ue(), bits.u(1), bits.u(1), bits.ue()) == (0, 0, 1, 0, 0), "CABAC in one slice group")
    default_references = bits.ue() + 1
    bits.ue()
    _want((bits.u(1), bits.u(2)) == (0, 0), "no weighted prediction")
    bits.se()
    bits.se()
    bits.se()
    _want((bits.u(1), bits.u(1), bits.u(1)) == (1, 0, 0), "deblocking control and no redundant pictures")
    return Parameters(sps, pps, frame_num_bits, references, default_references, columns, rows)


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice taken out of its place: its macroblock bits, and the header fields that belong to them.

    `deblock` is disable_deblocking_filter_idc with the two offsets; 2 keeps the filter inside the slice, 1 switches it off.
    """

    intra: bool
    first: int
    references: int
    cabac: int
    qp: int
    deblock: tuple[int, int, int]
    bits: bytes

    def at(self, first: int) -> Slice:
        """Return the slice beginning at another macroblock, its edges no longer filtered against its neighbours'."""
        return replace(self, first=first, deblock=(self.deblock[0] or 2, *self.deblock[1:]))


def read_slice(nal: bytes, sets: Parameters) -> Slice:
    """Return the slice a NAL unit holds. Raises OutputFault where its header is not of the kind we edit."""
    raw = unescape(nal)
    bits = BitReader(raw[1:65])
    idr = kind(nal) == IDR
    first, slice_type = bits.ue(), bits.ue() % 5
    _want((idr or kind(nal) == SLICE) and slice_type in {_P % 5, _I % 5} and nal[0] >> 5 > 0, "reference slices of types I and P")
    intra = slice_type == _I % 5
    _want(bits.ue() == 0, "one picture parameter set")
    bits.u(sets.frame_num_bits)
    references = 0
    if idr:
        bits.ue()
    if not intra:
        references = bits.ue() + 1 if bits.u(1) else sets.default_references
        _want(bits.u(1) == 0, "references in their own order")
    _want(bits.u(2 if idr else 1) == 0, "a sliding window of references")
    cabac = 0 if intra else bits.ue()
    qp, idc = bits.se(), bits.ue()
    offsets = (bits.se(), bits.se()) if idc != 1 else (0, 0)
    return Slice(intra, first, references, cabac, qp, (idc, *offsets), raw[1 + -(-bits.position // 8) :])


def write_slice(
    piece: Slice, sets: Parameters, *, frame_num: int = 0, idr: int | None = None, reference: Reference = "previous", keep: bool = False
) -> bytes:
    """Return a slice as a NAL unit.

    `frame_num` counts reference pictures since the IDR picture (it wraps here); `idr` is idr_pic_id of an IDR picture, which is kept
    as a long-term reference where `keep` is true.
    """
    bits = BitWriter()
    bits.ue(piece.first)
    bits.ue(_I if piece.intra else _P)
    bits.ue(0)
    bits.u(sets.frame_num_bits, frame_num & ((1 << sets.frame_num_bits) - 1))
    if idr is not None:
        bits.ue(idr)
    if not piece.intra:
        override = piece.references != sets.default_references
        bits.u(1, override)
        if override:
            bits.ue(piece.references - 1)
        bits.u(1, reference == "centre")
        if reference == "centre":
            bits.ue(_CENTRE)
            bits.ue(0)  # long_term_pic_num: there is one, the IDR picture
            bits.ue(_END)
    if idr is not None:
        bits.u(2, int(keep))  # no_output_of_prior_pics_flag 0, long_term_reference_flag
    else:
        bits.u(1, 0)
    if not piece.intra:
        bits.ue(piece.cabac)
    bits.se(piece.qp)
    idc, alpha, beta = piece.deblock
    bits.ue(idc)
    if idc != 1:
        bits.se(alpha)
        bits.se(beta)
    first = 2 << 5 | SLICE if idr is None else 3 << 5 | IDR  # nal_ref_idc as x264 has it: all are references
    return escape(bytes([first]) + bits.aligned(1) + piece.bits)


def whole_macroblocks(length: int) -> int:
    """Return a length in pixels filled up to whole macroblocks, as a decoder sees it."""
    return -(-length // MACROBLOCK) * MACROBLOCK


def slices(packet: bytes, sets: Parameters) -> list[Slice]:
    """Return the slices of one encoded picture."""
    return [read_slice(nal, sets) for nal in nals(packet) if kind(nal) in {SLICE, IDR}]


def _want(right: bool, what: str) -> None:  # noqa: FBT001 - a condition
    if not right:
        raise OutputFault(f"The encoder did not write {what}.", "Run again with `--cfr plain`, and report this.")
