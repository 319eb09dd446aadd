"""Encodes a segment: its first state is the centre, every other state is predicted from it.

A picture is one or two slices: the rows above `band_top`, which captions never reach, and the band
below. The rows above are encoded once per slide and skipped afterwards. Each state's band is
encoded, predicted from the centre's only. So states do not depend on each other or on when they are
shown, and nothing drifts: what a caption does not cover keeps exactly its pixels.

The band may be encoded as a picture of its own, because its slice takes nothing from the slice
above (no intra prediction across slices, no deblocking across them), and no motion vector leaves it
at the top, since x264 keeps vectors below 32 px (`mvrange`) and at least 48 rows above the
uppermost caption are given the centre's decoded pixels, which leaves nothing to encode there but
skips.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.picture.encode.h264 import MACROBLOCK, Slice, read_slices, round_up_to_macroblocks
from pipeline.picture.encode.x264_encoder import X264Encoder
from pipeline.picture.encode.yuv import (
    crop_rows,
    frame_from_planes,
    paste_rows,
    planes_from_frame,
    yuv_from_rgb,
)
from pipeline.picture.motion.movement_renderer import render_moving_frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.encode.h264 import ParameterSets
    from pipeline.picture.encode.x264_encoder import X264Preset
    from pipeline.picture.scene import FrameRenderer, ScreenState, Segment

_GUARD_ROWS = 3 * MACROBLOCK
_MIN_SHARE_ABOVE = 0.25
_SLICE_HEAD = struct.Struct("<?IBBbBbbI")


@dataclass(frozen=True, slots=True)
class EncodedSegment:
    """An encoded segment: the first row of its band, and one slice per distinct state.

    The slice of the centre is the first.
    """

    band_top: int
    slices: tuple[Slice, ...]

    def to_bytes(self) -> bytes:
        """Return the segment as bytes."""
        return struct.pack("<I", self.band_top) + b"".join(
            pack_slice(piece) for piece in self.slices
        )

    @classmethod
    def from_bytes(cls, body: bytes) -> EncodedSegment:
        """Return the segment that `to_bytes` wrote."""
        (split,) = struct.unpack_from("<I", body)
        return cls(split, tuple(unpack_slices(body[4:])))


def pack_slice(coded_slice: Slice) -> bytes:
    """Return a slice as bytes."""
    head = (
        coded_slice.intra,
        coded_slice.first_macroblock,
        coded_slice.reference_count,
        coded_slice.cabac_init_idc,
        coded_slice.qp_delta,
        *coded_slice.deblock,
        len(coded_slice.macroblock_bits),
    )
    return _SLICE_HEAD.pack(*head) + coded_slice.macroblock_bits


def unpack_slices(body: bytes) -> list[Slice]:
    """Return the slices whose bytes were joined."""
    coded_slices = []
    offset = 0
    while offset < len(body):
        intra, first, references, cabac, qp, idc, alpha, beta, length = _SLICE_HEAD.unpack_from(
            body, offset
        )
        offset += _SLICE_HEAD.size
        coded_slices.append(
            Slice(
                intra,
                first,
                references,
                cabac,
                qp,
                (idc, alpha, beta),
                body[offset : offset + length],
            )
        )
        offset += length
    return coded_slices


class SlideSegmentEncoder:
    """Encodes the segments that show one slide."""

    def __init__(self, slide: str, renderer: FrameRenderer, preset: X264Preset) -> None:
        """Draw the slide."""
        self._renderer = renderer
        self._preset = preset
        self._pixels = renderer.slide_pixels(slide)
        self._height, self._width = (
            round_up_to_macroblocks(length) for length in self._pixels.shape[:2]
        )
        self._slide_planes = yuv_from_rgb(self._pixels, self._width, self._height)

    def encode_segment(self, states: Sequence[ScreenState]) -> EncodedSegment:
        """Return the encoded segment of distinct states, the centre first.

        Raises OutputFault if x264 does not behave as this encoding requires.
        """
        import numpy as np

        bands = [self._draw_band(state) for state in states]
        band_top = find_band_top([top for top, _ in filter(None, bands)], self._height)
        bare = crop_rows(self._slide_planes, band_top, self._height)
        pictures = (
            bare if band is None else paste_rows(bare, band[1], band[0] - band_top)
            for band in bands
        )
        centre = next(pictures)
        encoder, first = (
            X264Encoder(self._width, self._height - band_top, self._preset),
            frame_from_planes(centre),
        )
        packet = encoder.encode_packet(first, idr=True)
        coded_slices = [read_single_slice(packet, encoder.parameter_sets)]
        decoded_centre = decode_last_picture(packet, encoder.parameter_sets)
        for number, other in enumerate(pictures):
            if number:
                # x264 predicts from the picture before: a new encoder begins with the centre again.
                encoder = X264Encoder(self._width, self._height - band_top, self._preset)
                if encoder.encode_slice(first, idr=True) != coded_slices[0]:
                    raise OutputFault(message("picture.x264_not_repeatable"))
            coded_slices.append(
                encoder.encode_slice(
                    frame_from_planes(np.where(other == centre, decoded_centre, other))
                )
            )
        start = self._width // MACROBLOCK * (band_top // MACROBLOCK)
        return EncodedSegment(
            band_top,
            tuple(piece.starting_at(start) for piece in coded_slices)
            if band_top
            else tuple(coded_slices),
        )

    def encode_rows_above(self, band_top: int) -> Slice:
        """Return the rows above a split as an intra slice."""
        return (
            X264Encoder(self._width, band_top, self._preset)
            .encode_slice(frame_from_planes(crop_rows(self._slide_planes, 0, band_top)), idr=True)
            .starting_at(0)
        )

    def _draw_band(self, state: ScreenState) -> tuple[int, NDArray[np.uint8]] | None:
        import numpy as np

        band = self._renderer.caption_band(state)
        if band is None:
            return None
        top, pixels = band
        rows = pixels.shape[0]
        # swscale's mean of a last pair of rows leans a little on the next pair: give it that, so
        # that what did not change stays equal
        more = np.concatenate([pixels, self._pixels[top + rows : top + rows + 2]])
        return top, crop_rows(yuv_from_rgb(more, self._width, more.shape[0]), 0, rows)


def find_band_top(caption_tops: Sequence[int], height: int) -> int:
    """Return the first row of the band, given the uppermost rows that captions change.

    It is 0 where the band would be most of the picture.
    """
    band_top = min(caption_tops, default=0) // MACROBLOCK * MACROBLOCK - _GUARD_ROWS
    return band_top if band_top >= height * _MIN_SHARE_ABOVE else 0


def read_single_slice(packet: bytes, parameter_sets: ParameterSets) -> Slice:
    """Return the one slice of an encoded picture."""
    (piece,) = read_slices(packet, parameter_sets)
    return piece


def decode_last_picture(
    packet: bytes, parameter_sets: ParameterSets, *later_packets: bytes
) -> NDArray[np.uint8]:
    """Return the last of some encoded pictures as planes."""
    import av

    context = av.CodecContext.create("h264", "r")
    context.extradata = parameter_sets.extradata
    context.thread_count = 1
    frames = [
        frame for one in (packet, *later_packets) for frame in context.decode(av.Packet(one))
    ] + list(context.decode(None))
    return planes_from_frame(frames[-1])


def encode_repeat_slice(width: int, height: int, preset: X264Preset) -> Slice:
    """Return the slice that repeats the picture before it, with every macroblock skipped.

    Raises OutputFault if decoding it changes a picture.

    It is made of a picture whose blocks differ from their neighbours, and proved on it.
    """
    import numpy as np

    width, height = round_up_to_macroblocks(width), round_up_to_macroblocks(height)
    # blocks of one colour each, no two alike among near ones: quickly encoded, and a block moved or
    # changed would show
    blocks = np.arange(height * 3 // 2 // 8 * (width // 8), dtype=np.uint32).reshape(-1, width // 8)
    texture = (blocks * 2654435761 >> 16).astype(np.uint8).repeat(8, 0).repeat(8, 1) // 2 + 64
    encoder = X264Encoder(width, height, preset)
    first = encoder.encode_packet(frame_from_planes(texture), idr=True)
    before = decode_last_picture(first, encoder.parameter_sets)
    second = encoder.encode_packet(frame_from_planes(before))
    if not np.array_equal(before, decode_last_picture(first, encoder.parameter_sets, second)):
        raise OutputFault(message("picture.x264_changed_picture"))
    return replace(read_single_slice(second, encoder.parameter_sets), deblock=(1, 0, 0))


def encode_moving_segment(
    segment: Segment, renderer: FrameRenderer, preset: X264Preset, size: tuple[int, int], fps: int
) -> tuple[Slice, ...]:
    """Return one slice per frame, the first one intra.

    Raises InputError if a clip cannot be read.
    """
    width, height = (round_up_to_macroblocks(length) for length in size)
    encoder = X264Encoder(width, height, preset)
    return tuple(
        encoder.encode_slice(frame_from_planes(yuv_from_rgb(pixels, width, height)), idr=not number)
        for number, pixels in enumerate(render_moving_frames(segment, renderer, size, fps))
    )
