"""YouTube's SBV: times, text without markup, damaged files."""

from __future__ import annotations

import pytest
from hypothesis import given

from pipeline.errors import InputError
from pipeline.model import Track
from pipeline.subtitles.formats import sbv
from pipeline.subtitles.formats.base import FileCue
from pipeline.subtitles.formats.subtitle_file import read_cues
from tests.subtitles.factories import expected_cues, make_cue, quick, tracks


def test_compose_writes_times_with_one_digit_for_the_hour() -> None:
    """Each cue is a line of two times and its text; a blank line is between cues."""
    track = Track("en", (make_cue(1, 0, 30, "a<b> & c"), make_cue(2, 32, 60, "好")))
    expected = "0:00:00.000,0:00:01.000\na<b> & c\n\n0:00:01.067,0:00:02.000\n好\n"
    assert sbv.compose(track) == expected


@quick
@given(tracks())
def test_compose_and_parse_round_trip(track: Track) -> None:
    """Every cue comes back with its times and characters."""
    assert list(sbv.parse(sbv.compose(track), "x")) == expected_cues(track)


def test_compose_keeps_text_that_looks_like_a_time_line() -> None:
    """A caption that is a time line stays text."""
    track = Track("en", (make_cue(1, 0, 30, "0:00:05.000,0:00:06.000"),))
    assert list(sbv.parse(sbv.compose(track), "x")) == expected_cues(track)


def test_parse_joins_lines_and_skips_blank_ones() -> None:
    """Windows line ends, a blank line inside a cue and a missing one between cues are read."""
    text = "0:00:01.000,0:00:02.500\r\none\r\n\r\ntwo\r\n1:00:03.000, 1:00:04.000\r\nat 3:16, 4:5"
    assert sbv.parse(text, "x") == (
        FileCue(1000, 2500, "one\ntwo"),
        FileCue(3_603_000, 3_604_000, "at 3:16, 4:5"),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello\n0:00:01.000,0:00:02.000\na\n", "Line 1 is not a time line: hello"),
        ("0:00:01.000,0:00:02.000\na\n\n0:00:03.000,\nb\n", "Line 4 is not a time line"),
        ("0:00:01.000,0:00:02.000\na\n\n0:00:03.000\nb\n", "Line 4 is not a time line"),
        ("0:00:02.000,0:00:01.000\na\n", "1"),
        ("-0:00:02.000,0:00:01.000\na\n", "1"),
        ("", "a.sbv"),
    ],
)
def test_read_names_the_line_it_cannot_read(text: str, sentence: str) -> None:
    """A damaged or empty file is refused with its place."""
    with pytest.raises(InputError, match=sentence):
        read_cues(text.encode(), "a.sbv", "a.sbv")
