"""Requests to an online service: what is tried again, when, and how often.

Failure             what follows
BrokenAnswer        the same request again, the first time at once; in the end it alone has failed
ServiceBusy         all requests pause, longer each time; in the end the service counts as down
ServiceUnreachable  again after growing pauses; in the end the service counts as down
TextRefused         this request has failed and is not repeated; the others go on
AccessRefused       nothing is requested any more

Each failure carries a complete sentence about what happened.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.backoff import BackOff
from pipeline.errors import ServiceError, ServiceRefused
from pipeline.messages import message
from pipeline.speech.engines.base import RequestStats

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pipeline.speech.engines.base import DeliverResult, SynthesisRequest, SynthesisResult
    from pipeline.speech.engines.rate_limit import RateLimiter


class RequestFailure(Exception):
    """A request failed; `reason` is the sentence that says how."""

    def __init__(self, reason: str) -> None:
        """Keep the sentence as it is: a catalogue message keeps its languages."""
        super().__init__(reason)
        self.reason = reason


class BrokenAnswer(RequestFailure):
    """The answer was incomplete or wrong; `partial_result` is what may still be of use of it."""

    def __init__(self, reason: str, partial_result: SynthesisResult | None = None) -> None:
        """Keep both."""
        super().__init__(reason)
        self.partial_result = partial_result


class ServiceBusy(RequestFailure):
    """The service wants fewer requests; `retry_after` is the pause in seconds it asked for."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        """Keep both."""
        super().__init__(reason)
        self.retry_after = retry_after


class ServiceUnreachable(RequestFailure):
    """There is no connection to the service."""


class TextRefused(RequestFailure):
    """The service will never speak this text."""


class AccessRefused(RequestFailure):
    """The service refuses us; `remedy` says what may help ("": that of the reason)."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        """Keep both."""
        super().__init__(reason)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Time limits in seconds, and how often to try.

    `first_message_timeout_s` is the limit for the first part of an answer, `idle_timeout_s` between
    two parts, `total_timeout_s` for the whole answer. `retry_pause_s` and `busy_pause_s` are the
    first pauses of the back-off after a failure and after a busy service.
    """

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
    """Put every request to `request_once`, several at a time, and deliver what becomes of each.

    `service` names the service in sentences. Raises ServiceRefused if the service refuses access,
    and ServiceError if it is down; results that were delivered until then stay delivered.
    """
    if not requests:
        return RequestStats()
    request_round = _RequestRound(request_once, deliver, limiter, policy, service)
    return asyncio.run(request_round.run(requests))


class _RequestRound:
    """One call of `request_all` at work."""

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
        self._retry_back_off = BackOff(policy.retry_pause_s)
        self._busy_back_off = BackOff(policy.busy_pause_s)
        self._request_count = 0
        self._retry_count = 0

    async def run(self, requests: Sequence[SynthesisRequest]) -> RequestStats:
        queue = iter(enumerate(requests))

        async def work() -> None:
            for index, request in queue:
                self._deliver(index, await self._request_with_retries(request))

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
        """Try until the answer is right or more tries are useless.

        Raises ServiceError if the service is down.
        """
        best_result: SynthesisResult | None = None
        reason = ""
        for attempt in range(self._policy.max_tries):
            is_last_try = attempt == self._policy.max_tries - 1
            pause = 0.0
            try:
                async with self._limiter.slot():
                    self._request_count += 1
                    self._retry_count += attempt > 0
                    return await self._request_once(request)
            except BrokenAnswer as fault:
                # the same gap twice is no accident of the connection: the caller, who splits the
                # speech into rows, decides what of it can be used
                if fault.partial_result is not None and (best_result is not None or is_last_try):
                    return fault.partial_result
                best_result = fault.partial_result or best_result
                reason = fault.reason
                pause = self._retry_back_off.pause(attempt - 1) if attempt else 0.0
            except ServiceBusy as fault:
                if is_last_try:
                    raise ServiceError(
                        message("speech.service_busy", reason=fault.reason, tries=attempt + 1)
                    ) from fault
                reason = fault.reason
                self._limiter.back_off(self._busy_back_off.pause(attempt, fault.retry_after))
            except ServiceUnreachable as fault:
                if is_last_try:
                    raise ServiceError(
                        message("speech.unreachable", reason=fault.reason)
                    ) from fault
                reason = fault.reason
                pause = self._retry_back_off.pause(attempt)
            except TextRefused as fault:
                return ServiceRefused(message("speech.text_refused", reason=fault.reason))
            except AccessRefused as fault:
                raise ServiceRefused(fault.reason, fault.remedy) from fault
            await asyncio.sleep(pause)
        return best_result or ServiceError(
            message(
                "speech.no_complete_answer",
                service=self._service,
                tries=self._policy.max_tries,
                reason=reason,
            )
        )
