"""Phones of rows: every unit of mixed rows has some, and readings depend on their context."""

from __future__ import annotations

import pytest

from pipeline.align.alignment import shown_word_times
from pipeline.align.hmm_topology import FILLER_MODEL, SILENCE_MODEL, build_state_chain
from pipeline.align.phones import pronounce_rows, unit_ranges
from pipeline.align.viterbi_training import number_phones
from pipeline.model import Span, SpokenRow, Token, Word
from tests.align.recordings import spoken_rows
from tests.align.talks import sentences


def test_unit_ranges_has_characters_words_and_numbers() -> None:
    """Han characters one by one; words and numbers whole; punctuation not at all."""
    text = "在2024年，OpenAI's GPT发布了3.5版！"
    assert [text[first:last] for first, last in unit_ranges(text)] == [
        *("在", "2024", "年", "OpenAI's", "GPT", "发", "布", "了", "3.5", "版"),
    ]


def test_pronounce_rows_uses_one_inventory_for_both_languages() -> None:
    """Every unit has phones, a character at most five; five talks need fewer than 60 phones."""
    rows = spoken_rows(row for sentence in sentences() for row in sentence)
    found = pronounce_rows(rows)
    assert all(unit.phones for row in found for unit in row)
    assert (
        max(len(unit.phones) for row in found for unit in row if unit.last - unit.first == 1) <= 5
    )
    assert len(number_phones(found)) < 60
    for row, units in zip(rows, found, strict=True):
        assert [(unit.first, unit.last) for unit in units] == list(unit_ranges(row.spoken))


def test_pronounce_rows_reads_characters_in_context() -> None:
    """行 is háng in 银行, xíng in 行动; 西安 has two syllables; unknown characters have a unit."""
    bank, act, xian, rare = pronounce_rows(spoken_rows(["银行", "行动", "西安", "𠮷人"]))
    assert bank[1].phones[0] == "X"
    assert act[0].phones[0] == "S"
    assert [unit.phones[0] for unit in xian] == ["S", "a"]
    assert len(rare) == 2
    assert 0 < len(rare[0].phones) <= 5


@pytest.mark.parametrize("text", ["！！", "😀", "", "——"])
def test_pronounce_rows_gives_silent_rows_no_units(text: str) -> None:
    """Marks and pictures are not spoken."""
    assert pronounce_rows(spoken_rows([text])) == [()]


def test_build_state_chain_has_no_states_for_silent_rows() -> None:
    """Three states per phone, silence between words, one gap between rows."""
    rows = pronounce_rows(spoken_rows(["你好吗", "！", "Hello there"]))
    chain = build_state_chain(rows, number_phones(rows))
    phones = sum(len(unit.phones) for row in rows for unit in row)
    assert (
        chain.state_count == 3 * phones + 3 * 2 + 2 + 1
    )  # two words' breaths in the first row, one in the last
    assert chain.filler_states[1] == chain.filler_states[2]
    assert chain.state_models[chain.filler_states].tolist() == [FILLER_MODEL] * 4
    assert chain.state_models[chain.filler_states - 1].tolist() == [SILENCE_MODEL] * 4
    first, last = chain.states_of_row(1)
    assert first == last


def test_shown_word_times_maps_spoken_units_to_shown_words() -> None:
    """A token spoken in other words is one word; one spoken as shown keeps its characters."""
    row = SpokenRow(
        1,
        "涨了20%吗",
        "涨了百分之二十吗",
        (Token(0, 2, 0, 2), Token(2, 5, 2, 7), Token(5, 6, 7, 8)),
    )
    units = [(at, at + 1) for at in range(8)]
    times = [(0.1 * at, 0.1 * at + 0.1) for at in range(8)]
    words = shown_word_times(row, units, times, Span(0, 40_000))
    assert words == (
        Word(0, 1, Span(0, 4_800)),
        Word(1, 2, Span(4_800, 9_600)),
        Word(2, 5, Span(9_600, 33_600)),
        Word(5, 6, Span(33_600, 40_000)),
    )
