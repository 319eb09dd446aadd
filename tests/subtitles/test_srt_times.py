"""Time lines of SRT files as people and programs write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputError
from pipeline.subtitles.formats import srt
from pipeline.subtitles.formats.subtitle_file import read_subtitle_file
from tests.small_project import episode

if TYPE_CHECKING:
    from pathlib import Path

LAST = "\n\n2\n00:00:05,000 --> 00:00:06,000\nworld\n"


@pytest.mark.parametrize(
    "times",
    [
        "00:00:01,000 --> 00:00:02,500\N{NO-BREAK SPACE}",
        "00:00:01,000 --> 00:00:02,500\N{IDEOGRAPHIC SPACE}",
        "00:00:01,000 --> 00:00:02,500\N{ZERO WIDTH SPACE}",
        "\N{NO-BREAK SPACE}00:00:01,000 --> 00:00:02,500",
        "\N{ZERO WIDTH NO-BREAK SPACE}00:00:01,000 --> 00:00:02,500",
        "00:00:01,000\N{NO-BREAK SPACE}-->\N{NO-BREAK SPACE}00:00:02,500",
        "00:00:01.0000000000 --> 00:00:02.5000000000",
        "00:00:01,000 --> 00:00:02.500",
        "00:00:01, 000 --> 00:00:02, 500",
        "00: 00: 01,000 --> 00: 00: 02,500",
        "0:0:1,0 --> 0:0:2,5",
        "00:00:01,000-->00:00:02,500",
        "00:00:01,000 ---> 00:00:02,500",
        "00:00:01,000 - -> 00:00:02,500",
        "00:00:01,000 --> 00:00:02,500X1:1 Y1:1",
        "00:00:01,000\t-->\t00:00:02,500  line:1",
        "00:00:01:000 --> 00:00:02:500",
        "00:00:01;000 --> 00:00:02;500",
        "00:01,000 --> 00:02,500",
    ],
)
def test_a_time_line_is_read_however_it_is_written(times: str) -> None:
    """No cue is swallowed."""
    cues = srt.parse(f"1\n{times}\nhello{LAST}", "x")
    assert [tuple(cue) for cue in cues] == [(1000, 2500, "hello"), (5000, 6000, "world")]


@pytest.mark.parametrize(
    "times",
    [
        "00:00:01,000 –> 00:00:02,500",
        "00.00.01,000 --> 00.00.02,500",
        "00:00:01,000 -->",
    ],
)
def test_a_damaged_time_line_is_named(times: str) -> None:
    """It is not taken for text."""
    with pytest.raises(InputError, match="Line 2 is not a time line"):
        srt.parse(f"1\n{times}\nhello{LAST}", "x")


def test_all_impossible_times_are_listed_at_once() -> None:
    """Backwards and negative ones, and lines that are none."""
    text = (
        "1\n00:00:03,000 --> 00:00:02,000\na\n\n2\n-00:00:01,000 --> 00:00:04,000\nb\n\n"
        "3\nsoon --> later\nc\n\n4\n00:00:05,000 --> 00:00:06,000\nd\n"
    )
    with pytest.raises(InputError, match=r"3 lines .*: 2, 6, 10\."):
        read_subtitle_file(text.encode(), "a.srt", "a.srt")


def test_check_finds_and_mends_them_and_subtitle_then_takes_the_file(tmp_path: Path) -> None:
    """Through the command line."""
    (tmp_path / "transcript").mkdir()
    bad = tmp_path / "transcript" / "bad.srt"
    bad.write_text(
        "1\n-00:00:01,000 --> 00:00:02,000\n<i>你好吗</i>\n\n"
        "2\n00:00:05,000 --> 00:00:04,000\n今天聊面包\n\n3\n00:00:09,000 --> 00:00:11,000\n再见\n",
        "utf-8",
    )
    refused = episode("subtitle", "transcript/bad.srt", cwd=tmp_path)
    assert refused.code == 2
    assert "2, 6" in refused.err
    checked = episode("check", "transcript/bad.srt", "--fix", "--json", cwd=tmp_path)
    assert checked.code in {0, 1}
    fixed = tmp_path / "transcript" / "bad.fixed.srt"
    assert "<i>你好吗</i>" in fixed.read_text("utf-8")
    cues = srt.parse(fixed.read_text("utf-8"), "x")
    assert [cue.start_ms for cue in cues] == [0, 5000, 9000]
    assert all(cue.start_ms < cue.end_ms for cue in cues)
    assert episode("subtitle", "transcript/bad.fixed.srt", cwd=tmp_path).code == 0
