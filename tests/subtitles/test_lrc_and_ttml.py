"""LRC and TTML: times and texts as their own documents say, and hostile files."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.subtitles.formats import lrc, ttml
from pipeline.subtitles.formats.base import FileCue

NAMESPACES = (
    'xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" '
    'xmlns:tts="http://www.w3.org/ns/ttml#styling"'
)


def body(inside: str, attributes: str = "") -> str:
    """Return a document around paragraphs."""
    head = "<head><metadata>no text</metadata></head>"
    return f"<tt {NAMESPACES} {attributes}>{head}<body><div>{inside}</div></body></tt>"


def test_lines_of_lrc_last_until_the_next_time() -> None:
    """Empty lines end one, several times repeat one, the offset moves all, word times go."""
    text = (
        "[ti:面包]\n[offset:+500]\n[00:01.50]<00:01.50>你 <00:02.00>好\n[00:03.5]\n"
        "[01:00.00][00:10.00]副歌\n[00:12:50]再见\n"
    )
    assert lrc.parse(text, "x") == (
        FileCue(1000, 3000, "你 好"),
        FileCue(9500, 12000, "副歌"),
        FileCue(12000, 59500, "再见"),
        FileCue(59500, 61500, "副歌"),
    )


def test_text_without_a_time_is_named() -> None:
    """LRC has no lines that belong to the one above."""
    with pytest.raises(InputError, match="Line 2 is not a time line: 没有时间"):
        lrc.parse("[00:01.00]你好\n没有时间\n", "x")


@pytest.mark.parametrize(
    ("inside", "attributes", "expected"),
    [
        ('<p begin="00:00:01.000" end="00:00:02.500">a</p>', "", [(1000, 2500, "a")]),
        ('<p begin="1.5s" dur="500ms">a</p>', "", [(1500, 2000, "a")]),
        (
            '<p begin="00:00:01:15" end="00:00:02:00">a</p>',
            'ttp:frameRate="30"',
            [(1500, 2000, "a")],
        ),
        (
            '<p begin="24f" end="48f">a</p>',
            'ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"',
            [(1001, 2002, "a")],
        ),
        (
            '<p begin="10000000t" end="20000000t">a</p>',
            'ttp:tickRate="10000000"',
            [(1000, 2000, "a")],
        ),
        ('<p begin="1s" end="2s">a<br/>b</p>', "", [(1000, 2000, "a\nb")]),
        (
            '<p begin="1s" end="2s">\n  <span tts:color="r">wrapped\n   text</span> &amp; more</p>',
            "",
            [(1000, 2000, "wrapped text & more")],
        ),
        (
            '<p><span begin="1s" end="2s">a</span><span begin="2s" end="3s">b</span></p>',
            "",
            [(1000, 2000, "a"), (2000, 3000, "b")],
        ),
        ('</div><div begin="10s"><p begin="1s" end="2s">a</p>', "", [(11000, 12000, "a")]),
        ('<p begin="1s" end="2s"> </p>', "", []),
    ],
)
def test_times_nesting_and_blanks_of_ttml(
    inside: str, attributes: str, expected: list[tuple[int, int, str]]
) -> None:
    """Clock times, frames, ticks, durations, spans with times, and times of the outer element."""
    assert [tuple(cue) for cue in ttml.parse(body(inside, attributes), "x")] == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<tt><body>", "is no XML"),
        ("no xml at all", "is no XML"),
        ('<!DOCTYPE tt [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><tt>&b;</tt>', "document type"),
        ('<!DOCTYPE tt SYSTEM "file:///etc/passwd"><tt/>', "document type"),
        ("<tt>" * 101, "nested too deeply"),
        (body('<p begin="soon" end="2s">a</p>'), "soon"),
        (body('<p begin="3s" end="2s">a</p>'), "ends before it starts"),
    ],
)
def test_damaged_and_hostile_ttml_is_refused(text: str, says: str) -> None:
    """Nothing is fetched or expanded."""
    with pytest.raises(InputError, match=says):
        ttml.parse(text, "x")
