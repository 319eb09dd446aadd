"""Segments encoded into the store, several at once: one worker process takes what shows one slide."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, as_completed
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline import process
from pipeline.picture.scene import Segment
from pipeline.picture.segment import SlideEncoder

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Observe
    from pipeline.picture.scene import Painter
    from pipeline.picture.shelf import Shelf

_WORTH_A_WORKER = 48
"""Pictures: workers take ~0.5 s to start, in which this process encodes about as many."""

_AHEAD = 2
"""Tasks given to each helper at a time: one it works on, one it finds when that is done."""

Task = Sequence[Segment]
"""Segments of one slide, or one that moves."""


def encode_segments(missing: Task, painter: Painter, shelf: Shelf, observe: Observe, workers: int) -> None:
    """Encode segments in so many processes, this one among them; `observe` is told of pictures.

    Raises what the first that fails raises, the others ended.
    """
    total = sum(map(_pictures, missing))
    tasks = _tasks(missing, total // (4 * workers))
    done = 0

    def told(segments: Task) -> None:
        nonlocal done
        done += sum(map(_pictures, segments))
        observe("picture", done, total)

    helpers = 0 if total < _WORTH_A_WORKER or not process.may_start() else min(workers, len(tasks)) - 1
    if not helpers:
        for task in tasks:
            _encode(task, painter, shelf, told)
        return
    waiting, running = deque(tasks), dict[Future[None], Task]()
    with process.pool(helpers) as pool:
        # While the helpers start, and as long as they leave anything, this process encodes too, the smallest tasks first. What it may
        # still take is not submitted yet: a future that is cancelled breaks the executor of Python 3.11 when a worker dies.
        while waiting:
            while waiting and len(running) < _AHEAD * helpers:
                task = waiting.popleft()
                running[pool.submit(_encode, task, painter, shelf)] = task
            if waiting:
                _encode(waiting.pop(), painter, shelf, told)
            for finished in [future for future in running if future.done()]:
                finished.result()
                told(running.pop(finished))
        for finished in as_completed(running):
            finished.result()
            told(running[finished])


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
            from pipeline.picture.moving import encode_moving

            shelf.put_pictures(segment, encode_moving(segment, painter, shelf.preset, (shelf.width, shelf.height), shelf.fps))
        else:
            slide = slide or SlideEncoder(segment.states[0].slide, painter, shelf.preset)
            shelf.put(segment, slide.segment(segment.states), slide.above)
        told([segment])
