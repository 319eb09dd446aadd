"""Requests to a service that fails in each of the known ways."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ServiceError, ServiceRefused
from pipeline.speech.engines.base import RequestStats, SynthesisRequest, SynthesisResult
from pipeline.speech.engines.rate_limit import RateLimiter
from pipeline.speech.engines.retry import (
    AccessRefused,
    BrokenAnswer,
    RetryPolicy,
    ServiceBusy,
    ServiceUnreachable,
    TextRefused,
    request_all,
)

if TYPE_CHECKING:
    from pathlib import Path

QUICK = RetryPolicy(max_tries=3, retry_pause_s=0.01, busy_pause_s=0.05)
SPEECH = SynthesisResult(b"\0\0", "s16", 48_000)
REQUESTS = [SynthesisRequest(f"第{number}行", "v", rows=(number,)) for number in range(1, 9)]


def answers(
    tmp_path: Path, faults: dict[int, list[Exception]]
) -> tuple[dict[int, SynthesisResult | ServiceError], RequestStats]:
    """Send the requests to a service that fails with these exceptions, in turn, by row."""
    results: dict[int, SynthesisResult | ServiceError] = {}

    async def request_once(request: SynthesisRequest) -> SynthesisResult:
        await asyncio.sleep(0)
        left = faults.get(request.rows[0], [])
        if left:
            raise left.pop(0)
        return SPEECH

    stats = request_all(
        REQUESTS, request_once, results.__setitem__, RateLimiter(tmp_path), QUICK, "The service"
    )
    return results, stats


def test_request_all_repeats_failures_that_may_pass(tmp_path: Path) -> None:
    """Within the tries; requests and repeats are counted."""
    results, stats = answers(
        tmp_path,
        {
            1: [BrokenAnswer("x")],
            2: [ServiceBusy("x", 0.0), BrokenAnswer("y")],
            5: [ServiceUnreachable("x")],
        },
    )
    assert results == dict.fromkeys(range(8), SPEECH)
    assert stats == RequestStats(12, 4)


def test_request_all_fails_a_request_that_stays_broken(tmp_path: Path) -> None:
    """The error gives the reason; the other requests are answered."""
    results, stats = answers(tmp_path, {3: [BrokenAnswer("half a word")] * 5})
    assert "half a word" in str(results.pop(2))
    assert set(map(type, results.values())) == {SynthesisResult}
    assert stats == RequestStats(10, 2)


def test_request_all_delivers_speech_with_the_same_gap_twice(tmp_path: Path) -> None:
    """The caller decides what can be used of it."""
    part = SynthesisResult(b"\1\0", "s16", 48_000)
    results, stats = answers(tmp_path, {3: [BrokenAnswer("a gap", part)] * 5})
    assert (results[2], stats) == (part, RequestStats(9, 1))


def test_request_all_does_not_repeat_a_refused_text(tmp_path: Path) -> None:
    """That request alone fails."""
    results, stats = answers(tmp_path, {3: [TextRefused("refuses this")] * 5})
    assert isinstance(results[2], ServiceRefused)
    assert stats == RequestStats(8, 0)


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (AccessRefused("It answered 403.", "Update it."), ServiceRefused, "403"),
        (ServiceUnreachable("is away"), ServiceError, "away"),
        (ServiceBusy("is full", 0.0), ServiceError, "full"),
    ],
)
def test_request_all_ends_if_the_service_is_down(
    tmp_path: Path, fault: Exception, kind: type[ServiceError], said: str
) -> None:
    """With one error, whatever else is under way, and without waiting."""
    began = time.monotonic()
    with pytest.raises(kind, match=said):
        answers(tmp_path, {2: [fault] * 9})
    assert time.monotonic() - began < 60


def test_request_all_raises_unexpected_exceptions(tmp_path: Path) -> None:
    """A defect of the program is not hidden as a failed request."""
    with pytest.raises(ZeroDivisionError):
        answers(tmp_path, {2: [ZeroDivisionError()]})
