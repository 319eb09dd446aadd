"""Server-sent events: the listeners of each episode and what is sent to them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_MAX_QUEUED_EVENTS = 500
"""Events queued for a page that does not read them.

After that the page is disconnected; it loads the document again when it reconnects.
"""

_KEEPALIVE_S = 10.0
_QUEUE_POLL_S = 0.25


@dataclass(slots=True)
class EventHub:
    """The listeners of each episode. Use it only in the event loop."""

    _listeners: dict[str, set[asyncio.Queue[str]]] = field(default_factory=dict)

    def publish(self, identity: str, event: str, value: dict[str, Any]) -> None:
        """Send an event to all listeners of an episode."""
        text = format_event(event, value)
        for queue in tuple(self._listeners.get(identity, ())):
            if queue.qsize() >= _MAX_QUEUED_EVENTS:
                self._listeners[identity].discard(queue)
            else:
                queue.put_nowait(text)

    def listened_episodes(self) -> list[str]:
        """Return the ids of episodes with listeners."""
        return [identity for identity, ears in self._listeners.items() if ears]

    async def stream(
        self, identity: str, is_closing: Callable[[], bool], opening_events: str = ""
    ) -> AsyncIterator[str]:
        """Yield the opening events, then an episode's events until the page or the server closes.

        A comment is sent now and then to keep the connection alive.
        """
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
    """Return the next event, or "" where none comes within the poll interval."""
    try:
        return await asyncio.wait_for(queue.get(), _QUEUE_POLL_S)
    except asyncio.TimeoutError:
        return ""


def format_event(event: str, value: dict[str, Any]) -> str:
    """Return one event as it is sent; JSON text has no line breaks."""
    return (
        f"event: {event}\ndata: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n\n"
    )
