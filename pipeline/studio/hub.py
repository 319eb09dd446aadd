"""Server-sent events: who listens to which episode, and what they are told."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_MOST_WAITING = 500
"""Events kept for a page that does not read them; it is then let go, and asks for the document when it comes back."""

_QUIET_S = 10.0
_LOOK_S = 0.25


@dataclass(slots=True)
class Hub:
    """The listeners of each episode; used from the event loop only."""

    _ears: dict[str, set[asyncio.Queue[str]]] = field(default_factory=dict)

    def tell(self, identity: str, event: str, value: dict[str, Any]) -> None:
        """Tell all who listen to an episode."""
        text = framed(event, value)
        for ear in tuple(self._ears.get(identity, ())):
            if ear.qsize() >= _MOST_WAITING:
                self._ears[identity].discard(ear)
            else:
                ear.put_nowait(text)

    def listened(self) -> list[str]:
        """Return the episodes somebody listens to."""
        return [identity for identity, ears in self._ears.items() if ears]

    async def events(self, identity: str, closing: Callable[[], bool], first: str = "") -> AsyncIterator[str]:
        """Yield `first`, an episode's events from now on, and now and then a sign of life, until the page or the server goes."""
        ear: asyncio.Queue[str] = asyncio.Queue()
        ears = self._ears.setdefault(identity, set())
        ears.add(ear)
        quiet = 0.0
        try:
            yield f": listening\n\n{first}"
            while not closing() and ear in ears:
                heard = await _heard(ear)
                quiet = 0.0 if heard else quiet + _LOOK_S
                if quiet >= _QUIET_S:
                    heard, quiet = ": still here\n\n", 0.0
                if heard:
                    yield heard
        finally:
            ears.discard(ear)


async def _heard(ear: asyncio.Queue[str]) -> str:
    """Return what is told within a moment, or nothing."""
    try:
        return await asyncio.wait_for(ear.get(), _LOOK_S)
    except asyncio.TimeoutError:
        return ""


def framed(event: str, value: dict[str, Any]) -> str:
    """Return one event as it goes over the wire; JSON has no line ends of its own."""
    return f"event: {event}\ndata: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n\n"
