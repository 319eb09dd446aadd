"""WebVTT: escapes, one STYLE block, no tags."""

from __future__ import annotations

import html

import pysubs2
import pytest
from hypothesis import given

from pipeline.errors import InputError
from pipeline.model import Track
from pipeline.subtitles.formats import vtt
from pipeline.subtitles.formats.base import FileCue
from pipeline.subtitles.formats.subtitle_file import read_subtitle_file
from pipeline.text.line_joining import WORD_JOINER
from tests.subtitles.factories import expected_cues, make_cue, quick, tracks


def test_compose_writes_signature_times_and_escapes() -> None:
    """The signature comes first, times have a point, markup is escaped."""
    track = Track("en", (make_cue(1, 0, 30, "a<b> & c"), make_cue(2, 32, 60, "-->")))
    expected = (
        "WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\na&lt;b&gt; &amp; c\n\n"
        "2\n00:00:01.067 --> 00:00:02.000\n--&gt;\n"
    )
    assert vtt.compose(track, style=False) == expected


def test_compose_puts_the_style_block_before_the_cues() -> None:
    """One STYLE block styles all captions; no cue has a tag."""
    text = vtt.compose(Track("zh", (make_cue(1, 0, 30, "<c>好</c>"),)))
    head, _, cues = text.partition("1\n00:00:00.000")
    assert head.startswith("WEBVTT\n\nSTYLE\n::cue {")
    assert "<" not in cues


@quick
@given(tracks())
def test_compose_and_parse_round_trip(track: Track) -> None:
    """Every cue comes back with its times and characters."""
    assert list(vtt.parse(vtt.compose(track), "x")) == expected_cues(track)


@quick
@given(tracks())
def test_pysubs2_reads_the_same_cues(track: Track) -> None:
    """An independent reader finds the same cues (it leaves the escapes as they are)."""
    events = pysubs2.SSAFile.from_string(vtt.compose(track), format_="vtt").events
    cues = [
        (
            event.start,
            event.end,
            html.unescape(event.text.replace("\\N", "\n")).replace(WORD_JOINER, ""),
        )
        for event in events
    ]
    assert cues == [
        (start, end, text.replace("\\N", "\n")) for start, end, text in expected_cues(track)
    ]


def test_parse_skips_comments_styles_and_regions() -> None:
    """Comments, styles, regions and identifiers are no text; tags and escapes are resolved."""
    text = (
        "WEBVTT - talk\nKind: captions\n\nNOTE\n00:00 is not a time\n\n"
        "STYLE\n::cue {}\n\nREGION\nid:a\n\n"
        "intro\n00:01.000 --> 00:02.500 line:0 align:start\n"
        "<v Bob>Hi <00:01.500><c.loud>there</c> &amp; you</v>\n\n"
        "01:00:00.000 --> 01:00:01.000\n你好\n01:00:02.000 --> 01:00:03.000\nforgot a line"
    )
    expected = (
        FileCue(1000, 2500, "Hi there & you"),
        FileCue(3_600_000, 3_601_000, "你好"),
        FileCue(3_602_000, 3_603_000, "forgot a line"),
    )
    assert vtt.parse(text, "x") == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1\n00:00:01.000 --> 00:00:02.000\nhi\n", "WEBVTT"),
        ("WEBVTT\n\n1\n00:02.000 --> 00:01.000\nhi\n", "line 4 ends before it starts"),
        ("WEBVTT\n\nsoon --> later\nhi\n", "Line 3 is not a time line"),
    ],
)
def test_parse_names_what_it_cannot_read(text: str, says: str) -> None:
    """A missing signature, a broken time line and an impossible time each have a sentence."""
    with pytest.raises(InputError, match=says):
        read_subtitle_file(text.encode(), "talk.vtt", "talk.vtt")
