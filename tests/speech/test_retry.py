"""Manners towards a service, shared by all who use a cache."""

from __future__ import annotations

import asyncio
import multiprocessing
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
ASKS = [SynthesisRequest(f"第{number}行", "v", rows=(number,)) for number in range(1, 9)]


def test_a_rest_holds_for_everybody(tmp_path: Path) -> None:
    """One that is called through one object is kept by another on the same folder, and the longer one stays."""
    RateLimiter(tmp_path).back_off(30)
    RateLimiter(tmp_path).back_off(1)
    assert 25 < RateLimiter(tmp_path).remaining_back_off() <= 30
    assert RateLimiter(tmp_path / "other").remaining_back_off() == 0


@pytest.mark.parametrize("left", ["", "no number", "1e400", "-5"])
def test_a_damaged_note_is_no_rest(tmp_path: Path, left: str) -> None:
    """Nobody waits for ever for what a file says."""
    (tmp_path / "rest").write_text(left)
    assert RateLimiter(tmp_path).remaining_back_off() <= 120


def test_a_rest_is_never_endless(tmp_path: Path) -> None:
    """A service that says to come back in a year is asked again in two minutes."""
    RateLimiter(tmp_path).back_off(31_536_000)
    assert RateLimiter(tmp_path).remaining_back_off() <= 120


def test_places_are_few_and_come_back(tmp_path: Path) -> None:
    """No more at once than allowed, over several objects; all get their turn."""
    most = busy = done = 0

    async def use(traffic: RateLimiter) -> None:
        nonlocal most, busy, done
        async with traffic.slot():
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.01)
            busy -= 1
            done += 1

    async def everybody() -> None:
        await asyncio.gather(*(use(RateLimiter(tmp_path, 2)) for _ in range(7)))

    asyncio.run(everybody())
    assert (most, done) == (2, 7)


def test_nobody_asks_during_a_rest(tmp_path: Path) -> None:
    """A place is given when the rest is over."""
    RateLimiter(tmp_path).back_off(0.2)

    async def use() -> float:
        async with RateLimiter(tmp_path).slot():
            return RateLimiter(tmp_path).remaining_back_off()

    assert asyncio.run(use()) == 0


def test_another_process_has_its_place(tmp_path: Path) -> None:
    """A place held elsewhere is not taken; when that process is killed it is free."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    other = context.Process(target=_hold, args=(tmp_path, ready))
    other.start()
    assert ready.wait(30)

    async def wait_for_it(seconds: float) -> bool:
        async def take() -> bool:
            async with RateLimiter(tmp_path, 1).slot():
                return True

        try:
            return await asyncio.wait_for(take(), seconds)
        except asyncio.TimeoutError:
            return False

    assert not asyncio.run(wait_for_it(0.2))
    other.kill()
    other.join(30)
    assert asyncio.run(wait_for_it(10))


def _hold(folder: Path, ready: multiprocessing.synchronize.Event) -> None:
    async def hold() -> None:
        async with RateLimiter(folder, 1).slot():
            ready.set()
            await asyncio.sleep(60)

    asyncio.run(hold())


def answers(
    tmp_path: Path, faults: dict[int, list[Exception]]
) -> tuple[dict[int, SynthesisResult | ServiceError], RequestStats]:
    """Put the asks to a service that fails with these exceptions, one after the other, for the ask of a row."""
    found: dict[int, SynthesisResult | ServiceError] = {}

    async def once(ask: SynthesisRequest) -> SynthesisResult:
        await asyncio.sleep(0)
        left = faults.get(ask.rows[0], [])
        if left:
            raise left.pop(0)
        return SPEECH

    spent = request_all(ASKS, once, found.__setitem__, RateLimiter(tmp_path), QUICK, "The service")
    return found, spent


def test_what_breaks_is_asked_again(tmp_path: Path) -> None:
    """Each way that may pass does, within the tries; the count is right."""
    found, spent = answers(
        tmp_path,
        {
            1: [BrokenAnswer("x")],
            2: [ServiceBusy("x", 0.0), BrokenAnswer("y")],
            5: [ServiceUnreachable("x")],
        },
    )
    assert found == dict.fromkeys(range(8), SPEECH)
    assert spent == RequestStats(12, 4)


def test_an_ask_that_stays_broken_fails_alone(tmp_path: Path) -> None:
    """After the tries it is given up, and says so; the others are answered."""
    found, spent = answers(tmp_path, {3: [BrokenAnswer("half a word")] * 5})
    assert "half a word" in str(found.pop(2))
    assert set(map(type, found.values())) == {SynthesisResult}
    assert spent == RequestStats(10, 2)


def test_the_same_gap_twice_is_handed_on(tmp_path: Path) -> None:
    """Speech that lacks something both times goes to the one who cuts it."""
    part = SynthesisResult(b"\1\0", "s16", 48_000)
    found, spent = answers(tmp_path, {3: [BrokenAnswer("a gap", part)] * 5})
    assert (found[2], spent) == (part, RequestStats(9, 1))


def test_a_text_that_is_refused_is_not_asked_again(tmp_path: Path) -> None:
    """It fails for good, alone."""
    found, spent = answers(tmp_path, {3: [TextRefused("refuses this")] * 5})
    assert isinstance(found[2], ServiceRefused)
    assert spent == RequestStats(8, 0)


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (AccessRefused("answered 403", "Do."), ServiceRefused, "403"),
        (ServiceUnreachable("is away"), ServiceError, "away"),
        (ServiceBusy("is full", 0.0), ServiceError, "full"),
    ],
)
def test_a_service_that_is_down_ends_the_round(
    tmp_path: Path, fault: Exception, kind: type[ServiceError], said: str
) -> None:
    """With one error, whatever else is under way; nothing waits."""
    began = time.monotonic()
    with pytest.raises(kind, match=said):
        answers(tmp_path, {2: [fault] * 9})
    assert time.monotonic() - began < 60


def test_an_error_of_ours_is_not_swallowed(tmp_path: Path) -> None:
    """A bug must be seen."""
    with pytest.raises(ZeroDivisionError):
        answers(tmp_path, {2: [ZeroDivisionError()]})
