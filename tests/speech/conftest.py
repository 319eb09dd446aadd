"""Fixtures of the speech tests: a fake online service, an empty cache."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.cache import Store
from pipeline.speech.engines import kokoro_weights
from pipeline.speech.engines.edge import EdgeEngine
from pipeline.speech.engines.retry import RetryPolicy
from tests.speech.edge_server import EdgeServer, pointed, running

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.speech.engines.rate_limit import RateLimiter

Serve = Callable[..., EdgeServer]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start fake servers that the real client of this process talks to.

    `stalls=True` makes the client wait less long for silent ones.
    """
    make = EdgeEngine.__init__

    with ExitStack() as stack:

        def start(*, stalls: bool = False, **options: Any) -> EdgeServer:  # noqa: ANN401 - a stand-in's own
            patience = RetryPolicy(max_tries=4, retry_pause_s=0.02, busy_pause_s=0.05)
            if stalls:
                patience = dataclasses.replace(
                    patience, first_message_timeout_s=1.5, idle_timeout_s=0.7
                )

            def hasty(
                self: EdgeEngine,
                language: str,
                limiter: RateLimiter,
                retry_policy: RetryPolicy = patience,
            ) -> None:
                make(self, language, limiter, retry_policy)

            monkeypatch.setattr(EdgeEngine, "__init__", hasty)
            return pointed(monkeypatch, stack.enter_context(running(EdgeServer(**options))))

        yield start


@pytest.fixture
def without_kokoro(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the packages of the neural voice, so that `auto` falls back to espeak-ng at once."""
    monkeypatch.setattr(kokoro_weights, "_PACKAGES", ("no_such_package",))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give an empty cache."""
    return Store(tmp_path / "cache")
