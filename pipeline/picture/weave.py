"""Encoded segments to the packets of a constant frame rate stream: time comes in here, and only here.

The picture a segment's IDR shows, its centre, stays in the decoder as a long-term reference. Another state is one P picture against it, the
way back to the centre a P picture of nothing but skips against it, a held frame the same against the picture before. So an IDR can be
put in wherever the centre shows, without a bit of any other picture changing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.picture.h264 import annexb, write_slice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.picture.h264 import Parameters, Slice
    from pipeline.picture.scene import Reel, Segment, State
    from pipeline.picture.segment import Piece


def packets(
    reel: Reel,
    load: Callable[[tuple[State, ...]], tuple[Piece, Slice | None]],
    still: Callable[[int], Slice],
    sets: Parameters,
    most: int,
) -> Iterator[tuple[bytes, bool]]:
    """Yield one packet a frame (Annex B) and whether it is an IDR; no IDR is more than `most` frames after the one before.

    `load` gives the piece of a segment's states, and the slice above its band where there is one; `still` gives the slice that repeats
    so many rows of the picture before.
    """
    whole = still(reel.height)
    repeats = [annexb([write_slice(whole, sets, frame_num=number)]) for number in range(1 << sets.frame_num_bits)]
    idr = 0
    for segment in reel.segments:
        states = states_of(segment)
        piece, above = load(states)
        picture = _Pictures(sets, above, still(piece.split) if piece.split else None)
        slices = dict(zip(states, piece.slices, strict=True))
        keys = key_frames(segment, most)
        frame = number = 0
        for hold in segment.holds:
            for shown in range(hold.frames):
                key = frame in keys
                number = 0 if key else number + 1
                frame += 1
                if key:
                    idr ^= 1
                    yield picture.key(slices[states[0]], idr), True
                elif shown:
                    yield repeats[number % len(repeats)], False
                elif hold.state == states[0]:
                    yield annexb([write_slice(whole, sets, frame_num=number, reference="centre")]), False
                else:
                    yield picture.change(slices[hold.state], number), False


@dataclass(frozen=True, slots=True)
class _Pictures:
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


def states_of(segment: Segment) -> tuple[State, ...]:
    """Return a segment's distinct states in order of appearance, its centre first."""
    return tuple(dict.fromkeys(hold.state for hold in segment.holds))


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
