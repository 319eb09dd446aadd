"""What comes in as cues: rolling captions once, two languages as two tracks, late clocks told."""

from __future__ import annotations

import dataclasses

import pytest

from pipeline.errors import InputError
from pipeline.model import Span
from pipeline.subtitles.cue_content import content_of_cues, shift_times
from pipeline.subtitles.formats import vtt
from pipeline.subtitles.formats.base import FileCue
from pipeline.timebase import samples_from_ms
from tests.subtitles.factories import transcript

YOUTUBE = """WEBVTT
Kind: captions
Language: zh

00:00:00.000 --> 00:00:02.000 align:start position:0%
\x20
大家<00:00:00.500><c>好</c><00:00:01.000><c>今天</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
大家好今天
\x20

00:00:02.010 --> 00:00:04.000 align:start position:0%
大家好今天
我们<00:00:02.500><c>聊</c><00:00:03.000><c>面包</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
我们聊面包
\x20

00:00:04.010 --> 00:00:06.000 align:start position:0%
我们聊面包
谢谢<00:00:04.500><c>大家</c>
"""


def texts(*cues: FileCue) -> list[str]:
    """Return the rows that cues become."""
    return [cue.text for cue in content_of_cues(cues).cues]


def cue(start: int, end: int, *lines: str) -> FileCue:
    """Return a cue between two times in seconds."""
    return FileCue(start * 1000, end * 1000, "\n".join(lines))


def test_rolling_captions_come_in_once() -> None:
    """Each phrase is one row, shown until the next one starts, and it is told."""
    content = content_of_cues(vtt.parse(YOUTUBE, "x"))
    assert content.cues == (
        (0, 2010, "大家好今天"),
        (2010, 4010, "我们聊面包"),
        (4010, 6000, "谢谢大家"),
    )
    (notice,) = content.notices
    assert str(notice).startswith("The captions roll: 5 cues repeat lines of the ones before")


def test_captions_that_grow_word_by_word_come_in_once() -> None:
    """A line that gets longer at its end is one row."""
    assert texts(
        cue(0, 1, "we"), cue(1, 2, "we talk"), cue(2, 3, "we talk about"), cue(3, 4, "bread")
    ) == ["we talk about", "bread"]


def test_lines_said_twice_stay_two_rows() -> None:
    """A few repeats in a talk are the author's words."""
    rows = ["对", "对", "我们开始", "先说面粉", "再说水", "然后是盐", "最后发酵"]
    cues = [cue(number, number + 1, text) for number, text in enumerate(rows)]
    assert texts(*cues) == rows
    assert not content_of_cues(cues).notices


@pytest.mark.parametrize(
    "cues",
    [
        (cue(1, 3, "大家好", "Hello everyone"), cue(4, 6, "再见", "Goodbye")),
        (cue(1, 3, "Hello everyone", "大家好"), cue(4, 6, "Goodbye", "再见")),
        (cue(1, 3, "大家好"), cue(1, 3, "Hello everyone"), cue(4, 6, "再见"), cue(4, 6, "Goodbye")),
        (cue(1, 3, "大家", "好", "Hello", "everyone"), cue(4, 6, "再见", "Goodbye")),
    ],
)
def test_two_languages_are_two_tracks(cues: tuple[FileCue, ...]) -> None:
    """Either order, and two events at one time as ASS files have them."""
    content = content_of_cues(cues)
    assert [one.text for one in content.cues] == ["大家好", "再见"]
    assert content.translations == (("en", ("Hello everyone", "Goodbye")),)
    assert len(content.notices) == 1


def test_cues_that_quote_latin_names_are_one_language() -> None:
    """A name on a line of its own now and then is no translation."""
    cues = (
        cue(1, 3, "我们用了", "GPT-4o"),
        cue(3, 5, "效果不错"),
        cue(5, 7, "下一步", "看成本"),
        cue(7, 9, "最后总结"),
    )
    assert content_of_cues(cues).cues == cues
    assert content_of_cues(cues).translations == ()


def test_a_late_clock_is_told_and_can_be_shifted() -> None:
    """A file that begins at 01:00:01 names the setting; with it, the first row starts at 1 s."""
    starts = (3_601_000, 3_604_000)
    spans = tuple(Span(samples_from_ms(at), samples_from_ms(at + 2000)) for at in starts)
    late = dataclasses.replace(transcript("一", "二"), times=spans)
    told = shift_times(late, 0, "x")
    assert "`shift = -3600`" in str(told.notices[-1])
    shifted = shift_times(late, -3600, "x")
    assert shifted.notices == ()
    assert shifted.times is not None
    assert shifted.times[0] == Span(samples_from_ms(1000), samples_from_ms(3000))
    with pytest.raises(InputError, match="3601"):
        shift_times(late, -4000, "x")
