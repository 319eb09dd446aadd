"""Rows grouped into what is voiced as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Chapter, Row, Transcript
from pipeline.speech.synthesis_jobs import split_long_text
from pipeline.speech.utterances import (
    MAX_UTTERANCE_ROWS,
    MAX_UTTERANCE_WEIGHT,
    group_into_utterances,
    join_rows,
    text_weight,
)
from tests.speech.talks import CODE, COOKING, HISTORY, MEDICINE, said, talk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.speech.utterances import Utterance

CHARACTERS = st.sampled_from("我们今天的是在和说不过首先那么，。？：；、…《》“”（） GPTopenAI 42.")
ROWS = st.lists(st.text(CHARACTERS, max_size=60), max_size=40)


def grouped(
    lines: Sequence[str], *directives: tuple[str, str, int], chapters: Sequence[Chapter] = ()
) -> tuple[Utterance, ...]:
    """Group a talk's rows."""
    transcript, spoken = talk(lines, *directives)
    return group_into_utterances(spoken, transcript, chapters)


def numbers(groups: Sequence[Utterance]) -> list[list[int]]:
    """Return the rows of each group."""
    return [[row.row for row in group.rows] for group in groups]


@settings(deadline=None)
@given(ROWS)
def test_group_puts_every_row_into_one_utterance_in_order(lines: list[str]) -> None:
    """None too long, unless it is a single row."""
    groups = grouped(lines)
    assert [row for group in numbers(groups) for row in group] == list(range(1, len(lines) + 1))
    for group in groups:
        assert 1 <= len(group.rows) <= MAX_UTTERANCE_ROWS
        assert (
            len(group.rows) == 1
            or text_weight("".join(row.spoken for row in group.rows)) <= MAX_UTTERANCE_WEIGHT + 1e-6
        )


@settings(deadline=None)
@given(ROWS)
def test_join_keeps_the_text_of_every_row(lines: list[str]) -> None:
    """Its ranges give the rows back, and everything spoken is inside them."""
    rows = [said(number, line) for number, line in enumerate(lines, 1)]
    for closed in (True, False):
        text = join_rows(rows, ends_thought=closed)
        assert [text.text[first:last] for first, last in text.row_ranges] == [
            line.strip() for line in lines
        ]
        inside = {at for first, last in text.row_ranges for at in range(first, last)}
        assert not [
            char for at, char in enumerate(text.text) if at not in inside and char.isalnum()
        ]


@settings(deadline=None)
@given(
    ROWS,
    st.integers(0, 39),
    st.text(st.sampled_from("今天我们说一下天气好不好"), min_size=1, max_size=4),
)
def test_group_is_stable_under_an_edit_inside_a_row(lines: list[str], at: int, added: str) -> None:
    """If the row begins and ends as before, and no utterance is near the limit."""
    lines = [f"好{line[:12]}好" for line in lines]
    if at >= len(lines):
        return
    edited = [*lines[:at], f"{lines[at][:-1]}{added}好", *lines[at + 1 :]]
    assert numbers(grouped(edited)) == numbers(grouped(lines))


@pytest.mark.parametrize(
    "end", ["。", "！", "？", "；", "…", "?", "!", ".", "。”", "！》", "？）", "……"]
)
def test_group_ends_at_sentence_punctuation(end: str) -> None:
    """Also inside closing quotes and brackets."""
    assert numbers(grouped([f"天气很好{end}", "我们出门"])) == [[1], [2]]


@pytest.mark.parametrize("end", ["，", "、", "：", ",", "——", "《", "的", "因为", ""])
def test_group_continues_after_other_ends(end: str) -> None:
    """A comma, a colon, an incomplete clause, no punctuation."""
    assert numbers(grouped([f"天气很好{end}", "我们出门"])) == [[1, 2]]


@pytest.mark.parametrize(
    "opener", ["首先", "那么", "不过", "因此", "另外", "最后", "其实", "好了，", "However, "]
)
def test_group_begins_at_a_discourse_opener(opener: str) -> None:
    """Unless the row before it is incomplete."""
    assert numbers(grouped(["天气很好", f"{opener}我们出门"])) == [[1], [2]]
    assert numbers(grouped(["天气很好，", f"{opener}我们出门"])) == [[1, 2]]
    assert numbers(grouped(["这是一本题为《天气", f"{opener}我们出门》的书"])) == [[1, 2]]


def test_group_keeps_a_consequence_with_its_condition() -> None:
    """那么 after 如果 is no new thought."""
    assert numbers(grouped(["如果天气很好", "那么我们出门"])) == [[1, 2]]


@pytest.mark.parametrize("kind", ["slide", "chapter", "pause", "voice"])
def test_group_ends_at_directives_and_chapters(kind: str) -> None:
    """Whatever the author puts between two rows separates them."""
    assert numbers(grouped(["天气很好", "我们出门", "去看海"], (kind, "x", 2))) == [[1], [2, 3]]
    assert numbers(grouped(["天气很好", "我们出门", "去看海"], chapters=[Chapter(3, "海")])) == [
        [1, 2],
        [3],
    ]


def test_group_gives_each_utterance_one_voice() -> None:
    """The last one named before it."""
    groups = grouped(COOKING, ("voice", "a", 3), ("voice", "b", 7))
    assert [
        (group.rows[0].row, group.voice) for group in groups if group.rows[0].row in {1, 3, 7}
    ] == [(1, ""), (3, "a"), (7, "b")]
    assert {group.voice for group in groups} == {"", "a", "b"}


@pytest.mark.parametrize(
    "bad", ["\u202e", "\u200b", "\x85", "\x00", "\ufffe", "\ud800", "\U000f0000"]
)
def test_join_replaces_unspeakable_characters(bad: str) -> None:
    """Invisible, private and undefined ones become one space each, so that ranges stay valid."""
    text = join_rows([said(1, f"天{bad}气"), said(2, "好")], ends_thought=True)
    assert (text.text, text.row_ranges) == ("天 气，好。", ((0, 3), (4, 5)))


def test_group_isolates_a_row_with_nothing_to_say() -> None:
    """Punctuation alone is nothing."""
    assert numbers(grouped(["天气很好", "——", "我们出门"])) == [[1], [2], [3]]
    transcript = Transcript(
        "t", tuple(Row(number, number, "x") for number in (1, 2, 3)), (), "utf-8", ()
    )
    spoken = (said(1, "天气很好"), said(2, ""), said(3, "我们出门"))
    assert numbers(group_into_utterances(spoken, transcript, ())) == [[1], [2], [3]]


@pytest.mark.parametrize(
    "lines", [COOKING, HISTORY, [f"这是第{number}行没有标点的话" for number in range(40)]]
)
def test_group_divides_rows_without_punctuation(lines: Sequence[str]) -> None:
    """Neither one by one nor all in one."""
    sizes = [len(group.rows) for group in grouped(lines)]
    assert max(sizes) <= MAX_UTTERANCE_ROWS
    assert sum(sizes) / len(sizes) >= 2


def test_join_adds_a_comma_or_a_full_stop() -> None:
    """Punctuation that is there stays."""
    rows = [
        said(1, "天气很好"),
        said(2, "我们出门，"),
        said(3, "去看OpenAI"),
        said(4, "海在哪里？"),
    ]
    assert join_rows(rows[:3], ends_thought=True).text == "天气很好，我们出门，去看OpenAI。"
    assert join_rows(rows[:3], ends_thought=False).text == "天气很好，我们出门，去看OpenAI，"
    assert join_rows(rows, ends_thought=True).text == "天气很好，我们出门，去看OpenAI，海在哪里？"
    english = [said(number, text) for number, text in enumerate(CODE, 1)]
    assert join_rows(english[:2], ends_thought=True).text == f"{CODE[0]}, {CODE[1]}."


def test_group_follows_the_punctuation_of_a_medical_talk() -> None:
    """Full stop, semicolon, question mark and openers end an utterance; the comma does not."""
    assert numbers(grouped(MEDICINE))[:3] == [[1], [2, 3], [4]]


@settings(deadline=None)
@given(st.text(CHARACTERS, max_size=600))
def test_split_long_text_loses_nothing(text: str) -> None:
    """Each part is short enough for a request."""
    parts = split_long_text(text)
    assert all(text_weight(part) <= MAX_UTTERANCE_WEIGHT for part in parts)
    assert "".join(char for part in parts for char in part if char.isalnum()) == "".join(
        char for char in text if char.isalnum()
    )


def test_split_long_text_prefers_sentences_then_clauses() -> None:
    """And only then words."""
    sentence, clause = "天" * 70 + "。", "地" * 70 + "，"
    assert split_long_text(sentence * 3) == [sentence] * 3
    assert split_long_text(clause * 3) == [clause] * 3
    assert split_long_text("人" * 250) == ["人" * 120, "人" * 120, "人" * 10]
