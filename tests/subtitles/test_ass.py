"""ASS: named styles sized to the picture, two languages, karaoke."""

from __future__ import annotations

import re

import pysubs2
import pytest
from hypothesis import given

from pipeline.errors import InputError
from pipeline.model import Cue, Span, Track, Word
from pipeline.subtitles.formats import ass
from pipeline.subtitles.formats.base import FileCue
from pipeline.subtitles.formats.escaping import unescape_markup
from pipeline.timebase import samples_from_frame
from tests.subtitles.factories import frames, make_cue, quick, tracks


def events(text: str) -> list[str]:
    """Return the event lines."""
    return [line for line in text.splitlines() if line.startswith("Dialogue:")]


@quick
@given(tracks(), tracks())
def test_compose_and_parse_round_trip(first: Track, second: Track) -> None:
    """Both languages come back complete, each from its layer."""
    text = ass.compose([first, second], width=1920, height=1080, fps=30)
    for layer, track in enumerate((first, second)):
        assert [cue.text for cue in ass.parse(text, "x", layer=layer)] == [
            "\n".join(cue.lines) for cue in track.cues
        ]


@quick
@given(tracks())
def test_pysubs2_reads_the_same_cues(track: Track) -> None:
    """An independent reader finds the same text, at times within 1/100 s."""
    events = pysubs2.SSAFile.from_string(
        ass.compose([track], width=1280, height=720, fps=30), format_="ass"
    ).events
    assert [unescape_markup(event.plaintext) for event in events] == [
        "\n".join(cue.lines) for cue in track.cues
    ]
    assert all(
        0 <= cue.span.start - event.start * 48 < 480
        for event, cue in zip(events, track.cues, strict=True)
    )
    assert {event.style for event in events} == {"Main-zh"}


@pytest.mark.parametrize("fps", [24, 25, 30, 50, 60])
def test_times_select_exactly_the_frames_of_a_cue(fps: int) -> None:
    """At every frame rate the 1/100 s written select the frames of the cue and no others."""
    for start in range(1, 200):
        span = Span(samples_from_frame(start, fps), samples_from_frame(start + 3, fps))
        track = Track("zh", (Cue(1, 0, "好", ("好",), span, "measured"),))
        (cue,) = ass.parse(ass.compose([track], width=640, height=360, fps=fps), "x")
        shown = [
            frame
            for frame in range(start + 6)
            if cue.start_ms * fps <= frame * 1000 < cue.end_ms * fps
        ]
        assert shown == [start, start + 1, start + 2]


def test_first_language_is_lifted_above_the_second() -> None:
    """A cue is lifted by as many lines as the second language shows during it, and no more."""
    first = Track(
        "zh", (make_cue(1, 0, 30, "一"), make_cue(2, 30, 60, "二"), make_cue(3, 60, 90, "三"))
    )
    second = Track("en", (make_cue(1, 0, 30, "one"), make_cue(2, 30, 60, "two", "lines")))
    lines = events(ass.compose([first, second], width=1920, height=1080, fps=30))
    lifts = [int(line.split(",")[7]) for line in lines[:3]]
    assert lifts[2] == 0
    assert lifts[1] - lifts[0] == round(1080 * 0.038 * 1.448)
    assert [line.split(",")[3] for line in lines] == ["Main-zh"] * 3 + ["Second-en"] * 2


def test_sizes_scale_with_the_picture() -> None:
    """The same captions take the same share of a smaller picture."""
    track = Track("zh", (make_cue(1, 0, 30, "一"),))

    def size(width: int, height: int) -> int:
        text = ass.compose([track], width=width, height=height, fps=30)
        assert f"PlayResX: {width}\nPlayResY: {height}\n" in text
        return int(re.findall(r"Style: Main-zh,[^,]*,(\d+)", text)[0])

    assert size(1920, 1080) == pytest.approx(2 * size(960, 540), abs=1)


def test_karaoke_syllables_follow_the_word_times() -> None:
    """The syllables last as long as the cue, each from its word to the next one."""
    words = [Word(0, 2, frames(33, 45)), Word(2, 8, frames(45, 60)), Word(9, 11, frames(70, 80))]
    track = Track(
        "zh",
        (
            make_cue(1, 30, 90, "发布GPT-4o", "之后", source="发布GPT-4o，之后", words=words),
            make_cue(2, 90, 120, "没有词"),
        ),
    )
    lines = events(ass.compose([track], width=1920, height=1080, fps=30, karaoke=True))
    assert lines[0].endswith(",Karaoke-zh,,0,0,0,,{\\k10}{\\k40}发布{\\k83}GPT-4o\\N{\\k67}之后")
    assert lines[1].endswith(",Main-zh,,0,0,0,,没有词")
    assert [cue.text for cue in ass.parse("[Events]\n" + lines[0], "x")] == ["发布GPT-4o\n之后"]


def test_title_and_font_cannot_inject_lines() -> None:
    """Line breaks and commas in settings stay inside their field."""
    track = Track("zh", (make_cue(1, 0, 30, "一"),))
    look = ass.AssLook(font="Evil,99\nDialogue: 0,0:00:00.00,0:00:09.00,Main-zh,,0,0,0,,injected")
    text = ass.compose(
        [track], width=1920, height=1080, fps=30, look=look, title="t\n[Events]\nDialogue: 0,x"
    )
    assert len(ass.parse(text, "x")) == 1
    parsed = pysubs2.SSAFile.from_string(text, format_="ass")
    assert len(parsed.events) == 1
    assert parsed.styles["Main-zh"].fontsize == round(1080 * 0.054 * 1.448)


def test_compose_refuses_three_languages() -> None:
    """A file has room for a language above and one below."""
    track = Track("zh", (make_cue(1, 0, 30, "一"),))
    with pytest.raises(InputError, match="not 3"):
        ass.compose([track] * 3, width=1920, height=1080, fps=30)


def test_parse_drops_overrides_drawings_and_comments() -> None:
    """Fields are found by the Format line of the file."""
    text = (
        "[Script Info]\r\nTitle: x\r\n\r\n[Events]\r\nFormat: Start, End, Text\r\n"
        "Comment: 0:00:00.00,0:00:01.00,not shown\r\n"
        "Dialogue: 0:00:01.00,0:00:02.50,"
        "{\\an8\\fad(1,2)}Hi, {\\i1}there{\\i0}\\Nyou\\hand {unclosed\r\n"
        "Dialogue: 0:00:01.00,0:00:02.50,{\\p1}m 0 0 l 1 1{\\p0}\r\n"
        "[Fonts]\r\nDialogue: 0:00:01.00,0:00:02.50,inside a font\r\n"
    )
    assert ass.parse(text, "x") == (FileCue(1000, 2500, "Hi, there\nyou and {unclosed"),)


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("0,soon,0:00:02.00,Main,,0,0,0,,hi", "Line 2 has no time in 'soon'"),
        ("0,0:00:01.00", "The event on line 2 lacks"),
        ("0,-0:00:01.00,0:00:02.00,Main,,0,0,0,,hi", "Line 2 has a time before zero"),
    ],
)
def test_parse_names_the_line_of_a_bad_event(event: str, says: str) -> None:
    """A missing or impossible time is an error that names its line."""
    with pytest.raises(InputError, match=says):
        ass.parse(f"[Events]\nDialogue: {event}\n", "talk.ass")
