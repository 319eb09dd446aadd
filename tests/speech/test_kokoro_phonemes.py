"""How texts are read: Mandarin by word and with its tones in speech, English by espeak-ng."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import process
from pipeline.speech.engines import kokoro_worker
from pipeline.speech.engines.english_phonemes import map_symbols, spell
from pipeline.speech.engines.kokoro_phonemes import MAX_SYMBOLS, Pronunciation, symbol_numbers
from pipeline.speech.engines.mandarin_syllables import read_han_runs
from pipeline.text.word_segmenter import Segmenter

if TYPE_CHECKING:
    from pipeline.model import PinyinReading
    from pipeline.speech.engines.english_phonemes import Dialect

SEGMENTER = Segmenter()


def syllables(text: str) -> str:
    """Return the syllables of a text, spaces between them."""
    return " ".join(
        syllable for run in read_han_runs(text, SEGMENTER) for syllable in run.syllables
    )


def pronounce_texts(*texts: str) -> list[Pronunciation]:
    """Return how texts are spoken, from a worker process."""
    with process.worker_pool(1) as worker:
        jobs: list[tuple[str, Dialect, tuple[PinyinReading, ...]]] = [
            (text, "en-us", ()) for text in texts
        ]
        return worker.submit(kokoro_worker.pronounce_all, jobs).result(timeout=120)


def symbols(pronunciation: Pronunciation) -> str:
    """Return all symbols of a text."""
    return "".join(unit.symbols for piece in pronunciation.pieces for unit in piece)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一百", "yi4 bai3"),
        ("第一次", "di4 yi1 ci4"),
        ("一九八四年一月", "yi1 jiu3 ba1 si4 nian2 yi1 yue4"),
        ("看一看", "kan4 yi5 kan4"),
        ("统一标准", "tong3 yi1 biao1 zhun3"),
        ("一起去", "yi4 qi3 qu4"),
        ("一个", "yi2 ge4"),
        ("不是", "bu2 shi4"),
        ("不好", "bu4 hao3"),
        ("好不好", "hao3 bu5 hao3"),
    ],
)
def test_one_and_not_change_with_what_follows(text: str, expected: str) -> None:
    """But not in ordinals, among digits and at the end of a word."""
    assert syllables(text).replace("ge5", "ge4") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好", "ni2 hao3"),
        ("展览馆里", "zhan2 lan2 guan2 li3"),
        ("小老虎", "xiao3 lao2 hu3"),
        ("水果很好", "shui2 guo3 hen2 hao3"),
        ("我也，好", "wo2 ye3 hao3"),
    ],
)
def test_third_tones_change_before_third_tones(text: str, expected: str) -> None:
    """Inside words first, then between them, and not across a pause."""
    assert syllables(text) in {expected, expected.replace("zhan2 lan2", "zhan3 lan2")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("两行代码", "liang3 hang2 dai4 ma3"),
        ("银行行长", "yin2 hang2 hang2 zhang3"),
        ("重写代码", "chong2 xie3 dai4 ma3"),
        ("重要", "zhong4 yao4"),
        ("高兴地说", "gao1 xing4 de5 shuo1"),
        ("慢慢地走", "man4 man4 de5 zou3"),
        ("我得走了", "wo3 dei2 zou3 le5"),
        ("跑得快", "pao3 de5 kuai4"),
        ("还钱", "huan2 qian2"),
        ("他还在", "ta1 hai2 zai4"),
        ("他觉得", "ta1 jue2 de5"),
        ("这儿", "zhe4 er5"),
        ("儿童", "er2 tong2"),
    ],
)
def test_characters_with_several_readings_follow_their_word_and_neighbours(
    text: str, expected: str
) -> None:
    """By dictionaries, by the form of a word, by the words beside it."""
    assert syllables(text) == expected


def test_author_readings_stay_as_they_are_given() -> None:
    """And the tones beside them follow them."""
    (run,) = read_han_runs("你好行", SEGMENTER, {1: "hao4", 2: "hang2"})
    assert run.syllables == ("ni3", "hao4", "hang2")


@given(st.text("一不好你我儿得地 ，a行二", max_size=20))
def test_every_han_character_has_one_syllable(text: str) -> None:
    """Words cover each run without gaps."""
    for run in read_han_runs(text, SEGMENTER):
        assert all(run.syllables)
        assert [at for start, end in run.words for at in range(start, end)] == list(
            range(len(run.syllables))
        )


def test_letters_are_spelled_with_the_stress_on_the_last() -> None:
    """A small s is a plural."""
    assert spell("AI") == "ˌAˈI"
    assert spell("GPUs") == "ʤˌipˌijˈuz"
    assert spell("A G I") == spell("AGI")


def test_map_symbols_uses_only_symbols_of_the_model() -> None:
    """Diphthongs are one symbol; British vowels differ."""
    assert map_symbols("ˈo^ʊpən", "en-us") == "ˈOpən"
    assert map_symbols("ɡˈə^ʊ", "en-gb") == "ɡˈQ"
    assert map_symbols("bˈʌʔn\u0329", "en-us") == "bˈʌtn"


def test_pronounce_keeps_the_place_of_every_word() -> None:
    """Han, camel case, acronyms, digits beside Han; brackets and commas are pauses."""
    text = "OpenAI的A计划：3个GPU（大）。"
    spoken, spaced, joined = pronounce_texts(text, "感受A G I", "感受AGI")
    assert symbols(spaced) == symbols(joined)
    assert spoken.unreadable == ""
    said = [text[u.start : u.end] for piece in spoken.pieces for u in piece if u.is_spoken]
    assert said == ["Open", "AI", "的", "A", "计", "划", "3", "个", "GPU", "大"]
    assert symbols(spoken).endswith(".")
    assert ": " in symbols(spoken)


def test_pronounce_reads_weak_words_together_and_abbreviations_without_a_pause() -> None:
    """espeak-ng joins `was a`; the full stop of Dr. ends no sentence."""
    (spoken,) = pronounce_texts("It was a test by Dr. No.")
    assert symbols(spoken).count(".") == 1
    known = set(symbol_numbers())
    assert set(symbols(spoken)) <= known


def test_pronounce_names_what_it_cannot_read() -> None:
    """Kana and Cyrillic; emoji are silent, and a text of them has nothing to say."""
    unreadable, silent = pronounce_texts("ひら和Привет", "😀…")
    assert unreadable.unreadable == "ひらПривет"
    assert silent == Pronunciation((), "")


def test_long_text_is_cut_at_pauses() -> None:
    """Every piece fits, and begins after a comma."""
    (spoken,) = pronounce_texts("今天我们来聊一聊人工智能的历史，" * 30)
    assert len(spoken.pieces) > 2
    for piece in spoken.pieces:
        assert sum(len(unit.symbols) for unit in piece) <= MAX_SYMBOLS
        assert not piece[-1].is_spoken
