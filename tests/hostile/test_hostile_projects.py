"""Every hostile project builds, or ends in one sentence; nothing else is written."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from pipeline.build import build
from pipeline.errors import EpisodeError
from pipeline.project import Project
from pipeline.run import BuildRequest
from tests.hostile.projects import PROJECTS, Case
from tests.small_project import episode

if TYPE_CHECKING:
    from pathlib import Path

MOST_MEMORY_KB = 400_000
AGAIN = (
    "a title of control characters",
    "shell in rows",
    "named '-rf'",
    "named 'a\\nb'",
    "every byte",
    "fps is nan",
    "a slide that is a pipe",
)


def outcome(case: Case, folder: Path) -> tuple[str, int]:
    """Return the sentence and exit code of a project; "" and 0 if all rows are shown."""
    path = case.put(folder)
    project = Project(folder)
    try:
        made = build(project, project.episode(path), BuildRequest(case.upto), lambda *_: None)  # type: ignore[arg-type] # the table's own words
    except EpisodeError as fault:
        return str(fault), fault.exit_code
    return "", 0 if made.report["faithful"] is True else -1


@pytest.mark.timeout(60)
@pytest.mark.parametrize("case", PROJECTS, ids=lambda case: case.title)
def test_hostile_project_builds_or_ends_in_one_sentence(case: Case, tmp_path: Path) -> None:
    """Built or refused with a sentence, in bounded memory; only output and cache are written."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said, code = outcome(case, tmp_path / "p")
    assert bool(case.sentence) == bool(said), said
    assert code == (0 if not said else 1 if case.title == "an output folder that is a file" else 2)
    assert case.sentence in said
    assert "\n" not in said
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY_KB
    assert {path.name for path in tmp_path.iterdir()} <= {"p", "secret.png"}
    assert {path.name for path in (tmp_path / "p").iterdir()} <= {
        "transcript",
        "assets",
        "output",
        ".cache",
    }
    assert {path.parent.name for path in (tmp_path / "p").glob("output/*/*")} <= {case.name}


@pytest.mark.parametrize("title", AGAIN)
def test_hostile_project_ends_the_command_with_its_exit_code(title: str, tmp_path: Path) -> None:
    """The same as a person meets it: exit code and one line, no traceback."""
    case = next(case for case in PROJECTS if case.title == title)
    path = case.put(tmp_path / "p")
    ran = episode(
        "slides" if case.upto == "slides" else "subtitle",
        "--quiet",
        "--",
        str(path),
        cwd=tmp_path / "p",
    )
    assert ran.code == (2 if case.sentence else 0), ran.err
    assert ran.err.count("\n") == (1 if case.sentence else 0)
    assert "Traceback" not in ran.err
