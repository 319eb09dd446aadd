"""The held H.264 stream: each state drawn and encoded once, kept by what it shows, and held by packets that repeat the picture before."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import as_completed
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline import process
from pipeline.container import EncodedVideo
from pipeline.picture import plain
from pipeline.picture.encoder import Encoder, preset_of
from pipeline.picture.moving import encode_moving
from pipeline.picture.scene import Segment
from pipeline.picture.segment import SlideEncoder
from pipeline.picture.shelf import Shelf
from pipeline.picture.weave import packets

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Observe
    from pipeline.picture.scene import Painter, Reel
    from pipeline.settings.picture import Picture
    from pipeline.store import Store

_WORTH_A_WORKER = 48
"""Pictures: workers take ~0.5 s to start, in which this process encodes about as many."""


def encode(reel: Reel, painter: Painter, store: Store, picture: Picture, observe: Observe, workers: int = 0) -> EncodedVideo:
    """Return the reel encoded, one packet a frame, written while they are read. Other codecs than H.264, and `cfr = "plain"`: see `plain`.

    What the store lacks is encoded before this returns, in `workers` processes (0: one a core). `observe` is told of states. Raises
    OutputFault where x264 does not do what we rely on, or where an entry is lost before it is read.
    """
    if picture.codec != "h264" or picture.cfr == "plain":
        return plain.encode(reel, painter, picture, observe)
    preset = preset_of(picture)
    shelf = Shelf(store, painter.key, preset, reel.width, reel.height, reel.fps)
    wanted = dict.fromkeys(segment.content for segment in reel.segments)
    _encode_missing([segment for segment in wanted if not shelf.holds(segment)], painter, shelf, observe, workers or process.cores())
    sets = Encoder(reel.width, reel.height, preset, reel.fps).sets
    made = packets(reel, shelf, sets, picture.keyframe_interval * reel.fps)
    return EncodedVideo("h264", sets.extradata, reel.width, reel.height, reel.fps, reel.frames, made)


Task = Sequence[Segment]
"""Segments of one slide, or one that moves."""


def _encode_missing(missing: Task, painter: Painter, shelf: Shelf, observe: Observe, workers: int) -> None:
    total = sum(map(_pictures, missing))
    tasks = _tasks(missing, total // (4 * workers))
    done = 0

    def told(segments: Task) -> None:
        nonlocal done
        done += sum(map(_pictures, segments))
        observe("picture", done, total)

    if workers == 1 or total < _WORTH_A_WORKER:
        for task in tasks:
            _encode(task, painter, shelf, told)
        return
    with process.pool(min(workers, len(tasks))) as pool:
        running = {pool.submit(_encode, task, painter, shelf): task for task in tasks}
        shelf.still(shelf.height)
        for future in as_completed(running):
            future.result()
            told(running[future])


def _pictures(segment: Segment) -> int:
    """Return how many pictures are encoded for a segment."""
    return segment.frames if segment.moving else len(segment.states)


def _tasks(missing: Task, fair: int) -> list[Task]:
    """Return segments grouped by slide, the longest first, groups of more than a fair number of pictures divided."""
    tasks: list[list[Segment]] = []
    for _, group in groupby(missing, key=lambda segment: (segment.states[0].slide, segment.moving)):
        room = 0
        for segment in group:
            if room <= 0:
                tasks.append([])
                room = fair
            tasks[-1].append(segment)
            room -= _pictures(segment)
    return sorted(tasks, key=lambda task: -sum(map(_pictures, task)))


def _encode(task: Task, painter: Painter, shelf: Shelf, told: Callable[[Task], None] = lambda _: None) -> None:
    """Encode a task's segments into the store."""
    slide: SlideEncoder | None = None
    for segment in task:
        if segment.moving:
            shelf.put_pictures(segment, encode_moving(segment, painter, shelf.preset, (shelf.width, shelf.height), shelf.fps))
        else:
            slide = slide or SlideEncoder(segment.states[0].slide, painter, shelf.preset)
            shelf.put(segment, slide.segment(segment.states), slide.above)
        told([segment])
