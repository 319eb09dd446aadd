"""Encodes segments into the store in parallel, those of one slide in one process."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, as_completed
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline import process
from pipeline.picture.encode.segment_encoder import SlideSegmentEncoder
from pipeline.picture.scene import Segment

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import ProgressCallback
    from pipeline.picture.encode.segment_cache import SegmentCache
    from pipeline.picture.scene import FrameRenderer

_MIN_PICTURES_FOR_WORKERS = 48
"""Pictures: workers take ~0.5 s to start, in which this process encodes about as many."""

_TASKS_PER_WORKER = 2
"""Tasks given to each helper at a time: one it works on, one it finds when that is done."""

EncodingTask = Sequence[Segment]
"""Segments of one slide, or one that moves."""


def encode_segments(
    missing: EncodingTask,
    renderer: FrameRenderer,
    segment_cache: SegmentCache,
    observe: ProgressCallback,
    workers: int,
) -> None:
    """Encode segments in so many processes, this one among them; `observe` is told of pictures.

    Raises what the first that fails raises, the others ended.
    """
    total = sum(map(_picture_count, missing))
    tasks = _group_into_tasks(missing, total // (4 * workers))
    done = 0

    def report_encoded(segments: EncodingTask) -> None:
        nonlocal done
        done += sum(map(_picture_count, segments))
        observe("picture", done, total)

    helpers = (
        0
        if total < _MIN_PICTURES_FOR_WORKERS or not process.may_start_processes()
        else min(workers, len(tasks)) - 1
    )
    if not helpers:
        for task in tasks:
            _encode_task(task, renderer, segment_cache, report_encoded)
        return
    waiting, running = deque(tasks), dict[Future[None], EncodingTask]()
    with process.worker_pool(helpers) as pool:
        # While the helpers start, and as long as they leave anything, this process encodes too, the
        # smallest tasks first. What it may
        # still take is not submitted yet: a future that is cancelled breaks the executor of Python
        # 3.11 when a worker dies.
        while waiting:
            while waiting and len(running) < _TASKS_PER_WORKER * helpers:
                task = waiting.popleft()
                running[pool.submit(_encode_task, task, renderer, segment_cache)] = task
            if waiting:
                _encode_task(waiting.pop(), renderer, segment_cache, report_encoded)
            for finished in [future for future in running if future.done()]:
                finished.result()
                report_encoded(running.pop(finished))
        for finished in as_completed(running):
            finished.result()
            report_encoded(running[finished])


def _picture_count(segment: Segment) -> int:
    """Return how many pictures are encoded for a segment."""
    return segment.frames if segment.movement_part else len(segment.states)


def _group_into_tasks(missing: EncodingTask, max_pictures: int) -> list[EncodingTask]:
    """Return segments grouped by slide, the longest group first.

    Groups with more pictures than a fair share are divided.
    """
    tasks: list[list[Segment]] = []
    for _, group in groupby(
        missing, key=lambda segment: (segment.states[0].slide, segment.movement_part)
    ):
        room = 0
        for segment in group:
            if room <= 0:
                tasks.append([])
                room = max_pictures
            tasks[-1].append(segment)
            room -= _picture_count(segment)
    return sorted(tasks, key=lambda task: -sum(map(_picture_count, task)))


def _encode_task(
    task: EncodingTask,
    renderer: FrameRenderer,
    segment_cache: SegmentCache,
    on_encoded: Callable[[EncodingTask], None] = lambda _: None,
) -> None:
    """Encode a task's segments into the store."""
    encoder: SlideSegmentEncoder | None = None
    for segment in task:
        if segment.movement_part:
            from pipeline.picture.encode.segment_encoder import encode_moving_segment

            segment_cache.store_moving(
                segment,
                encode_moving_segment(
                    segment,
                    renderer,
                    segment_cache.preset,
                    (segment_cache.width, segment_cache.height),
                    segment_cache.fps,
                ),
            )
        else:
            encoder = encoder or SlideSegmentEncoder(
                segment.states[0].slide, renderer, segment_cache.preset
            )
            segment_cache.store_still(
                segment, encoder.encode_segment(segment.states), encoder.encode_rows_above
            )
        on_encoded([segment])
