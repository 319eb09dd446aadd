"""One small episode, rendered once for all the tests that look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.small_project import episode, make_project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with one 12-row episode, its English and its settings."""
    return make_project(tmp_path)


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """Return a project whose episode was rendered once, and what the command said as JSON."""
    folder = make_project(tmp_path_factory.mktemp("project"))
    ran = episode("render", "transcript/bread.txt", "--json", "--quiet", cwd=folder)
    assert ran.code == 0, ran.err
    return folder, ran.json
