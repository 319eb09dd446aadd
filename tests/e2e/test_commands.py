"""The commands: errors in one line, exit codes, JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.small_project import ROWS, episode, make_project

if TYPE_CHECKING:
    from pathlib import Path

ONE_LINE = re.compile(r"✗ [^\n]+\n")


@pytest.mark.parametrize(
    "command",
    ["", "subtitle", "narrate", "render", "batch", "voices", "new", "cache", "clean", "doctor"],
)
def test_help_shows_usage_and_examples_of_every_command(tmp_path: Path, command: str) -> None:
    """`--help` names the command and shows how it is used."""
    ran = episode(*command.split(), "--help", cwd=tmp_path)
    assert ran.code == 0
    assert "Traceback" not in ran.out + ran.err
    assert re.search(rf"episode {command}", ran.out)
    assert command == "" or "Example" in ran.out


def test_version_option_prints_the_version_of_the_package(tmp_path: Path) -> None:
    """`--version` prints name and number."""
    from pipeline import __version__

    assert episode("--version", cwd=tmp_path).out == f"episode {__version__}\n"


BAD = {
    "no such file": (
        ["render", "transcript/brad.txt"],
        {},
        ["brad.txt", "no such file", "transcript/bread.txt"],
    ),
    "a folder": (["render", "transcript"], {}, ["transcript"]),
    "a picture": (["render", "transcript/x.png"], {"x.png": b"\x89PNG\r\n"}, ["x.png", ".txt"]),
    "empty": (["subtitle", "transcript/x.txt"], {"x.txt": b""}, ["x.txt"]),
    "only blank lines": (["subtitle", "transcript/x.txt"], {"x.txt": b"\n\n  \n"}, ["x.txt"]),
    "binary": (["subtitle", "transcript/x.txt"], {"x.txt": bytes(range(256)) * 8}, ["x.txt"]),
    "unknown directive": (
        ["subtitle", "transcript/x.txt"],
        {"x.txt": "@slyde 1.png\n一行".encode()},
        ["x.txt", "@slide"],
    ),
    "unknown setting": (
        ["subtitle", "transcript/bread.txt"],
        {"bread.toml": b"tittle = 'x'"},
        ["bread.toml", "tittle", "title"],
    ),
    "settings not TOML": (
        ["subtitle", "transcript/bread.txt"],
        {"bread.toml": b"title = "},
        ["bread.toml", "TOML"],
    ),
    "settings not text": (
        ["subtitle", "transcript/bread.txt"],
        {"bread.toml": b"\x89PNG\r\n\x1a\n" + bytes(40)},
        ["bread.toml", "PNG", "UTF-8"],
    ),
    "chapter past the end": (
        ["subtitle", "transcript/bread.txt"],
        {"bread.toml": b"[[chapter]]\nrow = 99\ntitle = 'x'"},
        ["99", "12"],
    ),
    "a row short": (
        ["subtitle", "transcript/bread.txt"],
        {"bread.en.txt": b"one\ntwo\n"},
        ["bread.en.txt", "12", "2"],
    ),
    "size": (["render", "transcript/bread.txt", "--size", "big"], {}, ["big", "1920x1080"]),
    "odd size": (["render", "transcript/bread.txt", "--size", "641x360"], {}, ["width", "641"]),
    "burn": (["render", "transcript/bread.txt", "--burn", "fr"], {}, ["burn", "fr"]),
    "duration": (["subtitle", "transcript/bread.txt", "--duration", "soon"], {}, ["soon", "14:30"]),
    "voice engine": (["render", "transcript/bread.txt", "--voice", "siri"], {}, ["siri", "edge"]),
    "name with a dot": (
        ["subtitle", "transcript/.txt.txt"],
        {".txt.txt": "一行".encode()},
        ["dot"],
    ),
    "broken srt": (["subtitle", "transcript/x.srt"], {"x.srt": b"not a subtitle file"}, ["x.srt"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_reported_in_one_line_with_exit_code_2(tmp_path: Path, case: str) -> None:
    """The line names the file or option and says what to do; no output is left behind."""
    arguments, files, words = BAD[case]
    make_project(tmp_path)
    for name, body in files.items():
        (tmp_path / "transcript" / name).write_bytes(body)
    ran = episode(*arguments, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ONE_LINE.fullmatch(ran.err), ran.err
    assert [word for word in words if word not in ran.err] == []
    assert not (tmp_path / "output").exists()


def test_unknown_option_ends_with_exit_code_2(tmp_path: Path) -> None:
    """No traceback is shown."""
    ran = episode("render", "x.txt", "--colour", cwd=tmp_path)
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_quiet_with_json_prints_json_only(tmp_path: Path) -> None:
    """Standard error is empty, and standard output is one JSON value."""
    make_project(tmp_path)
    ran = episode("subtitle", "transcript/bread.txt", "--quiet", "--json", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert (ran.json["episode"], ran.json["report"]["faithful"]) == ("bread", True)


def test_subtitle_command_uses_the_times_of_the_narration(tmp_path: Path) -> None:
    """Times are estimated first, then those of the narration; with --duration estimated again."""
    make_project(tmp_path)
    first = episode("subtitle", "transcript/bread.txt", "--quiet", "--json", cwd=tmp_path).json[
        "report"
    ]
    episode("narrate", "transcript/bread.txt", "--quiet", cwd=tmp_path)
    then = episode("subtitle", "transcript/bread.txt", "--quiet", "--json", cwd=tmp_path).json[
        "report"
    ]
    fitted = episode(
        "subtitle", "transcript/bread.txt", "--duration", "1:00", "--quiet", "--json", cwd=tmp_path
    ).json["report"]
    assert (first["row_times"]["estimated"], then["row_times"]["estimated"]) == (12, 0)
    assert (fitted["row_times"]["estimated"], fitted["frames"]) == (12, 1800)


def test_subtitle_command_keeps_the_times_of_a_subtitle_file(tmp_path: Path) -> None:
    """Times are kept to the frame; lines of one cue become one row."""
    (tmp_path / "talk.srt").write_text(
        "1\n00:00:01,000 --> 00:00:03,500\n你好\n\n"
        "2\n00:00:04,000 --> 00:00:06,000\nhello\nworld\n",
        "utf-8",
    )
    ran = episode("subtitle", "talk.srt", "--quiet", "--json", cwd=tmp_path)
    assert ran.code == 0, ran.err
    report = json.loads((tmp_path / "output/talk/report.json").read_text("utf-8"))
    assert [(cue["start_ms"], "".join(cue["lines"])) for cue in report["cues"]] == [
        (1000, "你好"),
        (4000, "hello world"),
    ]


def test_new_command_writes_an_episode_that_other_commands_read(tmp_path: Path) -> None:
    """A second episode with the same name is refused."""
    made = episode("new", '酵母 "Bread" \\ @home', "--json", "--quiet", cwd=tmp_path).json
    ran = episode("subtitle", made["transcript"], "--quiet", "--json", cwd=tmp_path)
    assert ran.json["report"]["title"] == '酵母 "Bread" \\ @home'
    assert episode("new", '酵母 "Bread" \\ @home', cwd=tmp_path).code == 2


def test_cache_command_lists_and_prunes_entries(tmp_path: Path) -> None:
    """After everything is pruned, the next run makes it again."""
    make_project(tmp_path)
    episode("narrate", "transcript/bread.txt", "--quiet", cwd=tmp_path)
    before = episode("cache", "--json", "--quiet", cwd=tmp_path).json
    pruned = episode("cache", "--prune", "0", "--json", "--quiet", cwd=tmp_path).json
    again = episode("narrate", "transcript/bread.txt", "--force", "--quiet", cwd=tmp_path)
    assert before["kinds"]["take"] > 0
    assert (pruned["bytes"], pruned["freed"]) == (0, before["bytes"])
    assert again.code == 0


def test_clean_command_removes_outputs_only(tmp_path: Path) -> None:
    """A file that the program did not write stays."""
    make_project(tmp_path)
    episode("subtitle", "transcript/bread.txt", "--quiet", cwd=tmp_path)
    own = tmp_path / "output/bread/notes.txt"
    own.write_text("mine")
    episode("clean", "transcript/bread.txt", cwd=tmp_path)
    assert [path.name for path in own.parent.iterdir()] == ["notes.txt"]


def test_batch_command_makes_the_other_episodes_when_one_fails(tmp_path: Path) -> None:
    """Two are made and one fails, exit code 1; then two are up to date."""
    make_project(tmp_path)
    (tmp_path / "transcript/soup.txt").write_text("\n".join(ROWS[2:6]), "utf-8")
    (tmp_path / "transcript/bad.txt").write_bytes(b"\x00\x01\x02")
    first = episode("batch", "--only", "subtitle", "--json", "--quiet", cwd=tmp_path)
    again = episode("batch", "--only", "subtitle", "--json", "--quiet", cwd=tmp_path)
    assert (first.code, first.json["made"], first.json["failed"]) == (1, 2, 1)
    assert (again.json["current"], again.json["failed"]) == (2, 1)
    assert "bad.txt" in next(
        one["failure"] for one in again.json["results"] if one["name"] == "bad"
    )
    page = (tmp_path / "output/index.html").read_text("utf-8")
    assert "天然酵母面包" in page
    assert "bad.txt" in page


def test_times_file_decides_the_time_of_a_row(tmp_path: Path) -> None:
    """The cue starts at the corrected time, to the frame."""
    make_project(tmp_path)
    (tmp_path / "transcript/bread.times.toml").write_text(
        "[[row]]\nrow = 2\nstart = 4.5\nend = 6.0\n", "utf-8"
    )
    ran = episode("subtitle", "transcript/bread.txt", "--quiet", cwd=tmp_path)
    assert ran.code == 0, ran.err
    report = json.loads((tmp_path / "output/bread/report.json").read_text("utf-8"))
    second = next(cue for cue in report["cues"] if cue["language"] == "zh" and cue["row"] == 2)
    assert second["start_ms"] == 4500
    assert report["faithful"] is True
