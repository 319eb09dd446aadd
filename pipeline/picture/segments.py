"""Where a slide's holds are cut into segments.

Cut by what they show, so that moving cues in time leaves segments as they are. Time decides only where there would be no place for an IDR
picture within the keyframe interval: there a stretch is cut in halves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.scene import Hold, Segment, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.picture.scene import Move, State

_APART = 3
"""Most captions in a row without the bare slide between; a caption lasts ~3 s, so three stay within ten."""

_TOGETHER = 16
"""Most holds in a segment: what one edited row encodes again."""


def still(visit: Sequence[Hold], most: int) -> Iterator[Segment]:
    """Yield the segments of one slide's holds.

    An IDR can be put in wherever a segment's first state shows: no such place is more than `most` frames from the next.
    """
    gathered: list[Hold] = []
    for piece in (part for block in _blocks(visit) for part in _halves(block, most)):
        if gathered and (piece[0].state != gathered[0].state or len(gathered) + len(piece) > _TOGETHER):
            yield Segment(tuple(gathered))
            gathered = []
        gathered += piece
    yield Segment(tuple(gathered))


def moving(visit: Sequence[Hold], move: Move, first: int, most: int) -> Iterator[Segment]:
    """Yield the segments of a move from its frame `first` on, each at most `most` frames long."""
    for holds in _lengths(visit, most):
        segment = Segment(tuple(holds), Stretch(move.movement, first, move.frames))
        yield segment
        first += segment.frames


def _blocks(visit: Sequence[Hold]) -> Iterator[list[Hold]]:
    """Yield a bare slide with the captions that follow it, or captions alone, at most `_APART` of them (however often they light up)."""
    block: list[Hold] = []
    lines: object = None
    captions = 0
    for hold in visit:
        bare, before, lines = not hold.state.captions, lines, _lines(hold.state)
        new = not bare and lines != before
        if block and (bare or (new and captions == _APART)):
            yield block
            block, captions = [], 0
        block.append(hold)
        captions += new
    yield block


def _lines(state: State) -> object:
    return [(caption.language, caption.lines) for caption in state.captions]


def _halves(block: list[Hold], most: int) -> Iterator[list[Hold]]:
    """Yield a block whole, or cut in halves while what follows its first hold is as long as `most` frames."""
    if len(block) == 1 or sum(hold.frames for hold in block[1:]) < most:
        yield block
        return
    middle = (len(block) + 1) // 2
    yield from _halves(block[:middle], most)
    yield from _halves(block[middle:], most)


def _lengths(visit: Sequence[Hold], most: int) -> Iterator[list[Hold]]:
    """Yield the holds in pieces of `most` frames, the last one shorter; a hold that goes over an edge is cut there."""
    piece: list[Hold] = []
    room = most
    for hold in visit:
        left = hold.frames
        while left:
            taken = min(left, room)
            piece.append(Hold(hold.state, taken))
            left -= taken
            room -= taken
            if not room:
                yield piece
                piece, room = [], most
    if piece:
        yield piece
