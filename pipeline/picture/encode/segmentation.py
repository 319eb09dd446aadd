"""Divides the holds of a slide into segments.

They are divided by what they show, so that segments stay the same when cues move in time. Time
matters only where an IDR picture could not be placed within the keyframe interval: such a stretch
is halved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.scene import Hold, MovementPart, Segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.picture.scene import ScreenState, TimedMovement

_MAX_CAPTIONS_PER_BLOCK = 3
"""Largest number of captions in a row without the bare slide between.

A caption lasts about 3 s, so three stay within ten.
"""

_MAX_HOLDS_PER_SEGMENT = 16
"""Most holds in a segment: what one edited row encodes again."""


def split_still_segments(slide_holds: Sequence[Hold], max_frames: int) -> Iterator[Segment]:
    """Yield the segments of one slide's holds.

    An IDR can be inserted wherever a segment's first state is shown. No such place is more than
    `max_frames` frames from the next.
    """
    gathered: list[Hold] = []
    for piece in (
        part
        for block in _caption_blocks(slide_holds)
        for part in _halve_long_blocks(block, max_frames)
    ):
        if gathered and (
            piece[0].state != gathered[0].state
            or len(gathered) + len(piece) > _MAX_HOLDS_PER_SEGMENT
        ):
            yield Segment(tuple(gathered))
            gathered = []
        gathered += piece
    yield Segment(tuple(gathered))


def split_moving_segments(
    slide_holds: Sequence[Hold], movement: TimedMovement, first_frame: int, max_frames: int
) -> Iterator[Segment]:
    """Yield the segments of a movement from `first_frame` on, each at most `max_frames` long."""
    for holds in _cut_to_length(slide_holds, max_frames):
        segment = Segment(
            tuple(holds), MovementPart(movement.movement, first_frame, movement.frames)
        )
        yield segment
        first_frame += segment.frames


def _caption_blocks(slide_holds: Sequence[Hold]) -> Iterator[list[Hold]]:
    """Yield a bare slide with the captions that follow it, or captions alone.

    A block has at most `_MAX_CAPTIONS_PER_BLOCK` captions, however many words are highlighted.
    """
    block: list[Hold] = []
    lines: object = None
    captions = 0
    for hold in slide_holds:
        bare, before, lines = not hold.state.captions, lines, _caption_texts(hold.state)
        new = not bare and lines != before
        if block and (bare or (new and captions == _MAX_CAPTIONS_PER_BLOCK)):
            yield block
            block, captions = [], 0
        block.append(hold)
        captions += new
    yield block


def _caption_texts(state: ScreenState) -> object:
    return [(caption.language, caption.lines) for caption in state.captions]


def _halve_long_blocks(block: list[Hold], max_frames: int) -> Iterator[list[Hold]]:
    """Yield a block, halved until what follows its first hold is below `max_frames` frames."""
    if len(block) == 1 or sum(hold.frames for hold in block[1:]) < max_frames:
        yield block
        return
    middle = (len(block) + 1) // 2
    yield from _halve_long_blocks(block[:middle], max_frames)
    yield from _halve_long_blocks(block[middle:], max_frames)


def _cut_to_length(slide_holds: Sequence[Hold], max_frames: int) -> Iterator[list[Hold]]:
    """Yield the holds in pieces of `max_frames` frames, the last one shorter.

    A hold that crosses the end of a piece is divided.
    """
    piece: list[Hold] = []
    room = max_frames
    for hold in slide_holds:
        remaining = hold.frames
        while remaining:
            cut_frames = min(remaining, room)
            piece.append(Hold(hold.state, cut_frames))
            remaining -= cut_frames
            room -= cut_frames
            if not room:
                yield piece
                piece, room = [], max_frames
    if piece:
        yield piece
