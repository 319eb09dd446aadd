"""What an uninterrupted run makes, once for all the tests that compare with it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.crash.six_rows import outputs, render, six_rows

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Whole:
    """An uninterrupted run: project, outputs, names of all publishes in order, seconds."""

    folder: Path
    outputs: dict[str, bytes]
    publishes: list[str]
    seconds: float


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Render the small episode without a fault."""
    folder, log = (
        six_rows(tmp_path_factory.mktemp("whole") / "p"),
        tmp_path_factory.mktemp("log") / "log",
    )
    began = time.monotonic()
    ran = render(folder, KILL_LOG=str(log))
    assert ran.code == 0, ran.err
    return Whole(folder, outputs(folder), log.read_text("utf-8").split(), time.monotonic() - began)
