"""Render episodes one at a time, in a process that has its modules loaded in advance."""

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
from pipeline.batch.runner import EpisodeJob, progress_file, run_job
from pipeline.messages import message
from pipeline.run import BuildRequest
from pipeline.studio.localization import localized
from pipeline.studio.worker.preload import import_render_modules

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pipeline.batch.result import EpisodeResult
    from pipeline.studio.server.events import EventHub
    from pipeline.studio.server.library import EpisodeLibrary

_PROGRESS_POLL_S = 0.1
RenderState = Literal["idle", "running", "failed"]


@dataclass(slots=True)
class RenderStatus:
    """The state of an episode's render.

    `render_again` is set where another render was requested during the running one.
    """

    state: RenderState = "idle"
    step: str = ""
    done: int = 0
    total: int = 0
    sentence: str = ""
    render_again: bool = False

    @property
    def json(self) -> dict[str, Any]:
        """The state as JSON for the page."""
        return {
            "state": self.state,
            "step": self.step,
            "done": self.done,
            "total": self.total,
            "sentence": localized(self.sentence) if self.sentence else "",
        }


@dataclass(slots=True)
class RenderQueue:
    """The renders of a studio. Use it only in the event loop.

    `document_after_render` returns an episode's document after a render.
    """

    library: EpisodeLibrary
    events: EventHub
    document_after_render: Callable[[str], Awaitable[dict[str, Any]]]
    statuses: dict[str, RenderStatus] = field(default_factory=dict)
    _queued: list[str] = field(default_factory=list)
    _rendering: str | None = None
    _task: asyncio.Task[None] | None = None
    _pool: process.WorkerPool | None = None
    _stopping: bool = False

    def status(self, identity: str) -> RenderStatus:
        """Return the state of an episode's render."""
        return self.statuses.setdefault(identity, RenderStatus())

    def start_worker(self) -> None:
        """Start the worker and import the modules that a render needs."""
        if self._pool is None:
            self._pool = process.worker_pool(1)
            self._pool.submit(import_render_modules)

    def enqueue(self, identity: str) -> None:
        """Render an episode as soon as possible, or once more after the running render."""
        if identity == self._rendering:
            self.status(identity).render_again = True
        elif identity not in self._queued:
            self._queued.append(identity)
            self.statuses[identity] = RenderStatus("running", "waiting")
            self.events.publish(identity, "progress", {"step": "waiting", "done": 0, "total": 0})
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._render_queued())

    async def stop(self, identity: str) -> None:
        """Stop an episode's render and all its processes; a new worker is started."""
        if identity in self._queued:
            self._queued.remove(identity)
            self._finish(identity, "idle", "stopped")
        elif identity == self._rendering:
            self.status(identity).render_again = False
            self._stopping = True
            await self._end_pool()

    async def close(self) -> None:
        """Stop the worker."""
        self._queued.clear()
        self._stopping = True
        await self._end_pool()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def detach_pool(self) -> process.WorkerPool | None:
        """Return the worker, or None, and forget it."""
        pool, self._pool = self._pool, None
        return pool

    async def _end_pool(self) -> None:
        pool = self.detach_pool()
        if pool is not None:
            await asyncio.to_thread(pool.stop_workers)

    async def _render_queued(self) -> None:
        while self._queued:
            identity = self._queued.pop(0)
            self._rendering = identity
            try:
                await self._render(identity)
            finally:
                self._rendering = None
            if self.status(identity).render_again and not self._stopping:
                self.enqueue(identity)
            self._stopping = False

    async def _render(self, identity: str) -> None:
        path = self.library.transcript_paths().get(identity)
        if path is None:
            self._finish(identity, "failed", "failed", message("studio.render_transcript_missing"))
            return
        self.statuses[identity] = status = RenderStatus("running", "waiting")
        self.start_worker()
        assert self._pool is not None
        started_at = time.monotonic()
        project = self.library.project
        future = self._pool.submit(run_job, EpisodeJob(project.root, path, BuildRequest("render")))
        progress_path = progress_file(project, path)
        while not future.done():
            await asyncio.sleep(_PROGRESS_POLL_S)
            progress: list[Any] = []
            with suppress(OSError, ValueError):
                progress = json.loads(progress_path.read_text("utf-8"))
            if len(progress) == len(("step", "done", "total")) and progress != [
                status.step,
                status.done,
                status.total,
            ]:
                status.step, status.done, status.total = progress
                self.events.publish(
                    identity,
                    "progress",
                    {"step": status.step, "done": status.done, "total": status.total},
                )
        result = self._render_result(future)
        render_again = status.render_again
        if result is None:
            self._finish(identity, "idle", "stopped")
        elif result.state == "failed":
            self._finish(identity, "failed", "failed", result.failure)
        else:
            seconds = round(time.monotonic() - started_at, 2)
            self.statuses[identity] = RenderStatus()
            self.events.publish(
                identity,
                "made",
                {"seconds": seconds, "document": await self.document_after_render(identity)},
            )
        self.status(identity).render_again = render_again
        self.start_worker()

    def _render_result(self, future: Promise[EpisodeResult]) -> EpisodeResult | None:
        """Return the result of a render; None where it was stopped."""
        from pipeline.batch.result import EpisodeResult

        if future.cancelled() or self._stopping:
            return None
        try:
            return future.result()
        except (
            BrokenExecutor,
            SystemExit,
        ):  # a worker that is terminated passes SystemExit on as its task's error
            self._pool = None
            return EpisodeResult(
                "",
                "failed",
                failure=message("studio.render_worker_ended"),
            )

    def _finish(self, identity: str, state: RenderState, event: str, sentence: str = "") -> None:
        self.statuses[identity] = RenderStatus(state, sentence=sentence)
        self.events.publish(identity, event, {"sentence": localized(sentence)} if sentence else {})
