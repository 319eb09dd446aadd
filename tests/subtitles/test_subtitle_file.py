"""Subtitle files of any format and encoding are read in bounded time."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.subtitles.formats.format_table import readable_suffixes
from pipeline.subtitles.formats.subtitle_file import (
    MAX_SUBTITLE_BYTES,
    read_cues,
    read_subtitle_file,
    track_from_subtitle_file,
)
from pipeline.timebase import samples_from_ms
from tests.subtitles.factories import HOSTILE, quick

SRT = "1\n00:00:01,000 --> 00:00:02,000\n{}\n"


@pytest.mark.parametrize(
    ("data", "encoding", "notices"),
    [
        (SRT.format("大家好，这里是厨房").encode(), "utf-8", ()),
        (b"\xef\xbb\xbf" + SRT.format("大家好，这里是厨房").encode(), "utf-8", ()),
        (
            SRT.format("大家好，这里是厨房").encode("utf-16"),
            "utf-16-le",
            ("Read as UTF-16 (little-endian).",),
        ),
        (
            SRT.format("大家好，这里是厨房").encode("gb18030"),
            "gb18030",
            ("Read as GB18030 (GBK).",),
        ),
        (SRT.format("大家好，這裡是廚房").encode("big5"), "cp950", ("Read as Big5.",)),
        (SRT.replace("\n", "\r\n").format("大家好，这里是厨房").encode(), "utf-8", ()),
    ],
)
def test_read_detects_encoding_and_line_ends(
    data: bytes, encoding: str, notices: tuple[str, ...]
) -> None:
    """The text is right, and a notice names an encoding other than UTF-8."""
    reading = read_subtitle_file(data, "talk.srt", "talk.srt")
    assert (reading.encoding, reading.notices) == (encoding, notices)
    assert reading.cues[0].text in {"大家好，这里是厨房", "大家好，這裡是廚房"}


def test_read_sorts_cues_and_says_so() -> None:
    """Players show cues by their times; overlaps are left for the check."""
    text = "1\n00:00:05,000 --> 00:00:06,000\nlate\n\n2\n00:00:01,000 --> 00:00:05,500\nearly\n"
    reading = read_subtitle_file(text.encode(), "a.SRT", "a.SRT")
    assert reading.cues == ((1000, 5500, "early"), (5000, 6000, "late"))
    assert reading.notices == ("The cues were not in the order of their times; they were sorted.",)


def test_track_has_a_row_for_each_cue() -> None:
    """Each cue is a row; lines of Chinese join without a space, lines of English with one."""
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\n在公司的\n核心事项上\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\nHello\nthere\n"
    )
    track = track_from_subtitle_file(read_subtitle_file(text.encode(), "a.srt", "a.srt"), "zh")
    assert [(cue.row, cue.source, cue.lines) for cue in track.cues] == [
        (1, "在公司的核心事项上", ("在公司的", "核心事项上")),
        (2, "Hello there", ("Hello", "there")),
    ]
    assert track.cues[0].span.start == samples_from_ms(1000)


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.srt", "no cues"),
        (b"\n\n\n", "a.vtt", "WEBVTT"),
        (b"just text", "a.srt", "no cues"),
        (b"x", "a.docx", "not a subtitle file"),
        (b"x", "talk", "not a subtitle file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a.srt", "picture"),
        (b" " * (MAX_SUBTITLE_BYTES + 1), "a.ass", "at most"),
        (SRT.format("x").encode() * 100_001, "a.srt", "more than 100,000 cues"),
    ],
)
def test_read_refuses_other_files(data: bytes, name: str, says: str) -> None:
    """Empty, foreign, huge and misnamed files give one sentence with the name of the file."""
    with pytest.raises(InputError, match=says) as refused:
        read_cues(data, name, name)
    assert str(refused.value).startswith(f"{name}: ")


BOMBS = {
    "digits": "7" * 125_000,
    "digits a line": "7\n" * 175_000,
    "digits then a time": "1" * 250_000 + ":00:00,000 --> 00:00:01,000\nx",
    "arrows": "-->" * 150_000,
    "spaces before an arrow": "00:00:01,000" + " " * 250_000 + "-->",
    "opening braces": "1\n00:00:01,000 --> 00:00:02,000\n" + "{\\" * 225_000,
    "opening tags": "1\n00:00:01,000 --> 00:00:02,000\n" + "<b " * 150_000,
    "entities": "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "&#" + "9" * 250_000 + ";" + "&" * 125_000,
    "vtt tags": "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<" * 375_000,
    "ass braces": "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,a,,0,0,0,," + "{" * 375_000,
    "ass escaped braces": "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,a,,0,0,0,,"
    + "\\{" * 200_000
    + "}",
    "ass drawings": "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,a,,0,0,0,," + "{\\p1}" * 75_000,
    "ass commas": "[Events]\nFormat: " + "a," * 125_000 + "\nDialogue: " + "," * 175_000,
    "blank lines": "\n" * 125_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("suffix", readable_suffixes())
@pytest.mark.parametrize("bomb", list(BOMBS))
def test_read_takes_linear_time_for_hostile_files(bomb: str, suffix: str) -> None:
    """A reader that backtracks would run into the timeout."""
    with suppress(InputError):
        read_cues(BOMBS[bomb].encode(), f"a{suffix}", "a")


@quick
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*HOSTILE, "\n", "\n\n", "1\n", "\r\n", "\x00", "\ufeff"]),
            st.text(max_size=20),
        ),
        max_size=40,
    )
)
def test_read_accepts_or_refuses_any_text(pieces: list[str]) -> None:
    """No text fails in another way, and what is read has possible times."""
    text = "".join(pieces)
    for suffix, head in ((".srt", ""), (".vtt", "WEBVTT\n\n"), (".ass", "[Events]\n")):
        with suppress(InputError):
            cues = read_cues((head + text).encode("utf-8", "replace"), f"a{suffix}", "a")
            assert all(0 <= cue.start_ms <= cue.end_ms for cue in cues)
            assert list(cues) == sorted(cues, key=lambda cue: cue.start_ms)
