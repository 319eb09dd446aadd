"""`episode translate` against a real local server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.small_project import ROWS, episode, make_project
from tests.translate.servers import answers, serving

if TYPE_CHECKING:
    from pathlib import Path


def test_translate_command_never_overwrites_a_translation(tmp_path: Path) -> None:
    """One line per row; a second run sends no request; naming the language is refused."""
    make_project(tmp_path)
    (tmp_path / "transcript/bread.en.txt").unlink()
    with serving(answers()) as server:
        settings = tmp_path / "transcript/bread.toml"
        settings.write_text(
            settings.read_text("utf-8") + f'[translate]\nurl = "{server.url}"\nmodel = "cook"\n',
            "utf-8",
        )
        first = episode("translate", "transcript/bread.txt", "--quiet", cwd=tmp_path)
        asked = len(server.asked)
        again = episode("translate", "transcript/bread.txt", "--quiet", cwd=tmp_path)
        named = episode("translate", "transcript/bread.txt", "--to", "en", cwd=tmp_path)
        assert (first.code, again.code, named.code) == (0, 0, 2), first.err
        assert len(server.asked) == asked
    assert len((tmp_path / "transcript/bread.en.txt").read_text("utf-8").splitlines()) == len(ROWS)
    made = episode("subtitle", "transcript/bread.txt", "--json", "--quiet", cwd=tmp_path).json
    assert "bread.en.srt" in made["files"]


def test_translate_command_without_a_server_names_the_setting(tmp_path: Path) -> None:
    """Exit code 2, and nothing is written."""
    make_project(tmp_path)
    (tmp_path / "transcript/bread.en.txt").unlink()
    ran = episode("translate", "transcript/bread.txt", cwd=tmp_path)
    assert ran.code == 2
    assert "[translate]" in ran.err
    assert not (tmp_path / "transcript/bread.en.txt").exists()
