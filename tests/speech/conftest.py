"""A stand-in for the online voice that every test of this folder can have."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from speech.edge_server import EdgeServer, pointed, running

from pipeline.speech.attempts import Patience
from pipeline.speech.edge import Edge
from pipeline.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.speech.traffic import Traffic

Serve = Callable[..., EdgeServer]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start stand-ins that the real client of this process talks to; `stalls=True` makes it wait for silent ones less long."""
    make = Edge.__init__

    with ExitStack() as stack:

        def start(*, stalls: bool = False, **options: Any) -> EdgeServer:  # noqa: ANN401 - a stand-in's own
            patience = Patience(tries=4, pause_s=0.02, rest_s=0.05)
            if stalls:
                patience = dataclasses.replace(patience, first_s=1.5, idle_s=0.7)

            def hasty(self: Edge, language: str, traffic: Traffic, patience: Patience = patience) -> None:
                make(self, language, traffic, patience)

            monkeypatch.setattr(Edge, "__init__", hasty)
            return pointed(monkeypatch, stack.enter_context(running(EdgeServer(**options))))

        yield start


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give an empty cache."""
    return Store(tmp_path / "cache")
