"""Words an engine tells, matched with the text it was given."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Span, SpokenRow, Token, Word
from pipeline.speech.analysis.character_times import (
    CharacterTime,
    match_spoken_characters,
    shown_words_in_row,
)
from pipeline.speech.engines.base import WordBoundary

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = st.lists(
    st.text(st.sampled_from("天地人你我他AbC12"), min_size=1, max_size=4), min_size=1, max_size=25
)
MARKS = st.sampled_from(["", "，", "。", " ", "《", "”"])


def told(words: Sequence[str], length: int = 100) -> list[WordBoundary]:
    """Return words that are heard one after the other."""
    return [
        WordBoundary(word, Span(length * index, length * (index + 1)))
        for index, word in enumerate(words)
    ]


@settings(deadline=None)
@given(WORDS, st.lists(MARKS, min_size=25, max_size=25))
def test_match_times_every_spoken_character(words: list[str], marks: list[str]) -> None:
    """Each has its share of its word's time; punctuation has none."""
    text = "".join(word + mark for word, mark in zip(words, marks, strict=False))
    times = match_spoken_characters(text, told(words))
    assert [time is not None for time in times] == [char.isalnum() for char in text]
    known = [time for time in times if time is not None]
    assert all(time.is_exact for time in known)
    assert known[0].span.start == 0
    assert known[-1].span.end == 100 * len(words)
    assert all(first.span.end == second.span.start for first, second in pairwise(known))


@settings(deadline=None)
@given(WORDS, st.data())
def test_match_contains_an_error_within_its_word(words: list[str], data: st.DataObject) -> None:
    """A lost or altered word moves no character apart from it, even if the text repeats itself."""
    at = data.draw(st.integers(0, len(words) - 1))
    marked = [
        f"{chr(0x5000 + index)}{word}" for index, word in enumerate(words)
    ]  # each word begins with a character of its own
    heard = told(marked)
    whole = match_spoken_characters("".join(marked), heard)
    for broken in (
        heard[:at] + heard[at + 1 :],
        [*heard[:at], WordBoundary("改了", heard[at].span), *heard[at + 1 :]],
    ):
        times = match_spoken_characters("".join(marked), broken)
        place = 0
        for index, word in enumerate(marked):
            if index != at:
                first = times[place]
                assert first is not None
                assert first.span == (whole[place] or first).span
            place += len(word)


def test_match_times_rise_with_the_text() -> None:
    """Whatever the engine reports."""
    times = match_spoken_characters("天地人天地人", told(["人", "天地", "地人", "天"]))
    known = [time.span.start for time in times if time is not None]
    assert known == sorted(known)


@pytest.mark.parametrize(
    ("text", "heard"), [("", ["天"]), ("天地", []), ("，。", ["天"]), ("天地", ["，"])]
)
def test_match_accepts_an_empty_side(text: str, heard: list[str]) -> None:
    """There are no times and no error."""
    assert match_spoken_characters(text, told(heard)) == [None] * len(text)


def test_match_ignores_width_and_case() -> None:
    """ＧＰＴ, gpt and GPT are one word."""
    times = match_spoken_characters("GPT４", told(["ｇｐｔ", "4"]))
    assert all(time is not None and time.is_exact for time in times)


def test_match_marks_a_substituted_character_as_inexact() -> None:
    """A number that is reported as it is read keeps its place."""
    times = match_spoken_characters("有4个", told(["有", "四", "个"]))
    assert times[1] == CharacterTime(Span(100, 200), 1, is_exact=False)


def test_shown_words_are_split_at_the_engine_words() -> None:
    """A token that is read in another form is one word."""
    row = SpokenRow(
        1,
        "涨20%了吗",
        "涨百分之二十了吗",
        (Token(0, 1, 0, 1), Token(1, 4, 1, 6), Token(4, 6, 6, 8)),
    )
    chars = match_spoken_characters("涨百分之二十了吗", told(["涨", "百分之", "二十", "了", "吗"]))
    words = shown_words_in_row(row, chars, Span(0, 500))
    assert words == (
        Word(0, 1, Span(0, 100)),
        Word(1, 4, Span(100, 300)),
        Word(4, 5, Span(300, 400)),
        Word(5, 6, Span(400, 500)),
    )


@settings(deadline=None)
@given(WORDS, st.integers(0, 2_000), st.integers(1, 1_500))
def test_shown_words_stay_inside_their_row_in_order(
    words: list[str], start: int, length: int
) -> None:
    """Splitting may move a row's edges: no word is empty, none overlap."""
    text = "".join(words)
    row = SpokenRow(1, text, f"  {text} ", (Token(0, len(text), 2, 2 + len(text)),))
    found = shown_words_in_row(
        row, match_spoken_characters(text, told(words)), Span(start, start + length)
    )
    assert all(start <= word.span.start < word.span.end <= start + length for word in found)
    assert all(
        first.span.end <= second.span.start and first.shown_end <= second.shown_start
        for first, second in pairwise(found)
    )
