"""Syllables of Han, English words, acronyms and what is left."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.syllables import (
    ERHUA_SYLLABLE,
    NEUTRAL_SYLLABLE,
    latin_syllables,
    syllable_count,
    syllable_weights,
)

WORDS = {
    1: (
        "make whole more asked called makes files clothes eye style judged raised see the "
        "knee Greg Yann breathe played tried"
    ),
    2: (
        "table apple wanted boxes lovely machine network Google people business science quiet "
        "royal prism create being doing pipeline Facebook software equal poet lion Leo coffee "
        "Geoffrey castle handled horses watches"
    ),
    3: (
        "everything idea area video radio studying attention discover Sutskever however "
        "computer Amazon theatre employee scientist Instagram Liverpool gradient alignment "
        "created museum"
    ),
    4: (
        "understanding generative algorithm actually variety Leonardo Napoleon material "
        "intelligence situation America society"
    ),
}


@pytest.mark.parametrize(
    ("count", "word"), [(count, word) for count, words in WORDS.items() for word in words.split()]
)
def test_english_syllables_counts_as_spoken(count: int, word: str) -> None:
    """Silent e, -ed, -le, hiatus and compounds are heard right."""
    assert count == latin_syllables(word)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("你好世界", 4),
        ("我们的", 1 + 2 * NEUTRAL_SYLLABLE),
        ("目的的确", 4),
        ("了解", 2),
        ("我来了", 2 + NEUTRAL_SYLLABLE),
        ("这儿", 1 + ERHUA_SYLLABLE),
        ("儿童节", 3),
        ("这儿童话", 4),
        ("AGI", 3),
        ("WWW", 9),
        ("A G I", 3),
        ("OpenAI", 4),
        ("ChatGPT", 4),
        ("DNNresearch", 5),
        ("NASA", 2),
        ("don't", 1),
        ("二零零五年", 5),
        ("404", 3),
        ("，。《》 ", 0),
        ("", 0),
        ("が", 1),
        ("한국", 2),
    ],
)
def test_syllable_count_of_mixed_text(text: str, count: float) -> None:
    """Han counts one, particles less, acronyms by the letter, marks nothing."""
    assert count == pytest.approx(syllable_count(text))


@settings(deadline=None)
@given(st.text() | st.text("我的了儿这AIWopen' 一2，。"))
def test_syllable_weights_has_one_weight_per_character(text: str) -> None:
    """There is a weight for each character, none negative, and together they are the count."""
    weights = syllable_weights(text)
    assert len(text) == len(weights)
    assert syllable_count(text) == pytest.approx(sum(weights))
    assert all(weight >= 0 for weight in weights)


@settings(deadline=None)
@given(st.from_regex(r"[A-Za-z]{1,30}", fullmatch=True))
def test_latin_syllables_is_at_least_one(word: str) -> None:
    """However a word is spelt, it takes time to say."""
    assert 1 <= latin_syllables(word) <= 3 * len(word)
