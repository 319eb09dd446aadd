"""Bytes become rows and directives, or one sentence that says what is wrong."""

from __future__ import annotations

import resource
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.model import Directive, Row, Span
from pipeline.text.transcript import (
    MAX_FILE_BYTES,
    MAX_ROW_CHARACTERS,
    MAX_ROWS,
    read_transcript,
    transcript_from_cues,
)
from tests.text.strategies import mixed_text, quick


def rows_of(text: str) -> list[str]:
    """Return the rows a text file of UTF-8 gives."""
    return [row.text for row in read_transcript(text.encode(), "talk", "talk.txt").rows]


def refusal(data: bytes) -> str:
    """Return the sentence some bytes are refused with."""
    with pytest.raises(InputError) as caught:
        read_transcript(data, "talk", "talk.txt")
    return str(caught.value)


def test_read_transcript_trims_rows_and_skips_blank_lines() -> None:
    """A row keeps its number among rows and its line in the file."""
    transcript = read_transcript("\n  你好 \n\n\t世界\u3000\n".encode(), "talk", "talk.txt")
    assert transcript.rows == (Row(1, 2, "你好"), Row(2, 4, "世界"))
    assert (transcript.encoding, transcript.notices, transcript.times) == ("utf-8", (), None)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\v", "\f"])
def test_read_transcript_accepts_every_line_end(end: str) -> None:
    """Unix, Windows, old Mac, mainframe and Unicode line ends all count, once each."""
    transcript = read_transcript(f"一{end}二{end}{end}三".encode(), "talk", "talk.txt")
    assert [(row.line, row.text) for row in transcript.rows] == [(1, "一"), (2, "二"), (4, "三")]


def test_read_transcript_removes_and_counts_invisible_characters() -> None:
    """Zero-width, control and direction marks go, a tab becomes a space; a notice counts them."""
    transcript = read_transcript(
        "好\n再\u200b见\ufeff\u202e，\x07a\tb\u00ad".encode(), "talk", "talk.txt"
    )
    assert [row.text for row in transcript.rows] == ["好", "再见，a b"]
    assert transcript.notices == (
        (
            "Removed 5 invisible characters (zero-width, control or direction marks), "
            "the first on line 2."
        ),
    )


@pytest.mark.parametrize(
    "seen",
    [
        "👨‍👩‍👧‍👦",
        "👩🏽‍🚀",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "❤️",
        "🇨🇳",
        "नमस्ते",
        "می‌خواهم",
        "葛\U000e0100",
    ],
)
def test_read_transcript_keeps_joiners_of_emoji_and_scripts(seen: str) -> None:
    """A joiner is only invisible rubbish where nothing is joined by it."""
    assert rows_of(f"看{seen}吧") == [f"看{seen}吧"]


def test_read_transcript_composes_accents_and_nothing_else() -> None:
    """A Mac writes é as two characters; compatibility characters look different and stay."""
    assert rows_of("cafe\u0301 ﬁ ① \uf9b5 Å") == ["café ﬁ ① \uf9b5 Å"]


def test_read_transcript_reports_characters_lost_before() -> None:
    """U+FFFD in the file is reported, since the audience would see it."""
    transcript = read_transcript("好\n坏\ufffd的".encode(), "talk", "talk.txt")
    assert transcript.notices == (
        "1 character was already lost (�) when this file was saved, the first on line 2.",
    )


def test_read_transcript_reports_another_encoding() -> None:
    """The person learns what the file was read as."""
    transcript = read_transcript("大家好\n这里是最佳拍档".encode("gbk"), "talk", "talk.txt")
    assert ([row.text for row in transcript.rows], transcript.encoding) == (
        ["大家好", "这里是最佳拍档"],
        "gb18030",
    )
    assert transcript.notices == ("Read as GB18030 (GBK).",)


def test_read_transcript_gives_directives_the_next_row() -> None:
    """They are no rows; the last one may stand after every row."""
    text = "@slide 封面 图.png\n一\n@chapter 第二章\n@voice zh-CN-YunxiNeural\n二\n@pause 1.5\n"
    transcript = read_transcript(text.encode(), "talk", "talk.txt")
    assert [row.text for row in transcript.rows] == ["一", "二"]
    assert transcript.directives == (
        Directive("slide", "封面 图.png", 1, 1),
        Directive("chapter", "第二章", 2, 3),
        Directive("voice", "zh-CN-YunxiNeural", 2, 4),
        Directive("pause", "1.5", 3, 6),
    )


def test_read_transcript_reads_two_at_signs_as_text() -> None:
    """`@@` is the way to write a row that begins with `@`."""
    assert rows_of("@@大飞 你好\n@@@x") == ["@大飞 你好", "@@x"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "好\n@slid a.png",
            "talk.txt: Line 2: there is no directive `@slid`. Did you mean `@slide`?",
        ),
        ("@Chapter x\n好", "Line 1: there is no directive `@Chapter`. Did you mean `@chapter`?"),
        (
            "@大飞 你好",
            (
                "there is no directive `@大飞`. "
                "The directives are `@slide`, `@chapter`, `@pause`, `@voice`. (Start a row"
            ),
        ),
        ("@", "there is no directive `@`."),
        (
            "@pause soon\n好",
            "Line 1: `@pause` cannot be `soon`. It takes a number of seconds above 0 and up to 600",
        ),
        ("@pause 0\n好", "`@pause` cannot be `0`"),
        ("@pause 601\n好", "`@pause` cannot be `601`"),
        ("@pause nan\n好", "`@pause` cannot be `nan`"),
        ("@slide\n好", "`@slide` cannot be ``. It takes the name of a picture"),
        ("@voice a b\n好", "`@voice` cannot be `a b`"),
        ("@chapter " + "长" * 301, "`@chapter` cannot be"),
        ("@slide a\n@slide b\n好", "Lines 1 and 2 both set `@slide` for row 1. Keep one of them."),
    ],
)
def test_read_transcript_refuses_wrong_directives_with_their_line(text: str, sentence: str) -> None:
    """One sentence says which line, what it holds and what would be right."""
    assert sentence in refusal(text.encode())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "There is no text in this file."),
        (b"\xef\xbb\xbf\n \n", "There is no text in this file."),
        ("\u200b\n\ufeff".encode(), "There is no text in this file."),
        ("@chapter 空".encode(), "There is no text in this file."),
        (b"plain text\0with a NUL in it", "This is not a text file: line 1 contains a NUL byte."),
        ("一\n\0二".encode("utf-16"), "This is not a text file: line 2 contains a NUL character."),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "This is a picture (PNG), not a text file."),
        (b"PK\x03\x04" + b"\x14\0" * 40, "This is a ZIP archive or an Office document"),
        (bytes(range(1, 256)) * 20, "This is not text in an encoding that is known"),
        (
            b"x" * (MAX_FILE_BYTES + 1),
            "The file has 8,388,609 bytes; the limit is 8,388,608. Split it into several episodes.",
        ),
        (
            b"x" * (MAX_ROW_CHARACTERS + 1),
            "Row 1 (line 1) has 10,001 characters; the limit is 10,000.",
        ),
        (
            "长".encode() * 2_700_000,
            "Row 1 (line 1) has 2,700,000 characters; the limit is 10,000.",
        ),
        (
            b"x\n" * 1_000_000,
            "There are more than 50,000 rows. Split the text into several episodes.",
        ),
    ],
)
def test_read_transcript_refuses_what_is_not_a_transcript(data: bytes, sentence: str) -> None:
    """Empty, binary, huge: an answer, and soon."""
    assert sentence in refusal(data)


def test_read_transcript_allows_the_limits_themselves() -> None:
    """The longest row, and as many rows as may be."""
    assert len(rows_of("长" * MAX_ROW_CHARACTERS)[0]) == MAX_ROW_CHARACTERS
    assert len(rows_of("行\n" * MAX_ROWS)) == MAX_ROWS


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform == "win32", reason="peak memory is read from the POSIX resource module"
)
def test_read_transcript_takes_bounded_memory() -> None:
    """Eight megabytes of the worst cases need no more than 400 MB above what was used before."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for data in (
        b"\n" * MAX_FILE_BYTES,
        "\u200ba".encode() * (MAX_FILE_BYTES // 4),
        b"a\n" * (MAX_FILE_BYTES // 2),
    ):
        with pytest.raises(InputError):
            read_transcript(data, "talk", "talk.txt")
    assert len(read_transcript(b" " * (MAX_FILE_BYTES - 1) + b"x", "talk", "talk.txt").rows) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


@quick
@given(st.lists(mixed_text, min_size=1, max_size=8))
def test_read_transcript_returns_written_rows(rows: list[str]) -> None:
    """A text of rows survives the way through any of the encodings that can hold it."""
    escaped = "\r\n".join(f"@{row}" if row.startswith("@") else row for row in rows)
    expected = [unicodedata.normalize("NFC", row) if "\u0301" in row else row for row in rows]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        data = (
            escaped.encode(encoding)
            if encoding != "gb18030"
            else b"\x84\x31\x95\x33" + escaped.encode(encoding)
        )
        assert [row.text for row in read_transcript(data, "talk", "talk.txt").rows] == expected


def test_transcript_from_cues_keeps_times() -> None:
    """Times become samples, lines of a cue are joined, blank cues are left out."""
    transcript = transcript_from_cues(
        [(500, 1500, "Hello\nworld"), (1500, 2000, " \u200b"), (2000, 4000, "我在\nOpenAI\n工作")],
        "talk",
        "talk.srt",
    )
    assert [row.text for row in transcript.rows] == ["Hello world", "我在OpenAI工作"]
    assert transcript.times == (Span(24_000, 72_000), Span(96_000, 192_000))
    assert transcript.directives == ()


def test_transcript_from_cues_reads_at_signs_as_text() -> None:
    """Subtitle files have no directives."""
    assert [
        row.text for row in transcript_from_cues([(0, 1, "@slide x")], "talk", "talk.srt").rows
    ] == ["@slide x"]


def test_transcript_from_cues_sorts_and_removes_overlaps() -> None:
    """Two at once become one row, an overlap is cut at the next start, and both are told."""
    transcript = transcript_from_cues(
        [(3000, 5000, "丙"), (0, 2500, "甲"), (2000, 3500, "乙"), (3000, 4000, "丁")],
        "talk",
        "talk.srt",
    )
    assert [row.text for row in transcript.rows] == ["甲", "乙", "丙丁"]
    assert transcript.times == (Span(0, 96_000), Span(96_000, 144_000), Span(144_000, 240_000))
    assert transcript.notices == (
        "Cues joined because they start at the same time: 1.",
        "Cues shortened because they overlapped the next cue: 2.",
    )


@pytest.mark.parametrize("cue", [(2000, 1000, "x"), (5, 5, "x"), (-5, 5, "x")])
def test_transcript_from_cues_refuses_reversed_times(cue: tuple[int, int, str]) -> None:
    """The message counts cues from 1."""
    with pytest.raises(InputError, match=rf"Cue 2 runs from {cue[0]} ms to {cue[1]} ms"):
        transcript_from_cues([(0, 1, "a"), cue], "talk", "talk.srt")


def test_transcript_from_cues_refuses_files_without_text() -> None:
    """There would be nothing to make."""
    with pytest.raises(InputError, match="There is no text"):
        transcript_from_cues([(0, 1000, "  ")], "talk", "talk.srt")
