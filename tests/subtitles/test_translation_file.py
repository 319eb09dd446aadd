"""Translation files to one text a row, or to the row at which they diverge from the transcript."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.model import Directive, Row, Transcript
from pipeline.subtitles.row_mismatch import find_row_mismatch
from pipeline.subtitles.translation_file import compose_translation_file, parse_translation_file
from tests.subtitles.factories import lines, quick, transcript

COOKING = (
    ("今天我们来做麻婆豆腐", "Today we’re making mapo tofu."),
    ("这道菜来自四川成都", "The dish comes from Chengdu, in Sichuan,"),
    ("已经有一百多年的历史了", "and is well over a hundred years old."),
    ("先把豆腐切成2厘米见方的小块", "First cut the tofu into 2 cm cubes,"),
    ("放进加了盐的热水里泡10分钟", "and leave them in hot salted water for 10 minutes."),
    ("这样豆腐不容易碎", "That keeps them from breaking."),
    ("接着热锅，倒入3勺菜籽油", "Next, heat the wok with 3 spoons of rapeseed oil,"),
    ("把牛肉末炒到酥香", "fry the minced beef until it’s crisp,"),
    ("然后下郫县豆瓣酱", "then in goes the Pixian bean paste."),
    ("小火炒出红油", "On a low flame, fry it until the oil runs red."),
    ("我看过Fuchsia Dunlop的一本书", "I once read a book by Fuchsia Dunlop,"),
    ("她说关键是最后的花椒面", "who says the secret is the Sichuan pepper at the end."),
    ("好", "Right."),
    ("我们来尝一尝", "Let’s taste it."),
)
CHINESE = transcript(*(zh for zh, _ in COOKING))
ENGLISH = [en for _, en in COOKING]


def as_file(rows: list[str]) -> bytes:
    """Return rows as a text file."""
    return ("\n".join(rows) + "\n").encode()


def test_parse_pairs_rows_one_to_one() -> None:
    """A file with as many rows gives them in order."""
    assert parse_translation_file(as_file(ENGLISH), CHINESE, "x.en.txt", "en") == tuple(ENGLISH)


def test_parse_keeps_an_empty_row_as_joined() -> None:
    """An empty row is joined to the row above; surplus blank lines at the end do not count."""
    rows = [*ENGLISH[:5], "", *ENGLISH[6:-1], ""]
    assert parse_translation_file(as_file(rows) + b"\n\n", CHINESE, "x.en.txt", "en") == tuple(rows)


def test_parse_detects_encodings_and_drops_invisible_characters() -> None:
    """UTF-16 with Windows line ends is read, zero-width characters are dropped, `@@` is an @."""
    rows = ["@@home\u200b: today", *ENGLISH[1:]]
    data = "\r\n".join(rows).encode("utf-16")
    assert parse_translation_file(data, CHINESE, "x", "en") == ("@home: today", *ENGLISH[1:])


def test_parse_follows_the_lines_of_the_transcript() -> None:
    """Blank lines and directives in the places of the transcript's own are no rows."""
    rows = (Row(1, 2, "第一行"), Row(2, 4, "第二行"), Row(3, 5, "第三行"))
    source = Transcript("t", rows, (Directive("chapter", "一", 1, 1),), "utf-8", ())
    assert parse_translation_file(b"@chapter One\nFirst.\n\nSecond.\n\n", source, "x", "en") == (
        "First.",
        "Second.",
        "",
    )
    assert parse_translation_file(
        b"@chapter One\nA row.\n\n", transcript("第一行", "第二行"), "x", "en"
    ) == ("A row.", "")
    assert parse_translation_file(b"\nFirst.\n\nSecond.\nThird.\n", source, "x", "en") == (
        "First.",
        "Second.",
        "Third.",
    )


@pytest.mark.parametrize("gone", range(len(ENGLISH)))
def test_parse_names_a_missing_row(gone: int) -> None:
    """The error names the missing row, or one at most two rows away if lengths are similar."""
    with pytest.raises(InputError) as refused:
        parse_translation_file(
            as_file(ENGLISH[:gone] + ENGLISH[gone + 1 :]), CHINESE, "x.en.txt", "en"
        )
    assert refused.value.row is not None
    assert abs(refused.value.row - (gone + 1)) <= 2
    assert f"has {len(ENGLISH) - 1} rows; the transcript has {len(ENGLISH)}" in str(refused.value)
    assert COOKING[refused.value.row - 1][0] in str(refused.value)


@pytest.mark.parametrize("at", range(1, len(ENGLISH)))
def test_parse_names_a_surplus_row(at: int) -> None:
    """The error quotes a row that is there twice or a sentence in two rows."""
    rows = [*ENGLISH[:at], ENGLISH[at - 1], *ENGLISH[at:]]
    with pytest.raises(InputError) as refused:
        parse_translation_file(as_file(rows), CHINESE, "x.en.txt", "en")
    assert refused.value.row is not None
    assert abs(refused.value.row - (at + 1)) <= 1
    assert rows[refused.value.row - 1][:30] in str(refused.value)


def test_row_count_error_quotes_both_texts() -> None:
    """The error quotes the row without a translation and the row that belongs to a later one."""
    with pytest.raises(InputError) as refused:
        parse_translation_file(as_file(ENGLISH[:10] + ENGLISH[11:]), CHINESE, "x.en.txt", "en")
    expected = (
        "x.en.txt, row 11: This en file has 13 rows; the transcript has 14. "
        "They diverge at transcript row 11 “我看过Fuchsia Dunlop的一本书”: it has no row here, "
        "and en row 11 “who says the secret is the Sichuan pepp…” belongs further down. "
        "Add a row 11 to this file (an empty row joins the row above)."
    )
    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no text"),
        (b"\n\n\n", "no text"),
        (b"\n" + as_file(ENGLISH[1:]), "first row is empty"),
        (as_file(["x" * 10_001, *ENGLISH[1:]]), "10,001 characters"),
        (b"x\n" * 5_000_000, "bytes"),
        (b"x\n" * 300, "has 300 rows"),
        (b"GIF89a\0\0", "picture"),
    ],
)
def test_parse_refuses_files_that_cannot_be_paired(data: bytes, says: str) -> None:
    """Each of them gives one sentence."""
    with pytest.raises(InputError, match=says):
        parse_translation_file(data, CHINESE, "x.en.txt", "en")


@quick
@given(st.integers(60, 400), st.integers(1, 4), st.integers(0, 10_000))
def test_find_row_mismatch_in_long_texts(count: int, gone: int, seed: int) -> None:
    """With several rows missing, the first gap is found to within a few rows."""
    chance = random.Random(seed)
    longer = [
        "字" * chance.randint(3, 30) + (f"GPT{index}" if chance.random() < 0.2 else "")
        for index in range(count)
    ]
    missing = sorted(chance.sample(range(count), gone))
    shorter = [
        "w" * max(2, round(len(text) * 2.6 + chance.gauss(0, 1)))
        + (f" GPT{index}" if "GPT" in text else "")
        for index, text in enumerate(longer)
        if index not in missing
    ]
    found = find_row_mismatch(longer, shorter)
    assert found is not None
    assert abs(found.longer_index - missing[0]) <= 6


@quick
@given(
    lines,
    st.lists(
        st.one_of(st.just(""), lines, st.sampled_from(["@slide x", "@@", "@chapter", "@home"])),
        max_size=12,
    ),
)
def test_compose_and_parse_round_trip(first: str, others: list[str]) -> None:
    """Any rows come back as they were, empty and directive-like ones too.

    The first row makes the encoding certain: two bytes alone, such as those of ÿ, may be UTF-8 or
    GBK.
    """
    rows = ("这一行说明编码", first, *others)
    assert (
        parse_translation_file(
            compose_translation_file(rows).encode(), transcript(*("字" for _ in rows)), "x", "en"
        )
        == rows
    )
