"""The language of the terminal: the locale's, then the one that the episode's settings choose."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipeline.cli.help_text import usage_sentence
from pipeline.messages import text_in
from tests.small_project import episode, make_project

if TYPE_CHECKING:
    from pathlib import Path

CHINESE, ENGLISH = "zh_CN.UTF-8", "en_US.UTF-8"
COMMANDS = (
    *("subtitle", "narrate", "render", "align", "translate", "slides", "check"),
    *("batch", "studio", "voices", "new", "cache", "clean", "doctor"),
)
ENGLISH_SENTENCE = re.compile(r"[A-Za-z]+(?: [a-z']+){2,}|Usage|Options|Arguments|[Dd]efault:")
HAN = re.compile("[\u4e00-\u9fff]")
EXAMPLE_LINE = re.compile(r"^ *(?:\w+=… )?episode .*$", re.MULTILINE)

ALL_HELP = """
import json, sys
from contextlib import redirect_stdout
from io import StringIO
from pipeline.cli.app import app

pages = {}
for command in ["", *sys.argv[1:]]:
    with redirect_stdout(StringIO()) as page:
        try:
            app([*command.split(), "--help"], prog_name="episode")
        except SystemExit as end:
            assert not end.code
    pages[command] = page.getvalue()
json.dump(pages, sys.stdout)
"""


def help_pages(locale: str) -> dict[str, str]:
    """Return the --help of every command by name, on a terminal of 80 columns."""
    done = subprocess.run(
        [sys.executable, "-c", ALL_HELP, *COMMANDS],
        capture_output=True,
        check=True,
        timeout=120,
        env={**os.environ, "LC_ALL": locale, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
    )
    pages: dict[str, str] = json.loads(done.stdout)
    return pages


def prose(page: str) -> str:
    """Return a page of help without the examples and the names of types."""
    return re.sub(r"<[^>]*>", "", EXAMPLE_LINE.sub("", page))


def test_help_is_chinese_in_a_chinese_locale() -> None:
    """No English sentence is left, not even typer's own words, and no text is cut at 80 columns."""
    pages = help_pages(CHINESE)
    assert sorted(pages) == sorted(["", *COMMANDS])
    for command, page in pages.items():
        assert HAN.search(page), command
        assert ENGLISH_SENTENCE.findall(prose(page)) == [], command
        assert "…" not in prose(page), command


def test_help_is_english_in_an_english_locale() -> None:
    """No Chinese is left outside the examples, and no text is cut at 80 columns."""
    for command, page in help_pages(ENGLISH).items():
        assert HAN.findall(prose(page)) == [], command
        assert "Usage: episode" in page
        assert "…" not in prose(page), command


FAILURES = {
    "no such file": ["render", "transcript/brad.txt"],
    "bad size": ["render", "transcript/bread.txt", "--size", "big"],
    "no such option": ["render", "transcript/bread.txt", "--colour"],
    "no such command": ["rendr"],
    "no file named": ["render"],
    "not a number": ["batch", "--jobs", "many"],
    "unknown setting": ["render", "transcript/typo.txt"],
}


@pytest.mark.parametrize("locale", [CHINESE, ENGLISH])
@pytest.mark.parametrize("failure", FAILURES)
def test_an_error_is_in_the_language_of_the_locale(
    tmp_path: Path, failure: str, locale: str
) -> None:
    """One line, exit code 2, and no sentence of the other language."""
    make_project(tmp_path)
    (tmp_path / "transcript/typo.txt").write_text("一行\n", "utf-8")
    (tmp_path / "transcript/typo.toml").write_text("tittle = 1\n", "utf-8")
    ran = episode(*FAILURES[failure], cwd=tmp_path, LC_ALL=locale)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    if locale == CHINESE:
        assert HAN.search(ran.err)
        assert ENGLISH_SENTENCE.findall(re.sub(r"episode( \w+)?( --help)?", "", ran.err)) == []
    else:
        assert HAN.findall(ran.err) == []


def test_a_build_is_reported_in_the_language_of_the_locale(tmp_path: Path) -> None:
    """Tables and the summary are Chinese; the JSON stays English."""
    make_project(tmp_path)
    ran = episode(
        "subtitle", "transcript/bread.txt", "--explain", "--json", cwd=tmp_path, LC_ALL=CHINESE
    )
    assert ran.code == 0, ran.err
    assert [word for word in ("步骤", "已完成", "覆盖行数") if word not in ran.err] == []
    assert ENGLISH_SENTENCE.findall(ran.err) == []
    assert {step["name"]: step["why"] for step in ran.json["steps"]}["subtitles"] == "never made"


def test_the_settings_choose_another_language_than_the_locale(tmp_path: Path) -> None:
    """`[interface] language` counts from when the settings are read, for results and errors."""
    make_project(tmp_path)
    settings = tmp_path / "transcript/bread.toml"
    settings.write_text(settings.read_text("utf-8") + '[interface]\nlanguage = "zh"\n', "utf-8")
    made = episode("subtitle", "transcript/bread.txt", cwd=tmp_path)
    (tmp_path / "transcript/bread.en.txt").write_text("one\ntwo\n", "utf-8")
    failed = episode("subtitle", "transcript/bread.txt", cwd=tmp_path)
    assert "已完成" in made.err
    assert failed.code == 2
    assert HAN.search(failed.err)


@pytest.mark.parametrize(
    ("theirs", "english", "chinese"),
    [
        (
            "No such option: --colour (Possible options: --cfr, --codec)",
            "There is no option --colour. Did you mean --cfr, --codec?",
            "没有 --colour 这个选项。您是不是要用 --cfr, --codec？",
        ),
        (
            "No such option: --colour Did you mean --color?",
            "There is no option --colour. Did you mean --color?",
            "没有 --colour 这个选项。您是不是要用 --color？",
        ),
        ("No such option: -x", "There is no option -x.", "没有 -x 这个选项。"),
        ("No such command 'rendr'.", "There is no command rendr.", "没有 rendr 这个命令。"),
        ("Missing argument 'TITLE'.", "TITLE is missing.", "缺少 TITLE。"),
        (
            "Got unexpected extra argument (b.txt)",
            "Unexpected: b.txt.",
            "多余的参数：b.txt。",
        ),
        (
            "Invalid value for '--fps': 121 is not in the range 0<=x<=120.",
            "--fps: the value must be from 0 to 120.",
            "--fps：必须在 0 到 120 之间。",
        ),
        (
            "Invalid value for '--jobs': 'x' is not a valid integer.",
            "--jobs: this is not a whole number.",
            "--jobs：不是整数。",
        ),
        ("A sentence of a later version.", *["A sentence of a later version."] * 2),
    ],
)
def test_usage_sentence_translates_what_click_and_typer_say(
    theirs: str, english: str, chinese: str
) -> None:
    """Old and new versions word them differently; an unknown sentence stays as it is."""
    sentence = usage_sentence(theirs)
    assert (str(sentence), text_in(sentence, "zh")) == (english, chinese)
