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
from pipeline.speech.engines.base import RequestStats

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pipeline.speech.engines.base import DeliverResult, SynthesisRequest, SynthesisResult
    from pipeline.speech.engines.rate_limit import RateLimiter


class BrokenAnswer(Exception):
    """The answer was not right; `speech` is what there was of it, where that may still be of use."""

    def __init__(self, reason: str, partial_result: SynthesisResult | None = None) -> None:
        """Keep both."""
        super().__init__(reason)
        self.partial_result = partial_result


class ServiceBusy(Exception):
    """The service wants fewer requests; `after` is for how many seconds, where it said so."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        """Keep both."""
        super().__init__(reason)
        self.retry_after = retry_after


class ServiceUnreachable(Exception):
    """There is no connection to the service."""


class TextRefused(Exception):
    """The service will not speak this text, however often it is asked."""


class AccessRefused(Exception):
    """The service refuses us; `todo` says what may help."""

    def __init__(self, reason: str, todo: str) -> None:
        """Keep both."""
        super().__init__(reason)
        self.todo = todo


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to wait, in seconds, and how often to try: `first_s` for the first message, `idle_s` between two, `total_s` in all."""

    connect_timeout_s: float = 10.0
    first_message_timeout_s: float = 15.0
    idle_timeout_s: float = 10.0
    total_timeout_s: float = 90.0
    max_tries: int = 5
    retry_pause_s: float = 0.5
    busy_pause_s: float = 4.0


def request_all(
    requests: Sequence[SynthesisRequest],
    request_once: Callable[[SynthesisRequest], Awaitable[SynthesisResult]],
    deliver: DeliverResult,
    limiter: RateLimiter,
    policy: RetryPolicy,
    service: str,
) -> RequestStats:
    """Put every ask to `once`, several at a time, and deliver what comes of each.

    Raises ServiceRefused where the service forbids us, and ServiceError where it is down; what was delivered until then stays.
    """
    return (
        asyncio.run(_RequestRound(request_once, deliver, limiter, policy, service).run(requests))
        if requests
        else RequestStats()
    )


class _RequestRound:
    """One call of `answer_all` at work."""

    def __init__(
        self,
        request_once: Callable[[SynthesisRequest], Awaitable[SynthesisResult]],
        deliver: DeliverResult,
        limiter: RateLimiter,
        policy: RetryPolicy,
        service: str,
    ) -> None:
        self._request_once = request_once
        self._deliver = deliver
        self._limiter = limiter
        self._policy = policy
        self._service = service
        self._request_count = 0
        self._retry_count = 0

    async def run(self, requests: Sequence[SynthesisRequest]) -> RequestStats:
        queue = iter(enumerate(requests))

        async def work() -> None:
            for index, ask in queue:
                self._deliver(index, await self._request_with_retries(ask))

        workers = [
            asyncio.ensure_future(work())
            for _ in range(min(self._limiter.max_concurrent, len(requests)))
        ]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        return RequestStats(self._request_count, self._retry_count)

    async def _request_with_retries(
        self, request: SynthesisRequest
    ) -> SynthesisResult | ServiceError:
        """Try until it is right or useless. Raises ServiceError where the service is down."""
        best_result: SynthesisResult | None = None
        for attempt in range(self._policy.max_tries):
            is_last_try = attempt == self._policy.max_tries - 1
            try:
                async with self._limiter.slot():
                    self._request_count += 1
                    self._retry_count += attempt > 0
                    return await self._request_once(request)
            except BrokenAnswer as fault:
                # the same gap twice is no accident of the line: whoever cuts the speech decides what can be used of it
                if fault.partial_result is not None and (best_result is not None or is_last_try):
                    return fault.partial_result
                best_result = fault.partial_result or best_result
                reason = str(fault)
                pause = self._policy.retry_pause_s * attempt
            except ServiceBusy as fault:
                if is_last_try:
                    raise ServiceError(
                        f"{self._service} {fault}, again and again.",
                        "Wait some minutes and run again.",
                    ) from fault
                reason = str(fault)
                self._limiter.back_off(
                    fault.retry_after
                    if fault.retry_after is not None
                    else self._policy.busy_pause_s * 2**attempt * _jitter_factor()
                )
                pause = 0.0
            except ServiceUnreachable as fault:
                if is_last_try:
                    raise ServiceError(
                        f"{self._service} {fault}.", "Look at the network and run again."
                    ) from fault
                reason = str(fault)
                pause = self._policy.retry_pause_s * 2**attempt
            except TextRefused as fault:
                return ServiceRefused(f"{self._service} {fault}.", "Change the row.")
            except AccessRefused as fault:
                raise ServiceRefused(f"{self._service} {fault}.", fault.todo) from fault
            await asyncio.sleep(pause * _jitter_factor())
        return best_result or ServiceError(
            f"{self._service} gave no whole answer in {self._policy.max_tries} tries: {reason}.",
            "Run again.",
        )


def _jitter_factor() -> float:
    """Spread requests that failed together."""
    return random.uniform(0.5, 1.5)  # noqa: S311 - no secret
