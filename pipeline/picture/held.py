"""The held H.264 stream: each state drawn and encoded once, kept by what it shows, and held by packets that repeat the picture before."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipeline import process
from pipeline.container import EncodedVideo
from pipeline.picture.encoder import Encoder, preset_of
from pipeline.picture.segment import SlideEncoder
from pipeline.picture.shelf import Shelf
from pipeline.picture.weave import packets, states_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.model import Observe
    from pipeline.picture.scene import Painter, Reel, State
    from pipeline.settings.picture import Picture
    from pipeline.store import Store

_WORTH_A_WORKER = 48
"""States: workers take ~0.5 s to start, in which this process encodes about as many."""


def encode(reel: Reel, painter: Painter, store: Store, picture: Picture, observe: Observe, workers: int = 0) -> EncodedVideo:
    """Return the reel as H.264, one packet a frame, written while they are read.

    What the store lacks is encoded before this returns, in `workers` processes (0: one a core). `observe` is told of states. Raises
    OutputFault where x264 does not do what we rely on, or where an entry is lost before it is read.
    """
    preset = preset_of(picture)
    shelf = Shelf(store, painter.key, preset, reel.width, reel.height)
    wanted = dict.fromkeys(states_of(segment) for segment in reel.segments)
    _encode_missing([states for states in wanted if not shelf.holds(states)], painter, shelf, observe, workers or process.cores())
    sets = Encoder(reel.width, reel.height, preset, reel.fps).sets
    most = picture.keyframe_interval * reel.fps
    made = packets(reel, shelf.piece, shelf.still, sets, most)
    return EncodedVideo("h264", sets.extradata, reel.width, reel.height, reel.fps, reel.frames, made)


def _encode_missing(missing: Sequence[tuple[State, ...]], painter: Painter, shelf: Shelf, observe: Observe, workers: int) -> None:
    total = sum(map(len, missing))
    tasks = _tasks(missing, workers)
    done = 0

    def told(states: int) -> None:
        nonlocal done
        done += states
        observe("picture", done, total)

    if workers == 1 or total < _WORTH_A_WORKER:
        for task in tasks:
            _encode_slide(task, painter, shelf, told)
        return
    with process.pool(min(workers, len(tasks))) as pool:
        running = [pool.submit(_encode_slide, task, painter, shelf) for task in tasks]
        shelf.still(shelf.height)
        for future, task in zip(running, tasks, strict=True):
            future.result()
            told(sum(map(len, task)))


def _tasks(missing: Sequence[tuple[State, ...]], workers: int) -> list[list[tuple[State, ...]]]:
    """Return segments grouped by slide, long groups divided so that no worker is left with most of the work."""
    fair = max(sum(map(len, missing)) // (4 * workers), 1)
    tasks: list[list[tuple[State, ...]]] = []
    for _, group in groupby(missing, key=lambda states: states[0].slide):
        gathered: list[tuple[State, ...]] = []
        for states in group:
            gathered.append(states)
            if sum(map(len, gathered)) >= fair:
                tasks.append(gathered)
                gathered = []
        if gathered:
            tasks.append(gathered)
    return tasks


def _encode_slide(task: Sequence[tuple[State, ...]], painter: Painter, shelf: Shelf, told: Callable[[int], None] | None = None) -> None:
    """Encode segments of one slide into the store."""
    encoder = SlideEncoder(task[0][0].slide, painter, shelf.preset)
    for states in task:
        shelf.put(states, encoder.segment(states), encoder.above)
        if told is not None:
            told(len(states))
