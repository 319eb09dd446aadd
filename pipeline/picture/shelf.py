"""Encoded segments in the store, keyed by all that decides their bits; time is not among it."""

from __future__ import annotations

import importlib.metadata
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.picture.segment import Piece, pack, still, unpack
from pipeline.store import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.picture.encoder import Preset
    from pipeline.picture.h264 import Slice
    from pipeline.picture.scene import Segment
    from pipeline.store import Store

_SEGMENT, _ABOVE, _STILL = "segment", "above", "still"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Shelf:
    """The encoded segments of one size, painter and preset."""

    store: Store
    painter: str
    preset: Preset
    width: int
    height: int
    fps: int
    libraries: str = field(default_factory=lambda: importlib.metadata.version("av"))

    def holds(self, segment: Segment) -> bool:
        """Tell whether an encoded segment is there with all that belongs to it."""
        body = self.store.get(_SEGMENT, self._segment(segment))
        if body is None or segment.moving:
            return body is not None
        split = Piece.unpacked(body).split
        return not split or self.store.get(_ABOVE, self._above(segment, split)) is not None

    def piece(self, segment: Segment) -> tuple[Piece, Slice | None]:
        """Return a still segment's piece, and the slice above its band where there is one. Raises OutputFault where they are lost."""
        piece = Piece.unpacked(self._read(_SEGMENT, self._segment(segment)))
        if not piece.split:
            return piece, None
        (above,) = unpack(self._read(_ABOVE, self._above(segment, piece.split)))
        return piece, above

    def pictures(self, segment: Segment) -> list[Slice]:
        """Return the pictures of a segment that moves. Raises OutputFault where they are lost."""
        return unpack(self._read(_SEGMENT, self._segment(segment)))

    def put(self, segment: Segment, piece: Piece, above: Callable[[int], Slice]) -> None:
        """Keep a piece, and before it the slice above its band, made by `above` where it is not there yet."""
        if piece.split:
            key = self._above(segment, piece.split)
            if self.store.get(_ABOVE, key) is None:
                self.store.put(_ABOVE, key, pack(above(piece.split)))
        self.store.put(_SEGMENT, self._segment(segment), piece.packed())

    def put_pictures(self, segment: Segment, pictures: Sequence[Slice]) -> None:
        """Keep the pictures of a segment that moves."""
        self.store.put(_SEGMENT, self._segment(segment), b"".join(map(pack, pictures)))

    def still(self, rows: int) -> Slice:
        """Return the slice that repeats so many rows from the top of the picture before, made where it is not there yet."""
        key = self._key(rows)
        body = self.store.get(_STILL, key)
        if body is None:
            body = pack(still(self.width, rows, self.preset))
            self.store.put(_STILL, key, body)
        return unpack(body)[0]

    def _segment(self, segment: Segment) -> str:
        rate = self.fps if segment.moving else 0
        return self._key(self.painter, asdict(segment.content), rate)

    def _above(self, segment: Segment, split: int) -> str:
        return self._key(self.painter, segment.holds[0].state.slide, split)

    def _key(self, *parts: object) -> str:
        return digest("held", _VERSION, self.libraries, asdict(self.preset), self.width, self.height, *parts)

    def _read(self, kind: str, key: str) -> bytes:
        body = self.store.get(kind, key)
        if body is None:
            raise OutputFault("An encoded segment is gone from the cache.", "Run again: it is made anew.", where=self.store.path(kind, key))
        return body
