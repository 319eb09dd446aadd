"""Turns encoded segments into the packets of a stream with a constant frame rate.

Only here do pictures get their times.

The picture that a segment's IDR shows, its centre, stays in the decoder as a long-term reference.
Another state is one P picture predicted from it. A return to the centre is a P picture that skips
every macroblock and refers to the centre; a held frame is one that refers to the picture before. So
an IDR can be inserted wherever the centre is shown, without changing a bit of any other picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.picture.encode.h264 import to_annexb, write_slice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.picture.encode.h264 import ParameterSets, Slice
    from pipeline.picture.encode.segment_encoder import EncodedSegment
    from pipeline.picture.scene import Composition, ScreenState, Segment


class EncodedSegmentSource(Protocol):
    """Where encoded pictures come from."""

    def read_still(self, segment: Segment) -> tuple[EncodedSegment, Slice | None]:
        """Return a still segment's slices, and the slice above its band where there is one."""

    def read_moving(self, segment: Segment) -> Sequence[Slice]:
        """Return the pictures of a segment that moves."""

    def repeat_slice(self, rows: int) -> Slice:
        """Return the slice that repeats so many rows of the picture before."""


def packetize(
    composition: Composition,
    source: EncodedSegmentSource,
    parameter_sets: ParameterSets,
    max_idr_distance: int,
) -> Iterator[tuple[bytes, bool]]:
    """Yield one packet per frame (Annex B), and whether it is an IDR.

    No IDR is more than `max_idr_distance` frames after the one before.
    """
    repeats = RepeatPackets(source.repeat_slice(composition.height), parameter_sets)
    idr = 0
    for segment in composition.segments:
        if segment.movement_part:
            idr ^= 1
            yield from _moving_packets(source.read_moving(segment), parameter_sets, idr)
            continue
        piece, above = source.read_still(segment)
        picture = _StillPackets(
            parameter_sets, above, source.repeat_slice(piece.band_top) if piece.band_top else None
        )
        for packet, key in _still_packets(
            segment,
            dict(zip(segment.states, piece.slices, strict=True)),
            picture,
            repeats,
            max_idr_distance,
            idr,
        ):
            idr ^= key
            yield packet, key


def _moving_packets(
    pictures: Sequence[Slice], parameter_sets: ParameterSets, idr: int
) -> Iterator[tuple[bytes, bool]]:
    for number, picture in enumerate(pictures):
        yield (
            to_annexb(
                [
                    write_slice(
                        picture, parameter_sets, frame_num=number, idr=None if number else idr
                    )
                ]
            ),
            not number,
        )


def _still_packets(
    segment: Segment,
    slices: Mapping[ScreenState, Slice],
    still_packets: _StillPackets,
    repeats: RepeatPackets,
    max_idr_distance: int,
    idr: int,
) -> Iterator[tuple[bytes, bool]]:
    centre = segment.states[0]
    keys = idr_frames(segment, max_idr_distance)
    frame = number = 0
    for hold in segment.holds:
        for hold_frame in range(hold.frames):
            key = frame in keys
            number = 0 if key else number + 1
            frame += 1
            if key:
                idr ^= 1
                yield still_packets.idr_packet(slices[centre], idr), True
            elif hold_frame:
                yield repeats.repeat_previous(number), False
            elif hold.state == centre:
                yield repeats.repeat_centre(number), False
            else:
                yield still_packets.change_packet(slices[hold.state], number), False


class RepeatPackets:
    """Packets that repeat a picture, by their frame number."""

    def __init__(self, repeat_slice: Slice, parameter_sets: ParameterSets) -> None:
        """Write them all: they are as many as there are frame numbers."""
        numbers = range(1 << parameter_sets.frame_num_bits)
        self._previous = [
            to_annexb([write_slice(repeat_slice, parameter_sets, frame_num=number)])
            for number in numbers
        ]
        self._centre = [
            to_annexb(
                [write_slice(repeat_slice, parameter_sets, frame_num=number, reference="centre")]
            )
            for number in numbers
        ]

    def repeat_previous(self, number: int) -> bytes:
        """Return the packet that repeats the picture before."""
        return self._previous[number % len(self._previous)]

    def repeat_centre(self, number: int) -> bytes:
        """Return the packet that shows the centre again."""
        return self._centre[number % len(self._centre)]


@dataclass(frozen=True, slots=True)
class _StillPackets:
    """Pictures composed of slices.

    `slice_above` starts the upper rows, `repeat_above` repeats them; both are None if the band is
    the whole picture.
    """

    parameter_sets: ParameterSets
    slice_above: Slice | None
    repeat_above: Slice | None

    def idr_packet(self, centre: Slice, idr: int) -> bytes:
        """Return an IDR picture."""
        parts = [centre] if self.slice_above is None else [self.slice_above, centre]
        return to_annexb(
            [write_slice(part, self.parameter_sets, idr=idr, long_term=True) for part in parts]
        )

    def change_packet(self, band: Slice, number: int) -> bytes:
        """Return the P picture of another state."""
        changed = write_slice(band, self.parameter_sets, frame_num=number, reference="centre")
        return to_annexb(
            [changed]
            if self.repeat_above is None
            else [write_slice(self.repeat_above, self.parameter_sets, frame_num=number), changed]
        )


def idr_frames(segment: Segment, max_idr_distance: int) -> set[int]:
    """Return the frames of a segment that are IDRs.

    They are as few as keep them within `max_idr_distance` frames, each where the centre is shown.
    """
    centre = segment.holds[0].state
    spans = []
    frame = 0
    for hold in segment.holds:
        if hold.state == centre:
            spans.append((frame, frame + hold.frames))
        frame += hold.frames
    chosen = [0]
    for (start, end), following in zip(
        spans, [start for start, _ in spans[1:]] + [frame], strict=True
    ):
        while following - chosen[-1] > max_idr_distance:
            latest = max(min(chosen[-1] + max_idr_distance, end - 1), start)
            if latest == chosen[-1]:
                break
            chosen.append(latest)
    return set(chosen)
