"""The encodings of an author's files, from the transcript to the subtitles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.small_project import episode

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = "今天温度是二十五度\n面粉和水是最基本的\n"
ENGLISH = "It is 25°C today.\nFlour and water: ½ cup each, ±5%.\n"
SRT = "1\n00:00:01,000 --> 00:00:03,000\nIt is 25°C today.\n"


def test_subtitle_keeps_the_signs_of_a_translation_in_utf_8(tmp_path: Path) -> None:
    """A single ° in UTF-8 was once read as GB18030: 25掳C."""
    folder = tmp_path / "transcript"
    folder.mkdir()
    (folder / "deg.txt").write_text(CHINESE, "utf-8")
    (folder / "deg.en.txt").write_text(ENGLISH, "utf-8")
    ran = episode("subtitle", "transcript/deg.txt", cwd=tmp_path)
    assert ran.code == 0
    assert "read as" not in ran.err
    shown = (tmp_path / "output" / "deg" / "deg.en.srt").read_text("utf-8")
    assert "It is 25°C today." in shown
    assert "½ cup each, ±5%." in shown


def test_subtitle_says_what_a_translation_was_read_as(tmp_path: Path) -> None:
    """A guess is told for every file, by its name."""
    folder = tmp_path / "transcript"
    folder.mkdir()
    (folder / "deg.txt").write_text(CHINESE, "utf-8")
    (folder / "deg.en.txt").write_bytes(ENGLISH.encode("cp1252"))
    ran = episode("subtitle", "transcript/deg.txt", cwd=tmp_path)
    assert "deg.en.txt was read as Windows-1252." in ran.err
    assert "25°C" in (tmp_path / "output" / "deg" / "deg.en.srt").read_text("utf-8")


def test_check_fix_keeps_a_single_sign_in_utf_8(tmp_path: Path) -> None:
    """What `check --fix` writes has the author's sign."""
    (tmp_path / "deg.srt").write_text(SRT, "utf-8")
    episode("check", "deg.srt", "--fix", cwd=tmp_path)
    written = [path.read_text("utf-8") for path in tmp_path.glob("deg*.srt")]
    assert all("25°C" in text for text in written)
