"""Server-sent events: who listens to which episode, and what they are told."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_MAX_QUEUED_EVENTS = 500
"""Events kept for a page that does not read them; it is then let go, and asks for the document when it comes back."""

_KEEPALIVE_S = 10.0
_QUEUE_POLL_S = 0.25


@dataclass(slots=True)
class EventHub:
    """The listeners of each episode; used from the event loop only."""

    _listeners: dict[str, set[asyncio.Queue[str]]] = field(default_factory=dict)

    def publish(self, identity: str, event: str, value: dict[str, Any]) -> None:
        """Tell all who listen to an episode."""
        text = format_event(event, value)
        for queue in tuple(self._listeners.get(identity, ())):
            if queue.qsize() >= _MAX_QUEUED_EVENTS:
                self._listeners[identity].discard(queue)
            else:
                queue.put_nowait(text)

    def listened_episodes(self) -> list[str]:
        """Return the episodes somebody listens to."""
        return [identity for identity, ears in self._listeners.items() if ears]

    async def stream(
        self, identity: str, is_closing: Callable[[], bool], opening_events: str = ""
    ) -> AsyncIterator[str]:
        """Yield `first`, an episode's events from now on, and now and then a sign of life, until the page or the server goes."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        queues = self._listeners.setdefault(identity, set())
        queues.add(queue)
        quiet_s = 0.0
        try:
            yield f": listening\n\n{opening_events}"
            while not is_closing() and queue in queues:
                event_text = await _next_event(queue)
                quiet_s = 0.0 if event_text else quiet_s + _QUEUE_POLL_S
                if quiet_s >= _KEEPALIVE_S:
                    event_text, quiet_s = ": still here\n\n", 0.0
                if event_text:
                    yield event_text
        finally:
            queues.discard(queue)


async def _next_event(queue: asyncio.Queue[str]) -> str:
    """Return what is told within a moment, or nothing."""
    try:
        return await asyncio.wait_for(queue.get(), _QUEUE_POLL_S)
    except asyncio.TimeoutError:
        return ""


def format_event(event: str, value: dict[str, Any]) -> str:
    """Return one event as it goes over the wire; JSON has no line ends of its own."""
    return (
        f"event: {event}\ndata: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n\n"
    )
