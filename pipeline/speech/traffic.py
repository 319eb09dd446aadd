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

from pipeline.errors import EnvironmentFault
from pipeline.lock import held
from pipeline.store import publish_bytes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_LONGEST_REST_S = 120.0
_LOOK_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Traffic:
    """The traffic with one service, at most `at_once` requests; equal folders share it."""

    folder: Path
    at_once: int = 3

    def rest(self, seconds: float) -> None:
        """Let nobody ask for a time (a longer rest already called stays). Raises EnvironmentFault."""
        until = time.time() + min(max(0.0, seconds), _LONGEST_REST_S)
        if until > self._until():
            publish_bytes(self._file, f"{until:.3f}".encode())

    def resting(self) -> float:
        """Return how many seconds are left of a rest; 0 where there is none. A clock set back shortens it."""
        return min(max(0.0, self._until() - time.time()), _LONGEST_REST_S)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for the end of a rest and for one of the requests allowed at once, and hold it. Raises EnvironmentFault."""
        with ExitStack() as holding:
            # others, in other processes, may prolong the rest or hold the places: looking is all there is
            while (left := self.resting()) > 0 or not any(self._taken(place, holding) for place in range(self.at_once)):  # noqa: ASYNC110
                await asyncio.sleep(left or _LOOK_AGAIN_S)
            yield

    def _taken(self, place: int, holding: ExitStack) -> bool:
        """Take a place if it is free; the system frees it however its holder ends."""
        try:
            holding.enter_context(held(self.folder / f"place-{place}", "this request"))
        except EnvironmentFault as fault:
            if fault.where is not None:  # it is not that another has it: the folder cannot be written
                raise
            return False
        return True

    @property
    def _file(self) -> Path:
        return self.folder / "rest"

    def _until(self) -> float:
        with suppress(OSError, ValueError):
            return float(self._file.read_text("ascii"))
        return 0.0
