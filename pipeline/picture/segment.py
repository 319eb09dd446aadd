"""One segment encoded: its first state as the centre, every other state against it.

A picture is one or two slices: the rows above `split`, which captions never reach, and the band below. The rows above are encoded once a
slide and skipped afterwards; each state's band is encoded, and predicted from the centre's alone. So states do not depend on each other
or on when they are shown, and nothing drifts: what a caption does not touch keeps the very pixels it had.

Why the band may be encoded as a picture of its own: its slice takes nothing from the slice above (no intra prediction across
slices, no deblocking across them), and no motion vector leaves it at the top, since x264 keeps vectors below 32 px (`mvrange`) and at
least 48 rows above the uppermost caption are given the centre's decoded pixels, which leaves nothing to encode there but skips.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.picture.encoder import Encoder
from pipeline.picture.h264 import MACROBLOCK, Slice, slices, whole_macroblocks
from pipeline.picture.yuv import frame_of, pasted, planes_of, rows_of, yuv_from_rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.encoder import Preset
    from pipeline.picture.h264 import Parameters
    from pipeline.picture.scene import Painter, State

_GUARD = 3 * MACROBLOCK
_LEAST_ABOVE = 0.25
_HEAD = struct.Struct("<?IBBbBbbI")


@dataclass(frozen=True, slots=True)
class Piece:
    """An encoded segment: the first row of its band, and one slice a distinct state, the centre's first."""

    split: int
    slices: tuple[Slice, ...]

    def packed(self) -> bytes:
        """Return the piece as bytes."""
        return struct.pack("<I", self.split) + b"".join(pack(piece) for piece in self.slices)

    @classmethod
    def unpacked(cls, body: bytes) -> Piece:
        """Return the piece that `packed` made bytes of."""
        (split,) = struct.unpack_from("<I", body)
        return cls(split, tuple(unpack(body[4:])))


def pack(piece: Slice) -> bytes:
    """Return a slice as bytes."""
    head = (piece.intra, piece.first, piece.references, piece.cabac, piece.qp, *piece.deblock, len(piece.bits))
    return _HEAD.pack(*head) + piece.bits


def unpack(body: bytes) -> list[Slice]:
    """Return the slices whose bytes were joined."""
    found = []
    place = 0
    while place < len(body):
        intra, first, references, cabac, qp, idc, alpha, beta, length = _HEAD.unpack_from(body, place)
        place += _HEAD.size
        found.append(Slice(intra, first, references, cabac, qp, (idc, alpha, beta), body[place : place + length]))
        place += length
    return found


class SlideEncoder:
    """Encodes the segments that show one slide."""

    def __init__(self, slide: str, painter: Painter, preset: Preset) -> None:
        """Draw the slide."""
        self._painter = painter
        self._preset = preset
        self._pixels = painter.base(slide)
        self._height, self._width = (whole_macroblocks(length) for length in self._pixels.shape[:2])
        self._base = yuv_from_rgb(self._pixels, self._width, self._height)

    def segment(self, states: Sequence[State]) -> Piece:
        """Return the piece of distinct states, the centre first. Raises OutputFault where x264 does not do what we rely on."""
        import numpy as np

        drawn = [self._drawn(state) for state in states]
        split = split_at([top for top, _ in filter(None, drawn)], self._height)
        bare = rows_of(self._base, split, self._height)
        pictures = (bare if band is None else pasted(bare, band[1], band[0] - split) for band in drawn)
        centre = next(pictures)
        encoder, first = Encoder(self._width, self._height - split, self._preset), frame_of(centre)
        packet = encoder.packet(first, idr=True)
        made = [slice_of(packet, encoder.sets)]
        settled = decoded(packet, encoder.sets)
        for number, other in enumerate(pictures):
            if number:  # x264 predicts from the picture before: a new one, whose picture before is the centre again
                encoder = Encoder(self._width, self._height - split, self._preset)
                if encoder.slice(first, idr=True) != made[0]:
                    raise OutputFault("x264 encoded one picture in two ways.", "Run again with `--cfr plain`, and report this.")
            made.append(encoder.slice(frame_of(np.where(other == centre, settled, other))))
        start = self._width // MACROBLOCK * (split // MACROBLOCK)
        return Piece(split, tuple(piece.at(start) for piece in made) if split else tuple(made))

    def above(self, split: int) -> Slice:
        """Return the rows above a split as an intra slice."""
        return Encoder(self._width, split, self._preset).slice(frame_of(rows_of(self._base, 0, split)), idr=True).at(0)

    def _drawn(self, state: State) -> tuple[int, NDArray[np.uint8]] | None:
        import numpy as np

        band = self._painter.band(state)
        if band is None:
            return None
        top, pixels = band
        rows = pixels.shape[0]
        # swscale's mean of a last pair of rows leans a little on the next pair: give it that, so that what did not change stays equal
        more = np.concatenate([pixels, self._pixels[top + rows : top + rows + 2]])
        return top, rows_of(yuv_from_rgb(more, self._width, more.shape[0]), 0, rows)


def split_at(tops: Sequence[int], height: int) -> int:
    """Return the first row of the band, given the uppermost rows that captions change; 0 where the band is most of the picture."""
    split = min(tops, default=0) // MACROBLOCK * MACROBLOCK - _GUARD
    return split if split >= height * _LEAST_ABOVE else 0


def slice_of(packet: bytes, sets: Parameters) -> Slice:
    """Return the one slice of an encoded picture."""
    (piece,) = slices(packet, sets)
    return piece


def decoded(packet: bytes, sets: Parameters, *more: bytes) -> NDArray[np.uint8]:
    """Return the last of some encoded pictures as planes."""
    import av

    context = av.CodecContext.create("h264", "r")
    context.extradata = sets.extradata
    context.thread_count = 1
    frames = [frame for one in (packet, *more) for frame in context.decode(av.Packet(one))] + list(context.decode(None))
    return planes_of(frames[-1])


def still(width: int, height: int, preset: Preset) -> Slice:
    """Return the slice that repeats the picture before it, every macroblock skipped. Raises OutputFault where it would change a picture.

    It is made of a picture whose blocks differ from their neighbours, and proved on it.
    """
    import numpy as np

    width, height = whole_macroblocks(width), whole_macroblocks(height)
    # blocks of one colour each, no two alike among near ones: quickly encoded, and a block moved or changed would show
    blocks = np.arange(height * 3 // 2 // 8 * (width // 8), dtype=np.uint32).reshape(-1, width // 8)
    texture = (blocks * 2654435761 >> 16).astype(np.uint8).repeat(8, 0).repeat(8, 1) // 2 + 64
    encoder = Encoder(width, height, preset)
    first = encoder.packet(frame_of(texture), idr=True)
    before = decoded(first, encoder.sets)
    second = encoder.packet(frame_of(before))
    if not np.array_equal(before, decoded(first, encoder.sets, second)):
        raise OutputFault("x264 did not repeat a picture as it was.", "Run again with `--cfr plain`, and report this.")
    return replace(slice_of(second, encoder.sets), deblock=(1, 0, 0))
