"""Encoded segments to the packets of a constant frame rate stream: time comes in here, and only here.

The picture a segment's IDR shows, its centre, stays in the decoder as a long-term reference. Another state is one P picture against it, the
way back to the centre a P picture of nothing but skips against it, a held frame the same against the picture before. So an IDR can be
put in wherever the centre shows, without a bit of any other picture changing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.picture.h264 import annexb, write_slice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.picture.h264 import Parameters, Slice
    from pipeline.picture.scene import Reel, Segment, State
    from pipeline.picture.segment import Piece


class Pictures(Protocol):
    """Where encoded pictures come from."""

    def piece(self, segment: Segment) -> tuple[Piece, Slice | None]:
        """Return a still segment's slices, and the slice above its band where there is one."""

    def pictures(self, segment: Segment) -> Sequence[Slice]:
        """Return the pictures of a segment that moves."""

    def still(self, rows: int) -> Slice:
        """Return the slice that repeats so many rows of the picture before."""


def packets(reel: Reel, encoded: Pictures, sets: Parameters, most: int) -> Iterator[tuple[bytes, bool]]:
    """Yield one packet a frame (Annex B) and whether it is an IDR; no IDR is more than `most` frames after the one before."""
    repeats = Repeats(encoded.still(reel.height), sets)
    idr = 0
    for segment in reel.segments:
        if segment.moving:
            idr ^= 1
            yield from _moving(encoded.pictures(segment), sets, idr)
            continue
        piece, above = encoded.piece(segment)
        picture = _Still(sets, above, encoded.still(piece.split) if piece.split else None)
        for packet, key in _held(segment, dict(zip(segment.states, piece.slices, strict=True)), picture, repeats, most, idr):
            idr ^= key
            yield packet, key


def _moving(pictures: Sequence[Slice], sets: Parameters, idr: int) -> Iterator[tuple[bytes, bool]]:
    for number, picture in enumerate(pictures):
        yield annexb([write_slice(picture, sets, frame_num=number, idr=None if number else idr)]), not number


def _held(
    segment: Segment, slices: Mapping[State, Slice], picture: _Still, repeats: Repeats, most: int, idr: int
) -> Iterator[tuple[bytes, bool]]:
    centre = segment.states[0]
    keys = key_frames(segment, most)
    frame = number = 0
    for hold in segment.holds:
        for shown in range(hold.frames):
            key = frame in keys
            number = 0 if key else number + 1
            frame += 1
            if key:
                idr ^= 1
                yield picture.key(slices[centre], idr), True
            elif shown:
                yield repeats.previous(number), False
            elif hold.state == centre:
                yield repeats.centre(number), False
            else:
                yield picture.change(slices[hold.state], number), False


class Repeats:
    """Packets that repeat a picture, by their frame number."""

    def __init__(self, whole: Slice, sets: Parameters) -> None:
        """Write them all: they are as many as there are frame numbers."""
        numbers = range(1 << sets.frame_num_bits)
        self._previous = [annexb([write_slice(whole, sets, frame_num=number)]) for number in numbers]
        self._centre = [annexb([write_slice(whole, sets, frame_num=number, reference="centre")]) for number in numbers]

    def previous(self, number: int) -> bytes:
        """Return the packet that repeats the picture before."""
        return self._previous[number % len(self._previous)]

    def centre(self, number: int) -> bytes:
        """Return the packet that shows the centre again."""
        return self._centre[number % len(self._centre)]


@dataclass(frozen=True, slots=True)
class _Still:
    """Pictures put together of their slices: `above` starts the upper rows, `still` repeats them; None where the band is all."""

    sets: Parameters
    above: Slice | None
    still: Slice | None

    def key(self, centre: Slice, idr: int) -> bytes:
        """Return an IDR picture."""
        parts = [centre] if self.above is None else [self.above, centre]
        return annexb([write_slice(part, self.sets, idr=idr, keep=True) for part in parts])

    def change(self, band: Slice, number: int) -> bytes:
        """Return the P picture of another state."""
        changed = write_slice(band, self.sets, frame_num=number, reference="centre")
        return annexb([changed] if self.still is None else [write_slice(self.still, self.sets, frame_num=number), changed])


def key_frames(segment: Segment, most: int) -> set[int]:
    """Return the frames of a segment that are IDRs: as few as keep them within `most` frames, each where the centre shows."""
    centre = segment.holds[0].state
    spans = []
    frame = 0
    for hold in segment.holds:
        if hold.state == centre:
            spans.append((frame, frame + hold.frames))
        frame += hold.frames
    chosen = [0]
    for (start, end), following in zip(spans, [start for start, _ in spans[1:]] + [frame], strict=True):
        while following - chosen[-1] > most:
            latest = max(min(chosen[-1] + most, end - 1), start)
            if latest == chosen[-1]:
                break
            chosen.append(latest)
    return set(chosen)
