"""`episode check` as a stranger calls it: fonts of the film, languages, files of every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.small_fonts import small_font
from tests.small_project import episode

if TYPE_CHECKING:
    from pathlib import Path

OWN_GLYPH = "\ue123"
"""A character that only the episode's own font has."""


def rules_of(run_json: list[dict[str, object]]) -> set[str]:
    """Return the rules of all findings."""
    return {finding["rule"] for one in run_json for finding in one["findings"]}  # type: ignore[attr-defined] # JSON


@pytest.mark.parametrize("subject", ["transcript/talk.txt", "output/talk/talk.zh.srt"])
def test_the_fonts_of_the_film_are_asked(tmp_path: Path, subject: str) -> None:
    """A glyph that only the font of the settings has is not missing; without it, it is."""
    for folder in ("transcript", "assets/talk", "output/talk"):
        (tmp_path / folder).mkdir(parents=True)
    text = f"我们的标志是{OWN_GLYPH}"
    (tmp_path / "transcript" / "talk.txt").write_text(text + "\n", "utf-8")
    (tmp_path / "output" / "talk" / "talk.zh.srt").write_text(
        f"1\n00:00:01,000 --> 00:00:04,000\n{text}\n", "utf-8"
    )
    without = episode("check", subject, "--json", cwd=tmp_path)
    assert "glyph" in rules_of(without.json), without.out
    small_font(tmp_path / "assets" / "talk" / "own.ttf", OWN_GLYPH + "我们", "Own")
    (tmp_path / "transcript" / "talk.toml").write_text('[style]\nfont = "own.ttf"\n', "utf-8")
    assert "glyph" not in rules_of(episode("check", subject, "--json", cwd=tmp_path).json)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今日は天然酵母のパンについて話します", "ja"),
        ("오늘은 빵에 대해 이야기합니다", "ko"),
        ("今天我們來聊一聊麵包的歷史與發酵過程", "zh-TW"),
        ("今天我们来聊一聊面包", "zh"),
        ("Today we talk about the bread of the house", "en"),
    ],
)
def test_the_language_of_a_lone_file_is_found(tmp_path: Path, text: str, language: str) -> None:
    """From its script, as that of a transcript is."""
    (tmp_path / "a.srt").write_text(f"1\n00:00:01,000 --> 00:00:04,000\n{text}\n", "utf-8")
    (track,) = episode("check", "a.srt", "--json", cwd=tmp_path).json
    assert track["language"] == language


def test_an_sbv_file_is_fixed_in_its_own_format(tmp_path: Path) -> None:
    """Times that were right stay as they are written; backwards ones get an end."""
    (tmp_path / "a.sbv").write_text(
        "0:00:01.000,0:00:03.000\n你好 <b>吗\n\n0:00:05.000,0:00:04.000\n今天聊面包\n", "utf-8"
    )
    ran = episode("check", "a.sbv", "--fix", "--json", cwd=tmp_path)
    fixed = (tmp_path / "a.fixed.sbv").read_text("utf-8")
    assert fixed.startswith("0:00:01.000,0:00:03.000\n你好 <b>吗\n\n0:00:05.000,0:00:0"), ran.err
    assert not (tmp_path / "a.fixed.srt").exists()
    assert episode("check", "a.fixed.sbv", cwd=tmp_path).code == 0


def test_ends_of_a_subtitle_file_are_kept_unless_a_profile_is_named(tmp_path: Path) -> None:
    """SBV says 2.000 s, and so does the SRT that is made of it."""
    (tmp_path / "transcript").mkdir()
    (tmp_path / "transcript" / "talk.sbv").write_text(
        "0:00:01.000,0:00:02.000\n你好吗朋友们\n\n0:00:05.000,0:00:25.000\n今天聊面包\n", "utf-8"
    )
    srt_file = tmp_path / "output" / "talk" / "talk.zh.srt"
    assert episode("subtitle", "talk.sbv", cwd=tmp_path).code == 0
    kept = srt_file.read_text("utf-8")
    assert "00:00:01,000 --> 00:00:02,000" in kept
    assert "00:00:05,000 --> 00:00:25,000" in kept
    assert episode("subtitle", "talk.sbv", "--profile", "netflix-zh", cwd=tmp_path).code == 0
    assert "--> 00:00:25,000" not in srt_file.read_text("utf-8")
