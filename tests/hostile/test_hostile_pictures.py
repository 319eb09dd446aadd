"""Every hostile picture gives a right slide or one sentence.

The exit code is 2 (1 if a tool is missing), in bounded time and memory.
"""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from pipeline.cache import Store
from pipeline.errors import EpisodeError
from pipeline.picture.slides.slide_loader import SlideLoader
from pipeline.picture.slides.slide_store import load_slide
from tests.hostile.pictures import PICTURES, Case
from tests.slide_samples import look

if TYPE_CHECKING:
    from pathlib import Path

MOST_MEMORY_KB = 400_000
"""More than any slide of the catalogue needs; a bomb allocated would take 1.2 GB."""


def outcome(loader: SlideLoader, path: Path) -> str:
    """Return the sentence a file ends in, or nothing where every slide it gives is whole."""
    try:
        pages = loader.load_file(path)
    except EpisodeError as fault:
        return str(fault)
    assert pages
    assert {load_slide(loader.store, page.key).shape for page in pages} == {(240, 320, 3)}
    return ""


@pytest.mark.parametrize("case", PICTURES, ids=lambda case: case.title)
@pytest.mark.timeout(30)
def test_slide_loader_survives_hostile_files(case: Case, tmp_path: Path) -> None:
    """The slide is whole, or the error is one sentence that names the file.

    Memory stays bounded, and nothing is written outside the project.
    """
    folder = tmp_path / "assets"
    folder.mkdir()
    path = folder / case.name
    try:
        case.put(path)
    except OSError:
        pytest.skip("this file system cannot hold such a name")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = outcome(SlideLoader(Store(tmp_path / "store"), look(), folder), path)
    assert case.sentence in said
    assert bool(case.sentence) == bool(said)
    assert "\n" not in said
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY_KB
    assert {found.name for found in tmp_path.iterdir()} <= {"assets", "store", "secret.png"}
