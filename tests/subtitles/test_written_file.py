"""A file checked and fixed as it is written: every fault told, every tag kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from pipeline.subtitle_profiles import CUE_LIMITS, profile_for
from pipeline.subtitles.formats import srt
from pipeline.subtitles.formats.written_file import read_written_file, track_of_written_file
from pipeline.subtitles.qc.file_faults import with_file_faults
from pipeline.subtitles.qc.fix import fix_track
from pipeline.subtitles.qc.fixed_file import compose_fixed_file
from pipeline.subtitles.qc.markup_lines import rebroken_markup
from pipeline.subtitles.qc.quality_check import check_cues
from pipeline.text.word_segmenter import Segmenter
from tests.subtitles.factories import quick, tracks

if TYPE_CHECKING:
    from pipeline.model import Track

LIMITS = CUE_LIMITS["netflix-zh"]
SEGMENTER = Segmenter()

BACKWARD = """1
00:00:01,000 --> 00:00:03,000
这一条非常非常非常非常非常非常非常非常非常非常非常非常长长长长长

2
00:00:04,000 --> 00:00:03,000
倒过来

7
00:00:05,000 --> 00:00:05,000
零长度
"""


def checked(text: str, name: str = "a.srt") -> list[tuple[str, int]]:
    """Return the rule and the cue of each finding of a file."""
    written = read_written_file(text.encode(), name, name)
    assert written is not None
    track = track_of_written_file(written, "zh")
    findings = check_cues(track, LIMITS, segmenter=SEGMENTER)
    return [(one.rule, one.cue) for one in with_file_faults(findings, written.layout)]


def fixed(text: str, name: str = "a.srt") -> str:
    """Return the text of a file after the automatic fixes."""
    written = read_written_file(text.encode(), name, name)
    assert written is not None
    track = track_of_written_file(written, "zh")
    new_track, _ = fix_track(track, LIMITS, SEGMENTER)
    return compose_fixed_file(written, track, new_track, 30)


def test_check_lists_every_fault_of_a_backward_file() -> None:
    """A cue that ends before it starts does not hide those before and after it."""
    assert checked(BACKWARD) == [
        ("length", 1),
        ("speed", 1),
        ("end-before-start", 2),
        ("duration-none", 3),
    ]


def test_check_reads_on_after_lines_that_are_no_times() -> None:
    """A broken time line and a negative time are two findings; the other cues are checked."""
    text = (
        "1\n00:00:0x,000 --> 00:00:02,000\n坏\n\n"
        "2\n-00:00:01,000 --> 00:00:02,000\n负\n\n"
        "3\n00:00:05,000 --> 00:00:05,500\n短\n"
    )
    assert checked(text) == [("time-negative", 1), ("duration-short", 2), ("unreadable", 0)]


def test_check_keeps_the_order_of_the_file() -> None:
    """Cues out of order are told where they stand, and are not sorted away."""
    text = "1\n00:00:05,000 --> 00:00:06,000\n晚\n\n2\n00:00:01,000 --> 00:00:02,000\n早\n"
    assert checked(text) == [("order", 2)]


def test_check_names_cues_as_the_file_does() -> None:
    """The sentence about the third cue names its own number, 7."""
    written = read_written_file(BACKWARD.encode(), "a.srt", "a.srt")
    assert written is not None
    findings = check_cues(track_of_written_file(written, "zh"), LIMITS)
    assert [str(one.sentence) for one in findings if one.cue == 3] == ["Cue 7 has no length."]


def test_fix_gives_a_backward_cue_an_end() -> None:
    """The start and the numbers of the file stay."""
    text = fixed(BACKWARD.replace("非常", ""))
    assert "00:00:04,000 --> 00:00:04,933" in text
    assert re.findall(r"^\d+$", text, re.MULTILINE) == ["1", "2", "7"]
    assert "end-before-start" not in {rule for rule, _ in checked(text)}


_SRT = (
    "1\n00:00:01,000 --> 00:00:03,000\n{\\an8}上方的字幕\n\n"
    '2\n00:00:02,990 --> 00:00:06,000 X1:10\n<i>他想</i>\n<font color="#ff0">黄色</font>\n'
)
_VTT = (
    "WEBVTT - 谈话\n\nSTYLE\n::cue(b) { color: red }\n\nNOTE 注\n\nintro\n"
    "00:01.000 --> 00:03.000 line:0 align:start\n<v 张三><b>上方</b> &amp; 下方\n\n"
    "00:02.990 --> 00:06.000\n他想\n"
)
_ASS = (
    "[Script Info]\nTitle: x\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,记\n"
    "Dialogue: 0,0:00:01.00,0:00:03.00,Top,张三,0,0,9,,{\\pos(9,9)}上方\\N{\\i1}下方\n"
    "Dialogue: 0,0:00:02.99,0:00:06.00,Default,,0,0,0,,他想\n"
)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.srt", _SRT, _SRT.replace("00:00:03,000", "00:00:02,933")),
        ("a.vtt", _VTT, _VTT.replace("00:03.000", "00:00:02.933")),
        ("a.ass", _ASS, _ASS.replace("0:00:03.00", "0:00:02.93")),
    ],
)
def test_fix_changes_only_what_was_wrong(name: str, text: str, expected: str) -> None:
    """An overlap changes one time; tags, settings, styles and comments stay in every format."""
    assert fixed(text, name) == expected
    assert fixed(text.replace("\n", "\r\n"), name) == expected.replace("\n", "\r\n")


def test_fix_moves_cues_with_their_markup_and_numbers_them_anew() -> None:
    """Sorted cues keep their tags; a cue without text goes."""
    text = (
        "1\n00:00:05,000 --> 00:00:06,000\n<i>晚</i>\n\n"
        "2\n00:00:08,000 --> 00:00:09,000\n\n"
        "3\n00:00:01,000 --> 00:00:02,000\n{\\an8}早\n"
    )
    assert fixed(text) == (
        "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}早\n\n"
        "2\n00:00:05,000 --> 00:00:06,000\n<i>晚</i>\n"
    )


def test_rebroken_markup_closes_and_opens_elements_at_a_cut() -> None:
    """Italics go on in the next cue, and a position applies to both."""
    assert rebroken_markup(
        ["{\\an8}<i>今天做豆腐", "明天</i>吃"], [("今天", "做豆腐"), ("明天吃",)], srt.TAG
    ) == [("{\\an8}<i>今天", "做豆腐</i>"), ("{\\an8}<i>明天</i>吃",)]


@quick
@given(tracks())
def test_fix_of_any_file_keeps_its_words(track: Track) -> None:
    """What a viewer reads is the same text after the fixes, in the order of time."""
    text = srt.compose(track)

    def shown(file_text: str) -> str:
        return "".join("".join(cue.text for cue in srt.parse(file_text, "x")).split())

    assert shown(fixed(text)) == shown(text)


@pytest.mark.parametrize(
    ("profile", "language", "better"),
    [
        ("netflix-en", "zh", "netflix-zh"),
        ("netflix-zh", "en", "netflix-en"),
        ("netflix-zh", "zh-TW", "netflix-zh"),
        ("verbatim", "en", "verbatim"),
        ("", "zh", ""),
    ],
)
def test_profile_for_names_one_made_for_the_language(
    profile: str, language: str, better: str
) -> None:
    """A profile that counts another script's characters is not meant for this one."""
    assert profile_for(profile, language) == better


def test_parse_decodes_entities_as_players_do() -> None:
    """`&amp;` is an ampersand and `&nbsp;` a space; an ampersand of the text is no entity."""
    text = "1\n00:00:01,000 --> 00:00:02,000\nR&amp;D&nbsp;AT&T &#39;x&#39; &unknown;\n"
    assert srt.parse(text, "x")[0].text == "R&D\xa0AT&T 'x' &unknown;"
