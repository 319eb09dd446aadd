"""SRT: what is written reads back, whatever the text."""

from __future__ import annotations

import pysubs2
import pytest
import srt as srt_package
from hypothesis import given

from pipeline.errors import InputError, OutputFault
from pipeline.model import Track
from pipeline.subtitles.formats import srt
from pipeline.subtitles.formats.base import FileCue
from pipeline.subtitles.formats.escaping import unescape_markup
from tests.subtitles.factories import expected_cues, make_cue, quick, tracks


def test_compose_writes_numbered_cues() -> None:
    """Cues are numbered from 1, times have a comma, a blank line ends each cue."""
    track = Track(
        "zh",
        (make_cue(1, 0, 30, "大家好"), make_cue(2, 32, 108_000, "在OpenAI发布了", "GPT-4o之后")),
    )
    expected = (
        "1\n00:00:00,000 --> 00:00:01,000\n大家好\n\n"
        "2\n00:00:01,067 --> 01:00:00,000\n在OpenAI发布了\nGPT-4o之后\n\n"
    )
    assert srt.compose(track) == expected


def test_compose_writes_a_byte_order_mark_on_request() -> None:
    """`bom` adds one mark at the start and changes nothing else."""
    track = Track("zh", (make_cue(1, 0, 30, "大家好"),))
    assert srt.compose(track, bom=True) == "\ufeff" + srt.compose(track)


@quick
@given(tracks())
def test_compose_and_parse_round_trip(track: Track) -> None:
    """Every cue comes back with its times and characters."""
    assert list(srt.parse(srt.compose(track), "x")) == expected_cues(track)


@quick
@given(tracks())
def test_pysubs2_reads_the_same_cues(track: Track) -> None:
    """An independent reader finds the same cues, but for the word joiners."""
    events = pysubs2.SSAFile.from_string(srt.compose(track), format_="srt").events
    assert [
        (event.start, event.end, unescape_markup(event.plaintext)) for event in events
    ] == expected_cues(track)


@quick
@given(tracks(most=4))
def test_srt_package_reads_the_same_cues(track: Track) -> None:
    """The package that wrote the file reads it back too."""
    cues = list(srt_package.parse(srt.compose(track)))
    assert [unescape_markup(subtitle.content) for subtitle in cues] == [
        "\n".join(one.lines) for one in track.cues
    ]


def test_compose_keeps_text_with_line_breaks_in_one_cue() -> None:
    """A text that contains a whole cue stays one line of one cue."""
    track = Track(
        "zh", (make_cue(1, 0, 30, "好\r\n\r\n2\r\n00:00:09,000 --> 00:00:10,000\r\n坏\x00"),)
    )
    assert srt.parse(srt.compose(track), "x") == (
        FileCue(0, 1000, "好 2 00:00:09,000 --> 00:00:10,000 坏"),
    )


def test_compose_refuses_a_cue_without_text() -> None:
    """A cue that shows nothing would not be read back, so it is not written."""
    with pytest.raises(OutputFault) as refused:
        srt.compose(Track("zh", (make_cue(1, 0, 30, "好"), make_cue(7, 30, 60, " ", source=" "))))
    assert refused.value.row == 7


def test_compose_shows_the_source_of_an_empty_line() -> None:
    """If a profile drops the only character of a row, the row itself is shown."""
    assert srt.parse(srt.compose(Track("zh", (make_cue(1, 0, 30, "", source="。"),))), "x") == (
        FileCue(0, 1000, "。"),
    )


def test_parse_drops_styling_and_keeps_text() -> None:
    """Tags and position codes of other tools are no text; `a < b` is."""
    text = (
        "\n\n1\n0:00:01,5 --> 0:00:02.500  X1:10\n"
        "{\\an8}<i>Hello</i> <font color='#f00'>x < 3</font>\n\n\n\n"
        "00:00:03,000-->00:00:04,000\nno number\n"
    )
    assert srt.parse(text, "x") == (
        FileCue(1500, 2500, "Hello x < 3"),
        FileCue(3000, 4000, "no number"),
    )


def test_parse_skips_blank_lines_inside_a_cue() -> None:
    """The next cue begins at its time line, not at a blank line."""
    text = "1\n00:00:01,000 --> 00:00:02,000\none\n\ntwo\n2\n00:00:03,000 --> 00:00:04,000\nthree"
    assert srt.parse(text, "x") == (FileCue(1000, 2000, "one\ntwo"), FileCue(3000, 4000, "three"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("1\n00:00:0x,000 --> 00:00:02,000\nhi\n", 2),
        ("1\n00:00:01,000 --> 00:00:02,000\nhi\n\n2\nlater --> soon\nho\n", 6),
        ("1\n-00:00:01,000 --> 00:00:02,000\nhi\n", 2),
        ("1\n00:00:03,000 --> 00:00:02,000\nhi\n", 2),
    ],
)
def test_parse_names_the_line_of_an_impossible_time(text: str, line: int) -> None:
    """Broken time lines, times before zero and ends before starts are errors with a line."""
    with pytest.raises(InputError) as refused:
        srt.parse(text, "talk.srt")
    assert str(refused.value).startswith("talk.srt: ")
    assert f"ine {line} " in str(refused.value)
