"""Plan the slides of open episodes in the background, publish the plans, and move slides."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from pipeline.errors import EpisodeError, InputError
from pipeline.studio.editing import slide_changes
from pipeline.studio.editing.move_slide import move_slide
from pipeline.studio.localization import refusal_for
from pipeline.studio.server.document import chapters_json, slide_strip_json
from pipeline.studio.session import VersionConflict
from pipeline.studio.worker import background_tasks

if TYPE_CHECKING:
    from pipeline.messages import Message
    from pipeline.studio.editing.commands import MoveSlide
    from pipeline.studio.server.events import EventHub
    from pipeline.studio.server.library import EpisodeLibrary
    from pipeline.studio.session import EditResult, EditSession
    from pipeline.studio.view.episode_view import EpisodeView
    from pipeline.studio.worker.background_tasks import SlidePlan
    from pipeline.studio.worker.worker_process import WorkerProcess

_MAX_PLANS = 50
"""Consecutive plans for somebody who keeps typing; the next edit requests another one."""


@dataclass(slots=True)
class SlidePlanner:
    """Slide plans by episode. Use it only in the event loop."""

    library: EpisodeLibrary
    events: EventHub
    worker: WorkerProcess
    plans: dict[str, SlidePlan] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def strip_json(self, identity: str, view: EpisodeView) -> list[dict[str, Any]]:
        """Return an episode's slides by its latest plan; none where that does not fit the text."""
        plan = self.plans.get(identity)
        if plan is None:
            return []
        try:
            changes = slide_changes.list_slide_changes(view.source, view.timeline, plan.deck)
        except (KeyError, InputError):
            return []  # the text names a slide that the deck does not have yet
        return slide_strip_json(changes, identity, plan.thumbnail_keys, view.timeline.fps)

    def request_plan(self, identity: str, session: EditSession) -> None:
        """Start planning an episode's slides, unless the plan is current or already being made."""
        plan = self.plans.get(identity)
        if (plan is not None and plan.version == session.version) or identity in self._tasks:
            return
        task = asyncio.create_task(self._plan_until_current(identity, session))
        self._tasks[identity] = task
        task.add_done_callback(lambda _: self._tasks.pop(identity, None))

    async def current_plan(self, identity: str, session: EditSession) -> SlidePlan:
        """Return the plan of an episode for its current files. Raises EpisodeError."""
        plan = self.plans.get(identity)
        if plan is None or plan.version != session.version:
            plan = self.plans[identity] = await self.worker.run(
                background_tasks.plan_slides, self.library.project.root, session.transcript_path
            )
        return plan

    async def move(
        self, identity: str, session: EditSession, base: str, edit: MoveSlide
    ) -> tuple[EditResult, Message | None]:
        """Move a slide. Raises as `EditSession.edit` does."""
        await run_in_threadpool(session.current_view)
        if session.version != base:
            raise VersionConflict
        plan = await self.current_plan(identity, session)
        move_notice: list[Message | None] = [None]

        def transform(view: EpisodeView) -> tuple[Any, Message]:
            try:
                changes = slide_changes.list_slide_changes(view.source, view.timeline, plan.deck)
            except InputError as fault:
                raise refusal_for(fault) from fault
            except KeyError as fault:  # the plan is of an older text
                raise VersionConflict from fault
            after, label, move_notice[0] = move_slide(
                view.source, changes, view.chapters, edit.index, edit.row
            )
            return after, label

        result, notice = await run_in_threadpool(session.change, base, transform)
        await self.current_plan(identity, session)
        return result, move_notice[0] or notice

    async def _plan_until_current(self, identity: str, session: EditSession) -> None:
        """Plan until the plan matches the current texts, then publish its changes."""
        for _ in range(_MAX_PLANS):
            try:
                plan = await self.current_plan(identity, session)
            except EpisodeError:
                return
            if plan.version == session.version:
                break
        patch = await run_in_threadpool(
            session.accept_detected, plan.detected_chapters, plan.missing_glyphs
        )
        self.events.publish(
            identity,
            "slides",
            await run_in_threadpool(self.slides_event, identity, session)
            | {"patch": patch.json if patch else None},
        )

    def slides_event(self, identity: str, session: EditSession) -> dict[str, Any]:
        """Return the event about an episode's slides. Raises EpisodeError."""
        view = session.current_view()
        return {
            "slides": self.strip_json(identity, view),
            "chapters": chapters_json(view),
            "patch": None,
        }
