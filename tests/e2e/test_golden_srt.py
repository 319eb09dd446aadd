"""The subtitle files of the small episode, byte for byte.

`python tests/e2e/test_golden_srt.py` writes the golden files.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.small_project import episode, make_project

GOLDEN = Path(__file__).parent / "golden"
FILES = ("bread.zh.srt", "bread.en.srt", "bread.zh-en.srt")


def made(folder: Path) -> dict[str, bytes]:
    """Return the files as made now, with times estimated from the text."""
    make_project(folder)
    ran = episode("subtitle", "transcript/bread.txt", "--quiet", cwd=folder)
    assert ran.code == 0, ran.err
    return {name: (folder / "output/bread" / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files as made now, once for all of them."""
    return made(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("name", FILES)
def test_subtitles_equal_the_golden_files(now: dict[str, bytes], name: str) -> None:
    """A change of line breaks, times, pairing or writing shows up here."""
    assert now[name].decode() == (GOLDEN / name).read_text("utf-8")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, body in made(Path(folder)).items():
            (GOLDEN / name).write_bytes(body)
