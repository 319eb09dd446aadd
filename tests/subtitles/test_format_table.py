"""The table of subtitle formats: detection, names in the settings, formats of other packages."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import EnvironmentFault, InputError
from pipeline.model import Track
from pipeline.project import Project
from pipeline.settings.sections import SubtitleSettings
from pipeline.subtitles.formats import format_table, srt
from pipeline.subtitles.formats.base import ComposeOptions, SubtitleFormat
from pipeline.subtitles.formats.format_table import (
    BUILT_IN_FORMATS,
    format_of_file,
    format_of_text,
    readable_suffixes,
    subtitle_formats,
    written_formats,
)
from pipeline.subtitles.formats.subtitle_file import read_cues
from tests.example_extension import install_example_extension
from tests.small_project import ROWS, SETTINGS, episode, make_project
from tests.subtitles.factories import make_cue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRACK = Track("zh", (make_cue(1, 0, 30, "好"), make_cue(2, 30, 60, "再见")))
OPTIONS = ComposeOptions(width=1920, height=1080, fps=30)


@pytest.fixture
def extensions(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    """Give the entry points of other packages, to be filled by the test."""
    entries: dict[str, object] = {}
    monkeypatch.setattr(format_table, "load_extensions", lambda _: entries)
    subtitle_formats.cache_clear()
    yield entries
    subtitle_formats.cache_clear()


def test_default_formats_are_those_of_the_table() -> None:
    """The settings' default writes the built-in formats but SBV, in the order of the table."""
    writable = [known.name for known in BUILT_IN_FORMATS if known.compose is not None]
    names = tuple(name for name in writable if name != "sbv")
    assert SubtitleSettings().formats == names


@pytest.mark.parametrize(
    "known", [one for one in BUILT_IN_FORMATS if one.compose], ids=lambda known: str(known.name)
)
def test_format_recognizes_its_own_files(known: SubtitleFormat) -> None:
    """What a format writes is recognized by its suffix and by its content, and read back."""
    assert known.compose is not None
    text = known.compose([TRACK], OPTIONS)
    if known.parse is None:
        assert format_of_file(f"talk{known.suffixes[0]}") is None
        return
    for suffix in known.suffixes:
        assert format_of_file(f"talk{suffix.upper()}") is known
    assert format_of_text(text) is known
    assert [cue.text for cue in known.parse(text, "talk")] == ["好", "再见"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.srt", "[Script Info]\n", r"looks like Advanced SubStation\. Rename it to end in \.ass"),
        ("a.ass", "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n", r"looks like WebVTT\. Rename"),
        ("a.ass", "1\n00:00:01,000 --> 00:00:02,000\nx\n", r"looks like SubRip\. Rename"),
        ("a.srt", "nothing", "This file has no cues"),
    ],
)
def test_wrong_suffix_is_named_with_the_right_one(name: str, text: str, sentence: str) -> None:
    """A file without cues in the format of its suffix tells which format its text is in."""
    with pytest.raises(InputError, match=sentence):
        read_cues(text.encode(), name, name)


def test_unknown_format_name_lists_the_known_ones() -> None:
    """A misspelt name in `subtitles.formats` is an error with the names that can be chosen."""
    with pytest.raises(InputError, match=r"`strt`\. Choose from srt, vtt, txt, ass, sbv in"):
        written_formats(["srt", "strt"])


def test_transcript_suffixes_come_from_the_table(
    tmp_path: Path, extensions: dict[str, object]
) -> None:
    """The error about a transcript's suffix lists every format that can be read."""
    extensions["sub"] = replace(srt.FORMAT, name="sub", suffixes=(".sub",))
    with pytest.raises(InputError, match=r"\.txt, .*\.docx, \.srt, .*\.ttml, .*\.sub"):
        Project(tmp_path).episode(tmp_path / "talk.odt")
    assert readable_suffixes()[-1] == ".sub"


@pytest.mark.parametrize(
    "changes", [{"suffixes": (".mine",)}, {"name": "mine", "suffixes": (".mine", ".vtt")}]
)
def test_extension_cannot_take_a_name_or_suffix(
    extensions: dict[str, object], changes: dict[str, object]
) -> None:
    """Two formats of one name or suffix would hide each other: the extension is refused."""
    extensions["mine"] = replace(srt.FORMAT, **changes)  # type: ignore[arg-type]
    with pytest.raises(EnvironmentFault, match=r"mine uses .*: (srt|\.vtt)"):
        subtitle_formats()


def test_extension_must_be_a_format(extensions: dict[str, object]) -> None:
    """An entry point that gives something else is named."""
    extensions["mine"] = print
    with pytest.raises(EnvironmentFault, match="mine is not a subtitle format"):
        subtitle_formats()


def test_extension_format_is_written_checked_and_read_by_the_command(tmp_path: Path) -> None:
    """A format of another package is written as the settings ask, and read by its suffix."""
    project = make_project(tmp_path)
    environment = install_example_extension(tmp_path / "site")
    texts = project / "transcript"
    settings = f'{SETTINGS}[subtitles]\nformats = ["vtt", "json-cues"]\n'
    (texts / "bread.toml").write_text(settings, "utf-8")
    ran = episode("subtitle", "transcript/bread.txt", cwd=project, **environment)
    assert ran.code == 0, ran.err
    written = {path.name for path in (project / "output" / "bread").iterdir()}
    assert {"bread.zh.cues", "bread.en.cues", "bread.zh-en.cues", "bread.zh.vtt"} <= written
    assert not {"bread.zh.srt", "bread.ass", "bread.zh.txt"} & written
    file = project / "output" / "bread" / "bread.zh.cues"
    assert "".join(text for _, _, text in json.loads(file.read_text("utf-8")))
    checked = episode("check", str(file), "--json", cwd=project, **environment)
    assert [(track["language"], track["cues"]) for track in checked.json] == [("zh", len(ROWS))]
    shutil.copy(file, texts / "again.cues")
    again = episode("subtitle", "transcript/again.cues", cwd=project, **environment)
    assert again.code == 0, again.err
    assert (project / "output" / "again" / "again.zh.srt").exists()
    without = episode("subtitle", "transcript/again.cues", cwd=project)
    assert without.code == 2
