"""Digests of the program's source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pipeline
from pipeline.code_version import code_version

ROOT = Path(pipeline.__file__).parent


def test_code_version_is_the_same_whenever_it_is_asked() -> None:
    """Order and repetition of the names do not matter."""
    assert code_version("pipeline.text", "pipeline.model") == code_version(
        "pipeline.model", "pipeline.text", "pipeline.model"
    )


def test_code_version_differs_between_modules() -> None:
    """A package covers its modules, and so differs from each of them."""
    versions = {
        code_version(name) for name in ("pipeline.text", "pipeline.text.encoding", "pipeline.model")
    }
    assert len(versions) == 3


def test_code_version_changes_with_code_and_with_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word list decides what comes out as much as code does; a font does not count here."""
    monkeypatch.setattr("pipeline.code_version._ROOT", tmp_path)
    (tmp_path / "room").mkdir()
    versions = []
    for name, body in (("a.py", "1"), ("a.py", "2"), ("words.txt", "好"), ("font.otf", "x")):
        (tmp_path / "room" / name).write_text(body, "utf-8")
        code_version.cache_clear()
        versions.append(code_version("pipeline.room"))
    code_version.cache_clear()
    assert len(set(versions)) == 3
    assert versions[2] == versions[3]


@pytest.mark.parametrize("name", ["pipeline.nowhere", "json", "pipeline.text.nothing"])
def test_code_version_of_an_unknown_module_is_refused(name: str) -> None:
    """A module that was renamed is noticed at once."""
    with pytest.raises(ValueError, match=name):
        code_version(name)


def test_every_module_named_for_a_code_version_exists() -> None:
    """The literal names in the package are those of modules."""
    names = {
        argument.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "code_version"
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }
    assert len(names) > 3
    for name in names:
        code_version(name)
