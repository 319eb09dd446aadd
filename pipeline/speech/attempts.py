"""Asks put to a service that fails in many ways: again where that helps, later where it is busy, and never for ever.

A way to fail     what follows
Broken            the same ask again, at once or nearly, a few times; then it alone counts as failed
Busy              everybody rests for a while, longer each time, then again; in the end the service counts as down
Unreachable       again with growing pauses, since a network blinks; in the end the service counts as down
Unwilling         this ask counts as failed and is not repeated; others go on
Forbidden         nothing is asked any more
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import ServiceError, ServiceRefused
from pipeline.speech.engine import Spent

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pipeline.speech.engine import Ask, Deliver, Speech
    from pipeline.speech.traffic import Traffic


class Broken(Exception):
    """The answer was not right; `speech` is what there was of it, where that may still be of use."""

    def __init__(self, what: str, speech: Speech | None = None) -> None:
        """Keep both."""
        super().__init__(what)
        self.speech = speech


class Busy(Exception):
    """The service wants fewer requests; `after` is for how many seconds, where it said so."""

    def __init__(self, what: str, after: float | None = None) -> None:
        """Keep both."""
        super().__init__(what)
        self.after = after


class Unreachable(Exception):
    """There is no connection to the service."""


class Unwilling(Exception):
    """The service will not speak this text, however often it is asked."""


class Forbidden(Exception):
    """The service refuses us; `todo` says what may help."""

    def __init__(self, what: str, todo: str) -> None:
        """Keep both."""
        super().__init__(what)
        self.todo = todo


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and how often to try: `first_s` for the first message, `idle_s` between two, `total_s` in all."""

    connect_s: float = 10.0
    first_s: float = 15.0
    idle_s: float = 10.0
    total_s: float = 90.0
    tries: int = 5
    pause_s: float = 0.5
    rest_s: float = 4.0


def answer_all(
    asks: Sequence[Ask],
    once: Callable[[Ask], Awaitable[Speech]],
    deliver: Deliver,
    traffic: Traffic,
    patience: Patience,
    service: str,
) -> Spent:
    """Put every ask to `once`, several at a time, and deliver what comes of each.

    Raises ServiceRefused where the service forbids us, and ServiceError where it is down; what was delivered until then stays.
    """
    return asyncio.run(_Round(once, deliver, traffic, patience, service).run(asks)) if asks else Spent()


class _Round:
    """One call of `answer_all` at work."""

    def __init__(
        self, once: Callable[[Ask], Awaitable[Speech]], deliver: Deliver, traffic: Traffic, patience: Patience, service: str
    ) -> None:
        self._once = once
        self._deliver = deliver
        self._traffic = traffic
        self._patience = patience
        self._service = service
        self._requests = 0
        self._retries = 0

    async def run(self, asks: Sequence[Ask]) -> Spent:
        queue = iter(enumerate(asks))

        async def work() -> None:
            for index, ask in queue:
                self._deliver(index, await self._answered(ask))

        workers = [asyncio.ensure_future(work()) for _ in range(min(self._traffic.at_once, len(asks)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        return Spent(self._requests, self._retries)

    async def _answered(self, ask: Ask) -> Speech | ServiceError:
        """Try until it is right or useless. Raises ServiceError where the service is down."""
        best: Speech | None = None
        for attempt in range(self._patience.tries):
            last = attempt == self._patience.tries - 1
            try:
                async with self._traffic.slot():
                    self._requests += 1
                    self._retries += attempt > 0
                    return await self._once(ask)
            except Broken as fault:
                # the same gap twice is no accident of the line: whoever cuts the speech decides what can be used of it
                if fault.speech is not None and (best is not None or last):
                    return fault.speech
                best = fault.speech or best
                what = str(fault)
                pause = self._patience.pause_s * attempt
            except Busy as fault:
                if last:
                    raise ServiceError(f"{self._service} {fault}, again and again.", "Wait some minutes and run again.") from fault
                what = str(fault)
                self._traffic.rest(fault.after if fault.after is not None else self._patience.rest_s * 2**attempt * _jitter())
                pause = 0.0
            except Unreachable as fault:
                if last:
                    raise ServiceError(f"{self._service} {fault}.", "Look at the network and run again.") from fault
                what = str(fault)
                pause = self._patience.pause_s * 2**attempt
            except Unwilling as fault:
                return ServiceRefused(f"{self._service} {fault}.", "Change the row.")
            except Forbidden as fault:
                raise ServiceRefused(f"{self._service} {fault}.", fault.todo) from fault
            await asyncio.sleep(pause * _jitter())
        return best or ServiceError(f"{self._service} gave no whole answer in {self._patience.tries} tries: {what}.", "Run again.")


def _jitter() -> float:
    """Spread requests that failed together."""
    return random.uniform(0.5, 1.5)  # noqa: S311 - no secret
