"""The worker process beside the server, started when it is first needed."""

from __future__ import annotations

import asyncio
from concurrent.futures import BrokenExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pipeline import process
from pipeline.errors import OutputFault
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable

TaskParams = ParamSpec("TaskParams")
TaskResult = TypeVar("TaskResult")


class WorkerProcess:
    """One worker for tasks that take longer than a response may. Use it only in the event loop."""

    def __init__(self) -> None:
        """Start no process yet."""
        self._pool: process.WorkerPool | None = None
        self._closed = False

    async def run(
        self,
        task: Callable[TaskParams, TaskResult],
        *args: TaskParams.args,
        **kwargs: TaskParams.kwargs,
    ) -> TaskResult:
        """Run a task in the worker, after all earlier ones, and return its result.

        Raises what the task raises, and OutputFault where the worker ends.
        """
        if self._closed:
            raise OutputFault(message("studio.closing"))
        if self._pool is None:
            self._pool = process.worker_pool(1)
        pool = self._pool
        try:
            return await asyncio.wrap_future(pool.submit(task, *args, **kwargs))
        except (
            BrokenExecutor,
            SystemExit,
        ) as fault:  # a worker that is terminated passes SystemExit on as its task's error
            if self._pool is pool:
                self._pool = None
            raise OutputFault(message("studio.worker_ended")) from fault

    def detach_pool(self) -> process.WorkerPool | None:
        """Return the worker, or None, and accept no more tasks."""
        self._closed = True
        pool, self._pool = self._pool, None
        return pool

    async def close(self) -> None:
        """Stop the worker."""
        pool = self.detach_pool()
        if pool is not None:
            await asyncio.to_thread(pool.stop_workers)
