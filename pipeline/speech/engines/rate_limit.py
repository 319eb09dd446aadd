"""Manners towards a service, kept by everybody who uses the same cache: how many requests at once, and when to wait.

Threads, episodes of a batch and other processes meet in one folder: a lock file for each request allowed, and a file that says until
when nobody asks.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.atomic import publish_bytes
from pipeline.errors import EnvironmentFault
from pipeline.lock import hold_lock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_MAX_BACK_OFF_S = 120.0
_POLL_INTERVAL_S = 0.05


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """The traffic with one service, at most `at_once` requests; equal folders share it."""

    folder: Path
    max_concurrent: int = 3

    def back_off(self, seconds: float) -> None:
        """Let nobody ask for a time (a longer rest already called stays). Raises EnvironmentFault."""
        until = time.time() + min(max(0.0, seconds), _MAX_BACK_OFF_S)
        if until > self._back_off_end():
            publish_bytes(self._back_off_file, f"{until:.3f}".encode())

    def remaining_back_off(self) -> float:
        """Return how many seconds are left of a rest; 0 where there is none. A clock set back shortens it."""
        return min(max(0.0, self._back_off_end() - time.time()), _MAX_BACK_OFF_S)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for the end of a rest and for one of the requests allowed at once, and hold it. Raises EnvironmentFault."""
        with ExitStack() as held_slots:
            # others, in other processes, may prolong the rest or hold the places: looking is all there is
            while (left := self.remaining_back_off()) > 0 or not any(  # noqa: ASYNC110
                self._try_acquire(place, held_slots) for place in range(self.max_concurrent)
            ):
                await asyncio.sleep(left or _POLL_INTERVAL_S)
            yield

    def _try_acquire(self, slot_number: int, held_slots: ExitStack) -> bool:
        """Take a place if it is free; the system frees it however its holder ends."""
        try:
            held_slots.enter_context(
                hold_lock(self.folder / f"place-{slot_number}", "this request")
            )
        except EnvironmentFault as fault:
            if (
                fault.where is not None
            ):  # it is not that another has it: the folder cannot be written
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
