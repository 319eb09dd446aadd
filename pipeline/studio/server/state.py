"""The state of the running server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from pipeline.studio.server.document import episode_document
from pipeline.studio.server.events import EventHub
from pipeline.studio.server.pages import load_templates
from pipeline.studio.server.render_queue import RenderQueue
from pipeline.studio.server.slide_planner import SlidePlanner
from pipeline.studio.worker.worker_process import WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

    from pipeline.studio.server.library import EpisodeLibrary
    from pipeline.studio.session import EditSession


@dataclass(slots=True)
class Studio:
    """A running studio: its episodes, listeners and renders.

    `is_closing` tells whether the server is about to end.
    """

    library: EpisodeLibrary
    is_closing: Callable[[], bool]
    events: EventHub = field(default_factory=EventHub)
    templates: Environment = field(default_factory=load_templates)
    worker: WorkerProcess = field(default_factory=WorkerProcess)
    render_queue: RenderQueue = field(init=False)
    slide_planner: SlidePlanner = field(init=False)

    def __post_init__(self) -> None:
        """Connect the parts that depend on each other."""
        self.render_queue = RenderQueue(self.library, self.events, self.document_after_render)
        self.slide_planner = SlidePlanner(self.library, self.events, self.worker)

    def end_workers(self) -> None:
        """Stop the remaining workers after the last response."""
        for pool in (self.render_queue.detach_pool(), self.worker.detach_pool()):
            if pool is not None:
                pool.stop_workers()

    async def build_document(self, identity: str, session: EditSession) -> dict[str, Any]:
        """Return an episode's document. Raises EpisodeError where its files are invalid."""
        job = self.render_queue.status(identity).json
        document_json = await run_in_threadpool(self._build_document, identity, session, job)
        self.slide_planner.request_plan(identity, session)
        return document_json

    def _build_document(
        self, identity: str, session: EditSession, job: dict[str, Any]
    ) -> dict[str, Any]:
        with session.lock:
            view = session.current_view()
            return episode_document(
                session, identity, view, self.slide_planner.strip_json(identity, view), job
            )

    async def document_after_render(self, identity: str) -> dict[str, Any]:
        """Return an episode's document with the times of the render that has just ended."""
        session = self.library.session_of(identity)
        if session is None:
            return {}
        await run_in_threadpool(session.reload_build_times)
        return await self.build_document(identity, session)
