"""Fixtures of the text tests: one segmenter, and the rows of the seed and the invented talks."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.text.word_segmenter import Segmenter

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    """Cut words with one dictionary for all tests (it takes 0.3 s to read)."""
    return Segmenter()


@pytest.fixture(scope="session")
def talks() -> dict[str, tuple[str, ...]]:
    """Return the rows of the seed episode, its English, and the invented talks, by name."""
    paths = [
        *sorted((HERE / "talks").glob("*.txt")),
        *sorted((HERE.parents[1] / "transcript").glob("ilya-sutskever*.txt")),
    ]
    return {
        path.stem: tuple(row for row in path.read_text("utf-8").splitlines() if row.strip())
        for path in paths
    }
