"""Rate limit of an online service, shared by everybody who uses the same cache.

Threads, episodes of a batch and other processes meet in one folder: it holds a lock file for each
request that is allowed at the same time, and a file that says until when nobody sends requests.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.atomic import publish_bytes
from pipeline.backoff import MAX_PAUSE_S
from pipeline.errors import EnvironmentFault
from pipeline.lock import hold_lock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pipeline.cache import Store

_POLL_INTERVAL_S = 0.05


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """At most `max_concurrent` requests at a time; equal folders share the limit."""

    folder: Path
    max_concurrent: int = 3

    def back_off(self, seconds: float) -> None:
        """Let nobody send requests for some seconds; a longer back-off that is under way stays.

        Raises EnvironmentFault if the folder cannot be written.
        """
        until = time.time() + min(max(0.0, seconds), MAX_PAUSE_S)
        if until > self._back_off_end():
            publish_bytes(self._back_off_file, f"{until:.3f}".encode())

    def remaining_back_off(self) -> float:
        """Return the seconds left of a back-off, 0 if there is none.

        A clock that was set back shortens it.
        """
        return min(max(0.0, self._back_off_end() - time.time()), MAX_PAUSE_S)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for the end of a back-off and for a free slot, and hold the slot.

        Raises EnvironmentFault if the folder cannot be written.
        """
        with ExitStack() as held_slots:
            # other processes may extend the back-off or hold the slots, so this must poll
            while (seconds_left := self.remaining_back_off()) > 0 or not any(  # noqa: ASYNC110
                self._try_acquire(number, held_slots) for number in range(self.max_concurrent)
            ):
                await asyncio.sleep(seconds_left or _POLL_INTERVAL_S)
            yield

    def _try_acquire(self, slot_number: int, held_slots: ExitStack) -> bool:
        """Take a slot if it is free; the system frees it however its holder ends."""
        try:
            held_slots.enter_context(
                hold_lock(self.folder / f"place-{slot_number}", "this request")
            )
        except EnvironmentFault as fault:
            if fault.where is not None:  # the slot is not taken: the folder cannot be written
                raise
            return False
        return True

    @property
    def _back_off_file(self) -> Path:
        return self.folder / "rest"

    def _back_off_end(self) -> float:
        with suppress(OSError, ValueError):
            return float(self._back_off_file.read_text("ascii"))
        return 0.0


def rate_limiter_for(store: Store, service: str, max_concurrent: int) -> RateLimiter:
    """Return the rate limiter of a service; all who use the cache share it."""
    return RateLimiter(store.root / "traffic" / service, max_concurrent)
