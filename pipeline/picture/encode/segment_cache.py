"""Encoded segments in the store, keyed by all that decides their bits; time is not among it."""

from __future__ import annotations

import importlib.metadata
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from pipeline.cache import digest
from pipeline.code_version import code_version
from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.picture.encode.segment_encoder import (
    EncodedSegment,
    encode_repeat_slice,
    pack_slice,
    unpack_slices,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.cache import Store
    from pipeline.picture.encode.h264 import Slice
    from pipeline.picture.encode.x264_encoder import X264Preset
    from pipeline.picture.scene import Segment

_SEGMENT, _ROWS_ABOVE, _REPEAT = "segment", "above", "still"


@dataclass(frozen=True, slots=True)
class SegmentCache:
    """The encoded segments of one size, renderer and preset."""

    store: Store
    renderer_key: str
    preset: X264Preset
    width: int
    height: int
    fps: int
    libraries: str = field(default_factory=lambda: importlib.metadata.version("av"))

    def has_segment(self, segment: Segment) -> bool:
        """Tell whether an encoded segment is there with all that belongs to it."""
        body = self.store.get(_SEGMENT, self._segment_key(segment))
        if body is None or segment.movement_part:
            return body is not None
        split = EncodedSegment.from_bytes(body).band_top
        return (
            not split
            or self.store.get(_ROWS_ABOVE, self._rows_above_key(segment, split)) is not None
        )

    def read_still(self, segment: Segment) -> tuple[EncodedSegment, Slice | None]:
        """Return a still segment, and the slice above its band where there is one.

        Raises OutputFault if an entry is missing.
        """
        piece = EncodedSegment.from_bytes(self._read_entry(_SEGMENT, self._segment_key(segment)))
        if not piece.band_top:
            return piece, None
        (above,) = unpack_slices(
            self._read_entry(_ROWS_ABOVE, self._rows_above_key(segment, piece.band_top))
        )
        return piece, above

    def read_moving(self, segment: Segment) -> list[Slice]:
        """Return the pictures of a segment that moves. Raises OutputFault where they are lost."""
        return unpack_slices(self._read_entry(_SEGMENT, self._segment_key(segment)))

    def store_still(
        self, segment: Segment, encoded: EncodedSegment, encode_rows_above: Callable[[int], Slice]
    ) -> None:
        """Store a segment, and first the slice above its band if it is not in the store yet."""
        if encoded.band_top:
            key = self._rows_above_key(segment, encoded.band_top)
            if self.store.get(_ROWS_ABOVE, key) is None:
                self.store.put(_ROWS_ABOVE, key, pack_slice(encode_rows_above(encoded.band_top)))
        self.store.put(_SEGMENT, self._segment_key(segment), encoded.to_bytes())

    def store_moving(self, segment: Segment, pictures: Sequence[Slice]) -> None:
        """Keep the pictures of a segment that moves."""
        self.store.put(_SEGMENT, self._segment_key(segment), b"".join(map(pack_slice, pictures)))

    def repeat_slice(self, rows: int) -> Slice:
        """Return the slice that repeats the first `rows` rows of the picture before.

        It is encoded if it is not in the store yet.
        """
        key = self._cache_key(rows)
        body = self.store.get(_REPEAT, key)
        if body is None:
            body = pack_slice(encode_repeat_slice(self.width, rows, self.preset))
            self.store.put(_REPEAT, key, body)
        return unpack_slices(body)[0]

    def _segment_key(self, segment: Segment) -> str:
        rate = self.fps if segment.movement_part else 0
        return self._cache_key(self.renderer_key, asdict(segment.content), rate)

    def _rows_above_key(self, segment: Segment, band_top: int) -> str:
        return self._cache_key(self.renderer_key, segment.holds[0].state.slide, band_top)

    def _cache_key(self, *parts: object) -> str:
        return digest(
            "held",
            code_version("pipeline.picture.encode"),
            self.libraries,
            asdict(self.preset),
            self.width,
            self.height,
            *parts,
        )

    def _read_entry(self, kind: str, key: str) -> bytes:
        body = self.store.get(kind, key)
        if body is None:
            raise OutputFault(
                message("picture.segment_lost"),
                where=self.store.entry_path(kind, key),
            )
        return body
