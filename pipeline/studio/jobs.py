"""Renders, one at a time, in a process that is warm before it is needed."""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import BrokenExecutor
from concurrent.futures import Future as Promise
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pipeline import process
from pipeline.batch import Job, progress_note, run_job
from pipeline.build import Order
from pipeline.studio.warm import warm

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pipeline.batch import Result
    from pipeline.studio.hub import Hub
    from pipeline.studio.library import Library

_LOOK_S = 0.1

State = Literal["idle", "running", "failed"]


@dataclass(slots=True)
class Standing:
    """How an episode's render stands; `again` where it is wanted once more after the one at work."""

    state: State = "idle"
    step: str = ""
    done: int = 0
    total: int = 0
    sentence: str = ""
    again: bool = False

    @property
    def json(self) -> dict[str, Any]:
        """The standing as the page takes it."""
        return {"state": self.state, "step": self.step, "done": self.done, "total": self.total, "sentence": self.sentence}


@dataclass(slots=True)
class Jobs:
    """The renders of a studio; used from the event loop only. `made` gives an episode's document after a render."""

    library: Library
    hub: Hub
    made: Callable[[str], Awaitable[dict[str, Any]]]
    standings: dict[str, Standing] = field(default_factory=dict)
    _waiting: list[str] = field(default_factory=list)
    _working: str | None = None
    _task: asyncio.Task[None] | None = None
    _pool: process.Pool | None = None
    _stopping: bool = False

    def of(self, identity: str) -> Standing:
        """Return how an episode's render stands."""
        return self.standings.setdefault(identity, Standing())

    def heat(self) -> None:
        """Start the worker and have it import what a render needs."""
        if self._pool is None:
            self._pool = process.pool(1)
            self._pool.submit(warm)

    def ask(self, identity: str) -> None:
        """Render an episode: now, after those that wait, or once more after the one at work."""
        if identity == self._working:
            self.of(identity).again = True
        elif identity not in self._waiting:
            self._waiting.append(identity)
            self.standings[identity] = Standing("running", "waiting")
            self.hub.tell(identity, "progress", {"step": "waiting", "done": 0, "total": 0})
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())

    async def stop(self, identity: str) -> None:
        """End an episode's render, with everything it started; a new worker warms up."""
        if identity in self._waiting:
            self._waiting.remove(identity)
            self._ended(identity, "idle", "stopped", {})
        elif identity == self._working:
            self.of(identity).again = False
            self._stopping = True
            await self._cool()

    async def close(self) -> None:
        """End the worker, and whatever it does."""
        self._waiting.clear()
        self._stopping = True
        await self._cool()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def left(self) -> process.Pool | None:
        """Hand over the worker, where there is one."""
        pool, self._pool = self._pool, None
        return pool

    async def _cool(self) -> None:
        pool = self.left()
        if pool is not None:
            await asyncio.to_thread(pool.end)

    async def _work(self) -> None:
        while self._waiting:
            identity = self._waiting.pop(0)
            self._working = identity
            try:
                await self._render(identity)
            finally:
                self._working = None
            if self.of(identity).again and not self._stopping:
                self.ask(identity)
            self._stopping = False

    async def _render(self, identity: str) -> None:
        path = self.library.paths().get(identity)
        if path is None:
            self._ended(identity, "failed", "failed", {"sentence": "The transcript is gone."})
            return
        self.standings[identity] = standing = Standing("running", "waiting")
        self.heat()
        assert self._pool is not None
        began = time.monotonic()
        project = self.library.project
        promise = self._pool.submit(run_job, Job(project.root, path, Order("render")))
        note = progress_note(project, path)
        while not promise.done():
            await asyncio.sleep(_LOOK_S)
            seen: list[Any] = []
            with suppress(OSError, ValueError):
                seen = json.loads(note.read_text("utf-8"))
            if len(seen) == len(("step", "done", "total")) and seen != [standing.step, standing.done, standing.total]:
                standing.step, standing.done, standing.total = seen
                self.hub.tell(identity, "progress", {"step": standing.step, "done": standing.done, "total": standing.total})
        result = self._outcome(promise)
        again = standing.again
        if result is None:
            self._ended(identity, "idle", "stopped", {})
        elif result.state == "failed":
            self._ended(identity, "failed", "failed", {"sentence": result.sentence})
        else:
            seconds = round(time.monotonic() - began, 2)
            self.standings[identity] = Standing()
            self.hub.tell(identity, "made", {"seconds": seconds, "document": await self.made(identity)})
        self.of(identity).again = again
        self.heat()

    def _outcome(self, promise: Promise[Result]) -> Result | None:
        """Return what came of a render; None where it was stopped."""
        from pipeline.batch import Result

        if promise.cancelled() or self._stopping:
            return None
        try:
            return promise.result()
        except (BrokenExecutor, SystemExit):  # a worker that is told to end hands its exit on as what its work raised
            self._pool = None
            return Result("", "failed", sentence="The render's process ended in the middle of its work. Look at the machine's memory.")

    def _ended(self, identity: str, state: State, event: str, value: dict[str, Any]) -> None:
        self.standings[identity] = Standing(state, sentence=value.get("sentence", ""))
        self.hub.tell(identity, event, value)
