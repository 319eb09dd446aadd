"""WebVTT as browsers read it: other people's suites, and kinds of our own."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.subtitles.formats import vtt
from pipeline.subtitles.formats.base import FileCue
from pipeline.subtitles.formats.subtitle_file import read_subtitle_file
from pipeline.text.encoding import decode_text

SUITES = Path(__file__).parents[2].parent / "shared" / "data" / "webvtt"
needs_suites = pytest.mark.skipif(not SUITES.is_dir(), reason="the suites are not here")


def shown(text: str) -> list[str]:
    """Return the lines that a browser shows of a cue's raw text."""
    visible = "".join(map(html.unescape, re.split("<[^>]*>?", text)))
    return [line.strip() for line in visible.split("\n") if line.strip()]


def cues_of(path: Path) -> list[tuple[float, float, list[str]]]:
    """Return (start s, end s, lines) of each cue."""
    text, _ = decode_text(vtt.with_replaced_nul(path.read_bytes()), path.name)
    return [
        (cue.start_ms / 1000, cue.end_ms / 1000, shown(html.escape(cue.text)))
        for cue in vtt.parse(text, path.name)
    ]


@needs_suites
def test_web_platform_tests_are_read_as_chromium_reads_them() -> None:
    """All 133 of them; what is no WebVTT is refused."""
    expected = json.loads((SUITES / "wpt" / "chromium.json").read_text("utf-8"))
    wrong = []
    for name, cues in expected.items():
        path = SUITES / "wpt" / name
        if cues == "error":
            with pytest.raises(InputError, match="WEBVTT"):
                cues_of(path)
        elif cues_of(path) != [(start, end, shown(text)) for start, end, text in cues]:
            wrong.append(name)
    assert (len(expected), wrong) == (133, [])


@needs_suites
def test_the_inputs_of_vtt_js_are_read_as_it_reads_them() -> None:
    """Times and texts of every cue."""
    wrong = []
    inputs = sorted((SUITES / "vttjs").glob("*.vtt"))
    for path in inputs:
        cues = json.loads(path.with_suffix(".json").read_text("utf-8"))["cues"]
        expected = [(cue["startTime"], cue["endTime"], shown(cue["text"])) for cue in cues]
        try:
            found = cues_of(path)
        except InputError:
            found = []
        if found != expected:
            wrong.append(path.name)
    assert (len(inputs), wrong) == (75, [])


TIME = "00:00.000 --> 00:01.000"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"WEBVTT\n{TIME}\nright under the header", ["right under the header"]),
        (f"WEBVTT\n\nNOTE one line\n{TIME}\nunder a note", ["under a note"]),
        (f"WEBVTT\n\nSTYLES of bread\n{TIME}\ntext", ["text"]),
        (f"WEBVTT\n\nREGION\n{TIME}\ntext", ["text"]),
        (f"WEBVTT\n\nNOTE\nlong\nnote\n{TIME}\ntext", ["text"]),
        (f"WEBVTT\n\n{TIME}\none\n{TIME}\ntwo", ["one", "two"]),
        (f"WEBVTT\n\n{TIME}\n<b>never closed", ["never closed"]),
        (f"WEBVTT\n\n{TIME}\nopen <b", ["open"]),
        (f"WEBVTT\n\n{TIME}\n<c.a\nb>over two lines", ["over two lines"]),
        (f"WEBVTT\n\n{TIME}\nAT&ampT &lt3 &copy 5&#x2019s", ["AT&T <3 © 5’s"]),
        (f"WEBVTT\n\n{TIME}align:start\nno blank", ["no blank"]),
        (f"WEBVTT\n\n\f{TIME}\fline:0\nform feeds", ["form feeds"]),
        ("WEBVTT\n\n00:00,000 --> 00:01,000\ncommas", []),
        ("WEBVTT\n\n00:60.000 --> 00:61.000\nsixty", []),
    ],
)
def test_blocks_tags_and_entities(text: str, expected: list[str]) -> None:
    """Nothing that a browser shows is dropped, and nothing else is shown."""
    assert [cue.text for cue in vtt.parse(text, "x")] == expected


def test_a_long_number_is_no_character() -> None:
    """5,000 digits cost nothing and are shown as a replacement character."""
    text = f"WEBVTT\n\n{TIME}\na&#{'9' * 5000};b"
    assert vtt.parse(text, "x") == (FileCue(0, 1000, "a\N{REPLACEMENT CHARACTER}b"),)


def test_nul_is_a_replacement_character_and_what_is_not_shown_is_told() -> None:
    """As the standard says; the lines without times are named."""
    body = f"WEBVTT\n\n{TIME}\na\0b\n\n00:01,000 --> 00:02,000\nc\n".encode()
    read = read_subtitle_file(body, "talk.vtt", "talk.vtt")
    assert [cue.text for cue in read.cues] == ["a\N{REPLACEMENT CHARACTER}b"]
    assert ["6" in str(notice) for notice in read.notices] == [True]
