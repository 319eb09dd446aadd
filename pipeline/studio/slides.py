"""The slides of the episodes that are open: planned beside the server, told when they are known, moved."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from pipeline.errors import EpisodeError, InputError
from pipeline.studio import aside, strip
from pipeline.studio.desk import ChangedElsewhere
from pipeline.studio.document import chapters
from pipeline.studio.moved import moved
from pipeline.studio.said import refused

if TYPE_CHECKING:
    from pipeline.studio.aside import Plan
    from pipeline.studio.asked import Slide
    from pipeline.studio.desk import Desk, Done
    from pipeline.studio.hub import Hub
    from pipeline.studio.library import Library
    from pipeline.studio.said import Said
    from pipeline.studio.side import Side
    from pipeline.studio.view import View


_MOST_PLANS = 50
"""Plans in a row for somebody who types on and on; the next edit asks again."""


@dataclass(slots=True)
class Slides:
    """Plans by episode; used from the event loop only."""

    library: Library
    hub: Hub
    side: Side
    plans: dict[str, Plan] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def strip(self, identity: str, view: View) -> list[dict[str, Any]]:
        """Return an episode's slides as far as they are known: of this very text, or of one with the same rows before it."""
        plan = self.plans.get(identity)
        if plan is None:
            return []
        try:
            changes = strip.changes_of(view.reading, view.timeline, plan.deck)
        except (KeyError, InputError):
            return []  # a slide was named that the deck does not have yet
        return strip.in_json(changes, identity, plan.thumbs, view.timeline.fps)

    def wish(self, identity: str, desk: Desk) -> None:
        """See to it that an episode's slides are known soon, and told where they are not what was shown before."""
        plan = self.plans.get(identity)
        if (plan is not None and plan.version == desk.version) or identity in self._tasks:
            return
        task = asyncio.create_task(self._plan(identity, desk))
        self._tasks[identity] = task
        task.add_done_callback(lambda _: self._tasks.pop(identity, None))

    async def known(self, identity: str, desk: Desk) -> Plan:
        """Return the plan of an episode as its files are now. Raises EpisodeError."""
        plan = self.plans.get(identity)
        if plan is None or plan.version != desk.version:
            plan = self.plans[identity] = await self.side.run(aside.plan, self.library.project.root, desk.path)
        return plan

    async def move(self, identity: str, desk: Desk, base: str, edit: Slide) -> tuple[Done, Said | None]:
        """Make an edit of slides. Raises as `Desk.edit` does."""
        await run_in_threadpool(desk.look)
        if desk.version != base:
            raise ChangedElsewhere
        plan = await self.known(identity, desk)
        said: list[Said | None] = [None]

        def make(view: View) -> tuple[Any, Said]:
            try:
                changes = strip.changes_of(view.reading, view.timeline, plan.deck)
            except (KeyError, InputError) as fault:
                raise refused(InputError(str(fault))) from fault
            after, label, said[0] = moved(view.reading, changes, view.chapters, edit.index, edit.row)
            return after, label

        done, notice = await run_in_threadpool(desk.change, base, make)
        await self.known(identity, desk)
        return done, said[0] or notice

    async def _plan(self, identity: str, desk: Desk) -> None:
        """Plan until the plan is of the texts as they are; tell what it changes."""
        for _ in range(_MOST_PLANS):
            try:
                plan = await self.known(identity, desk)
            except EpisodeError as fault:
                self.faults[identity] = str(fault)
                return
            self.faults.pop(identity, None)
            if plan.version == desk.version:
                break
        patch = await run_in_threadpool(desk.found, plan.found, plan.lacking)
        self.hub.tell(identity, "slides", await run_in_threadpool(self.told, identity, desk) | {"patch": patch.json if patch else None})

    def told(self, identity: str, desk: Desk) -> dict[str, Any]:
        """Return what the page is told of an episode's slides. Raises EpisodeError."""
        view = desk.look()
        return {"slides": self.strip(identity, view), "chapters": chapters(view), "patch": None}
