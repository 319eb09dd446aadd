"""Subtitle files nobody should have made, and what comes of each: rows, or one sentence."""

from __future__ import annotations

from dataclasses import dataclass

_CUE = "1\n00:00:01,000 --> 00:00:02,000\n{}\n"


@dataclass(frozen=True)
class Case:
    """A file by name and bytes, with its `rows` as a transcript or words of the error."""

    title: str
    name: str
    data: bytes
    rows: tuple[str, ...] = ()
    sentence: str = ""


def _srt(title: str, text: str, *rows: str, sentence: str = "") -> Case:
    return Case(title, "talk.srt", text.encode(), rows, sentence)


def _vtt(title: str, text: str, *rows: str, sentence: str = "") -> Case:
    return Case(title, "talk.vtt", ("WEBVTT\n\n" + text).encode(), rows, sentence)


def _ass(title: str, text: str, *rows: str, sentence: str = "") -> Case:
    return Case(title, "talk.ass", ("[Events]\n" + text).encode(), rows, sentence)


SUBTITLES = (
    _srt("empty", "", sentence="no cues"),
    _srt("only white space", " \n\t\n\u3000\n", sentence="no cues"),
    _srt("prose", "这不是字幕\n只是文字\n", sentence="no cues"),
    _srt("digit run", "7" * 100_000, sentence="no cues"),
    _srt("digit run as text", _CUE.format("7" * 3_000), "7" * 3_000),
    _srt("digit lines", "7\n" * 50_000, sentence="no cues"),
    _srt("row of three million", _CUE.format("字" * 3_000_000), sentence="characters"),
    _srt(
        "cue injected by a missing blank line",
        _CUE.format("一\n2\n00:00:03,000 --> 00:00:04,000\n二"),
        "一",
        "二",
    ),
    _srt("arrow in a text", _CUE.format("一 --> 二"), "一 --> 二"),
    _srt(
        "times without digits",
        "1\nab:cd:ef,ghi --> 00:00:02,000\n一\n",
        sentence="Line 2 is not a time line",
    ),
    _srt("negative time", "1\n-00:00:01,000 --> 00:00:02,000\n一\n", sentence="before zero"),
    _srt(
        "end before start",
        "1\n00:00:03,000 --> 00:00:02,000\n一\n",
        sentence="ends before it starts",
    ),
    _srt(
        "no length",
        "1\n00:00:02,000 --> 00:00:02,000\n一\n",
        sentence="later than the start time",
    ),
    _srt(
        "9999 hours",
        "1\n9999:59:59,999 --> 9999:59:59,999999999\n一\n",
        sentence="later than the start time",
    ),
    _srt("overlaps", _CUE.format("一") + "\n2\n00:00:01,500 --> 00:00:03,000\n二\n", "一", "二"),
    _srt("same times", _CUE.format("一") + "\n" + _CUE.format("二"), "一二"),
    _srt("unordered", "1\n00:00:05,000 --> 00:00:06,000\n二\n\n" + _CUE.format("一"), "一", "二"),
    _srt(
        "same numbers", _CUE.format("一") + "\n1\n00:00:03,000 --> 00:00:04,000\n二\n", "一", "二"
    ),
    _srt("empty cues", _CUE.format("") + "\n2\n00:00:03,000 --> 00:00:04,000\n二\n", "二"),
    _srt("all cues empty", _CUE.format(""), sentence="no text"),
    _srt("byte order marks inside", "\ufeff" + _CUE.format("\ufeff一\ufeff"), "一"),
    _srt("zero width and bidi", _CUE.format("一\u200b\u202e二\u2060三"), "一二三"),
    _srt(
        "tags",
        _CUE.format("<b>一</b><script>alert(1)</script>{\\an8}二"),
        "一<script>alert(1)</script>二",
    ),
    _srt("directive as text", _CUE.format("@slide /etc/passwd"), "@slide /etc/passwd"),
    _srt(
        "too many cues",
        "1\n00:00:01,000 --> 00:00:02,000\nx\n\n" * 120_000,
        sentence="100,000 cues",
    ),
    Case(
        "UTF-16",
        "talk.srt",
        _CUE.format("大家好，这里是厨房").encode("utf-16"),
        ("大家好，这里是厨房",),
    ),
    Case(
        "GBK", "talk.srt", _CUE.format("大家好，这里是厨房").encode("gbk"), ("大家好，这里是厨房",)
    ),
    Case(
        "Big5",
        "talk.srt",
        _CUE.format("大家好，這裡是廚房").encode("big5"),
        ("大家好，這裡是廚房",),
    ),
    Case("NUL bytes", "talk.srt", _CUE.format("一\0二").encode(), (), "NUL"),
    Case("a picture", "talk.srt", b"\x89PNG\r\n\x1a\n" + bytes(100), (), "picture"),
    Case("a ZIP", "talk.ass", b"PK\x03\x04" + bytes(100), (), "ZIP"),
    Case("random bytes", "talk.srt", bytes(range(256)) * 40, (), "not a text"),
    Case("33 MB", "talk.srt", b"x" * (33 * 1024 * 1024), (), "at most"),
    Case("another ending", "talk.sub", b"{1}{2}x", (), "not a subtitle file"),
    Case(
        "VTT without its first line",
        "talk.vtt",
        _CUE.format("一").encode(),
        (),
        "must begin with the line WEBVTT",
    ),
    _vtt(
        "VTT comments with arrows",
        "NOTE\n00:01.000 --> 00:02.000\n\n00:03.000 --> 00:04.000\n一\n",
        "一",
    ),
    _vtt(
        "VTT tags and entities",
        "00:01.000 --> 00:02.000\n<v 甲>&lt;b&gt; &#" + "9" * 5_000 + "; <00:01.500>一\n",
        "<b> \N{REPLACEMENT CHARACTER} 一",
    ),
    _vtt("VTT half a time line", "00:01.000 -->\n一\n", sentence="not a time line"),
    _vtt(
        "VTT style that closes nothing",
        "STYLE\n::cue { color: red\n\n00:01.000 --> 00:02.000\n一\n",
        "一",
    ),
    _ass(
        "ASS overrides",
        "Dialogue: 0,0:00:01.00,0:00:02.00,x,,0,0,0,,{\\pos(1,2)\\fscx900}一{\\p1}m 0 0{\\p0}二\n",
        "一二",
    ),
    _ass(
        "ASS unclosed override",
        "Dialogue: 0,0:00:01.00,0:00:02.00,x,,0,0,0,,{\\an8 一\n",
        "{\\an8 一",
    ),
    _ass(
        "ASS nested braces",
        "Dialogue: 0,0:00:01.00,0:00:02.00,x,,0,0,0,," + "{" * 9_000 + "}一\n",
        "一",
    ),
    _ass("ASS without times", "Format: Text\nDialogue: 一\n", sentence="lacks its times"),
    _ass(
        "ASS bad time",
        "Dialogue: 0,0:0x:01.00,0:00:02.00,x,,0,0,0,,一\n",
        sentence="has no time in",
    ),
    _ass(
        "ASS format of a thousand fields",
        "Format: " + "a," * 1_000 + "Text\nDialogue: 一\n",
        sentence="lacks its times",
    ),
)
"""The catalogue."""
