"""The rate limit of a service, shared by all who use a cache."""

from __future__ import annotations

import asyncio
import multiprocessing
from typing import TYPE_CHECKING

import pytest

from pipeline.speech.engines.rate_limit import RateLimiter

if TYPE_CHECKING:
    from pathlib import Path


def test_back_off_holds_for_all_who_share_the_folder(tmp_path: Path) -> None:
    """Also through another object; of two back-offs the longer one stays."""
    RateLimiter(tmp_path).back_off(30)
    RateLimiter(tmp_path).back_off(1)
    assert 25 < RateLimiter(tmp_path).remaining_back_off() <= 30
    assert RateLimiter(tmp_path / "other").remaining_back_off() == 0


@pytest.mark.parametrize("left", ["", "no number", "1e400", "-5"])
def test_back_off_ignores_a_damaged_file(tmp_path: Path, left: str) -> None:
    """Nobody waits longer than two minutes, whatever the file says."""
    (tmp_path / "rest").write_text(left)
    assert RateLimiter(tmp_path).remaining_back_off() <= 120


def test_back_off_is_capped(tmp_path: Path) -> None:
    """A service that asks for a year is asked again after two minutes."""
    RateLimiter(tmp_path).back_off(31_536_000)
    assert RateLimiter(tmp_path).remaining_back_off() <= 120


def test_slot_limits_requests_and_is_released(tmp_path: Path) -> None:
    """No more at once than allowed, over several objects; all get a slot in the end."""
    most = busy = done = 0

    async def use(limiter: RateLimiter) -> None:
        nonlocal most, busy, done
        async with limiter.slot():
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.01)
            busy -= 1
            done += 1

    async def everybody() -> None:
        await asyncio.gather(*(use(RateLimiter(tmp_path, 2)) for _ in range(7)))

    asyncio.run(everybody())
    assert (most, done) == (2, 7)


def test_slot_waits_for_the_end_of_a_back_off(tmp_path: Path) -> None:
    """A slot is given when the back-off is over."""
    RateLimiter(tmp_path).back_off(0.2)

    async def use() -> float:
        async with RateLimiter(tmp_path).slot():
            return RateLimiter(tmp_path).remaining_back_off()

    assert asyncio.run(use()) == 0


def test_slot_is_shared_with_other_processes(tmp_path: Path) -> None:
    """A slot held elsewhere is not given; when that process is killed it is free."""
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
