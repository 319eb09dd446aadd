"""Texts of an episode read into values, in any encoding and kind of Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputError
from pipeline.project import Project
from pipeline.script import read_script, read_settings, settings_from_bytes
from pipeline.studio.editing.sources import parse_source
from pipeline.studio.source_files import read_source_files
from pipeline.subtitle_profiles import TRANSLATION_LIMITS, limits_for_language
from pipeline.text.word_segmenter import Segmenter

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.script import Script

SETTINGS = 'title = "天然酵母面包"\nauthor = "李明"\n'
LEXICON = '"酵母" = "教母"\n'
CORRECTIONS = '[[row]]\nrow = 1\ntext = "今天聊面包"\nstart = 1.0\nend = 3.0\n'


def project_in(folder: Path, encoding: str, language: str = "zh") -> Project:
    """Write an episode whose files are all in one encoding."""
    texts = folder / "transcript"
    texts.mkdir()
    (texts / "talk.txt").write_text("今天聊面包\n在2024年\n", encoding)
    (texts / "talk.toml").write_text(f'{SETTINGS}language = "{language}"\n', encoding)
    (texts / "lexicon.toml").write_text(LEXICON, encoding)
    (texts / "talk.times.toml").write_text(CORRECTIONS, encoding)
    return Project(folder)


def script_of(project: Project) -> Script:
    """Read the episode as the command line does."""
    episode = project.episode(project.transcript_folder / "talk.txt")
    return read_script(episode, read_settings(episode, {}), Segmenter())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_command_line_and_studio_read_every_encoding_alike(tmp_path: Path, encoding: str) -> None:
    """Settings and corrections are recognised as transcripts are, by one reader."""
    script = script_of(project_in(tmp_path, encoding))
    source = parse_source(read_source_files(script.episode))
    assert script.title == source.settings.title == "天然酵母面包"
    assert script.settings == source.settings
    assert script.transcript == source.transcript
    assert script.corrections == source.corrections != ()


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    """One notice for each such file, in both languages."""
    notices = script_of(project_in(tmp_path, "gb18030")).notices
    assert [str(notice) for notice in notices] == [
        "Read as GB18030 (GBK).",
        "talk.toml was read as GB18030 (GBK).",
        "lexicon.toml was read as GB18030 (GBK).",
        "talk.times.toml was read as GB18030 (GBK).",
    ]


def test_utf_8_has_no_notice(tmp_path: Path) -> None:
    """The usual case says nothing."""
    assert script_of(project_in(tmp_path, "utf-8")).notices == ()


@pytest.mark.parametrize(
    "body", [b"\x89PNG\r\n\x1a\n" + bytes(40), 'title = "面包面包面包"'.encode()[:-3] + b'"\xff']
)
def test_settings_that_are_no_text_are_refused(body: bytes) -> None:
    """Binary files and damaged UTF-8 are errors that name the file."""
    with pytest.raises(InputError, match=r"talk\.toml"):
        settings_from_bytes(body, "talk.toml")


@pytest.mark.parametrize("language", ["cmn", "zh-Hans", "zh-TW", "yue"])
def test_every_kind_of_chinese_is_spoken_as_chinese(tmp_path: Path, language: str) -> None:
    """Numbers are read in Chinese, whatever code the settings use."""
    script = script_of(project_in(tmp_path, "utf-8", language))
    assert script.spoken_rows[1].spoken == "在二零二四年"


@pytest.mark.parametrize("language", ["cmn", "yue", "zh-Hans"])
def test_every_kind_of_chinese_has_full_width_limits(language: str) -> None:
    """A translation into it has lines half as long as one in Latin letters."""
    limits = TRANSLATION_LIMITS["netflix-en"]
    assert limits_for_language(limits, language) == limits_for_language(limits, "zh")
    assert limits_for_language(limits, language).characters == limits.characters // 2


@pytest.mark.parametrize(
    ("toml", "changes", "language"),
    [
        ("", {}, "en"),
        ("", {"picture.burn": "en"}, "en"),
        ("[picture]\nfps = 25\n", {"picture.burn": "en"}, "en"),
        ('language = "zh"\n', {}, "zh"),
        ('language = "zh"\n', {"picture.burn": "en"}, "zh"),
    ],
)
def test_read_settings_finds_the_language_of_the_text(
    tmp_path: Path, toml: str, changes: dict[str, str], language: str
) -> None:
    """Unless the settings name one; changes on the command line keep it."""
    (tmp_path / "talk.txt").write_text("Hello and welcome to this talk about bread.\n", "utf-8")
    (tmp_path / "talk.toml").write_text(toml, "utf-8")
    episode = Project(tmp_path).episode(tmp_path / "talk.txt")
    assert read_settings(episode, changes).language == language
