"""`episode narrate --dry-run`: what would be said, without saying it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.small_project import episode

if TYPE_CHECKING:
    from pathlib import Path


def test_narrate_dry_run_shows_numbers_formulas_and_pinyin(tmp_path: Path) -> None:
    """The lexicon's pinyin stands in the JSON; a formula that viewers see is told."""
    folder = tmp_path / "transcript"
    folder.mkdir()
    (folder / "talk.txt").write_text(
        "他是银行行长\n银行长期亏损\n设$n^2$和\\frac{a}{b}\nGPU 864张\n", encoding="utf-8"
    )
    (folder / "lexicon.toml").write_text('"行长" = "háng zhǎng"\n', encoding="utf-8")
    shown = episode("narrate", "transcript/talk.txt", "--dry-run", "--json", cwd=tmp_path)
    rows = shown.json
    assert [row["spoken"] for row in rows] == [
        "他是银行行长",
        "银行长期亏损",
        "设n平方和b分之a",
        "GPU 八百六十四张",
    ]
    assert [row.get("readings") for row in rows] == [
        [{"start": 4, "end": 6, "syllables": ["hang2", "zhang3"]}],
        None,
        None,
        None,
    ]
    assert "LaTeX" in shown.err
    table = episode("narrate", "transcript/talk.txt", "--dry-run", cwd=tmp_path)
    assert "银行行长(hang2 zhang3)" in table.err + table.out
